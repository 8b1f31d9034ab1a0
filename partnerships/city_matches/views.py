"""Pages of matches."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from cities import directory, exports
from cities.answering import directory_answer
from cities.directory import Directory
from cities.listing import city_url, grouped, listed, relaxations
from cities.models import City
from cities.page_cache import public_page
from cities.search import search
from cities.selection import Selection
from partnerships.weights.in_force import current_weights

from .emphasis import PRESETS
from .proposals import nearest_first, offering_first, proposals
from .query import NEAREST, SORTS, VIEWS, MatchQuery, order_chips, preset_links, weighing
from .ranking import Ranking, ranking
from .reasons import label


@login_not_required
@public_page
def city_matches(request: HttpRequest, country: str, slug: str) -> HttpResponseBase:
    """A directory of all possible partners of a city, with place, score, components and reasons.

    Readers may say what matters to them: see `emphasis`.
    """
    if (country, slug) != (country.lower(), slug.lower()):
        return redirect("city-matches", country.lower(), slug.lower(), permanent=True)
    at_hand = directory.current()
    city, row = city_at(at_hand, country, slug)
    ranked, query, selection, within = partners_asked_for(at_hand, row, request.GET)
    match request.GET.get("format"):
        case "csv":
            return exports.csv_response(at_hand, selection, f"{slug}-partners", ranked.columns)
        case "json":
            return exports.json_response(at_hand, selection, f"{slug}-partners", ranked.columns)
    context = _results(at_hand, ranked, query, selection, within)
    page = {
        "city": city,
        "emphasis": query.emphasis,
        "demonstration": row in at_hand.statements.demonstration,
    }
    block = ("partnerships/results.html", context)
    return directory_answer(request, block, ("partnerships/city_matches.html", page), in_frame=False)


def city_at(at_hand: Directory, country: str, slug: str) -> tuple[City, int]:
    """The city of an address and its row; Http404 where there is none."""
    try:
        city = City.objects.at(country, slug)
    except City.DoesNotExist as error:
        raise Http404 from error
    row = int(at_hand.reference.rows_of(city.id))
    if row < 0:  # the copy in memory is a second older than this city
        raise Http404
    return city, row


def partners_asked_for(
    at_hand: Directory, row: int, data: QueryDict
) -> tuple[Ranking, MatchQuery, Selection, np.ndarray]:
    """The ranking of a city (row) by a query string, the query, and what `_select` says."""
    query = MatchQuery.read(data, at_hand.statements.need.codes)
    ranked = ranking(at_hand, row, query.emphasis.weights(current_weights()))
    return ranked, query, *_select(at_hand, ranked, query)


def _select(at_hand: Directory, ranked: Ranking, query: MatchQuery) -> tuple[Selection, np.ndarray]:
    """The partners a query lists, and those its search leaves before any filter."""
    within = ranked.rows
    if query.q:
        within = within[np.isin(within, search(query.q, at_hand.reference).rows)]
    selection = at_hand.select(query, within)
    ordered = selection.rows
    if query.active_sort == NEAREST:
        ordered = nearest_first(at_hand, ranked.city, ordered)
    if query.first:
        ordered = offering_first(at_hand, ranked.city, query.first, ordered)
    return replace(selection, rows=ordered), within


def _results(
    at_hand: Directory, ranked: Ranking, query: MatchQuery, selection: Selection, within: np.ndarray
) -> dict[str, Any]:
    """What the block of results shows."""
    around, rows = listed(at_hand, selection)
    total = len(selection)
    text = ngettext("%(count)s possible partner", "%(count)s possible partners", total)
    return {
        **_order(at_hand, ranked, query),
        **around,
        "summary": text % {"count": grouped(total)},
        "sorts": SORTS,
        "views": VIEWS,
        "proposals": proposals(at_hand, ranked, rows),
        "relaxations": [] if total else relaxations(at_hand, query, within, ranked.rows),
        "elsewhere": [],
        "suggestions": [],
        "compare_url": _compare_url(at_hand, ranked.city, query) if query.q and not len(within) else "",
    }


def _compare_url(at_hand: Directory, row: int, query: MatchQuery) -> str:
    """Where to compare with a city searched for that cannot be proposed: at home, or a twin already."""
    asked = urlencode([("q", query.q), *query.emphasis.pairs()])
    return f"{city_url(at_hand, row, reverse('cities'))}compare/?{asked}"


def _order(at_hand: Directory, ranked: Ranking, query: MatchQuery) -> dict[str, Any]:
    """What partnerships/order.html needs: what matters to the reader, and what could."""
    return weighing(query.emphasis, ranked.weights, label) | {
        "presets": preset_links(query, query.emphasis, PRESETS),
        "topics": at_hand.labels("offer"),
        "order_chips": order_chips(at_hand, query),
        "leaves_nothing": query.emphasis.leaves_nothing(current_weights()),
    }
