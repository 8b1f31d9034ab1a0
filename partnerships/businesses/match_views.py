"""Pages of the matches of businesses."""

from dataclasses import replace
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from accounts.membership import State
from accounts.models import User
from cities.answering import directory_answer
from cities.facets import Rows
from cities.listing import grouped, listed, relaxations
from cities.page_cache import public_page
from cities.selection import Selection
from partnerships.city_matches.emphasis import CHOICES, Emphasis
from partnerships.city_matches.query import preset_links, weighing, weight_chips
from partnerships.city_matches.views import city_at
from partnerships.matching.trade import WEIGHTS
from partnerships.models import OrganisationMember

from . import directory, listing
from .between_cities import MOST_PAIRS, trade_of
from .candidates import Candidates
from .directory import BusinessDirectory
from .match_query import NEAREST, PRESETS, SORTS, VIEWS, BusinessMatchQuery
from .pairs import compared
from .proposals import proposals
from .ranking import ranking
from .reasons import CODES, label
from .search import find


@login_not_required
@public_page
def business_matches(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A directory of all possible partners of a business, with place, score, components and reasons."""
    if slug != slug.lower():
        return redirect("business-matches", slug.lower(), permanent=True)
    at_hand = directory.current()
    row, query = business_at(at_hand, slug), BusinessMatchQuery.read(request.GET)
    ranked = ranking(at_hand, row, query.emphasis.weights(WEIGHTS), everywhere=query.everywhere)
    candidates = Candidates(at_hand, ranked)
    selection, within = _select(candidates, query)
    name = f"{slug}-partners"
    match request.GET.get("format"):
        case "csv":
            return listing.csv_response(at_hand, selection, name, ranked.columns)
        case "json":
            return listing.json_response(at_hand, selection, name, ranked.columns)
    [card] = listing.cards(at_hand, np.array([row]))
    block = ("businesses/matches.html", _results(candidates, query, selection, within))
    page = ("businesses/business_matches.html", {"business": card, "slug": slug})
    return directory_answer(request, block, page, in_frame=False)


def business_at(at_hand: BusinessDirectory, slug: str) -> int:
    """The row of the public business of an address; Http404 where there is none."""
    row = at_hand.at_slug.get(slug)
    if row is None:
        raise Http404
    return row


def _select(candidates: Candidates, query: BusinessMatchQuery) -> tuple[Selection, Rows]:
    """The partners a query lists, and those its search leaves before any filter."""
    within = candidates.ranked.rows
    if query.q:
        within = within[np.isin(within, find(query.q, candidates.directory).rows)]
    selection = candidates.select(query, within)
    if query.active_sort == NEAREST:
        selection = replace(selection, rows=candidates.nearest_first(selection.rows))
    return selection, within


def _results(
    candidates: Candidates, query: BusinessMatchQuery, selection: Selection, within: Rows
) -> dict[str, Any]:
    """What the block of results shows."""
    around, rows = listed(candidates, selection)
    ranked, total = candidates.ranked, len(selection)
    text = ngettext("%(count)s possible partner", "%(count)s possible partners", total)
    return {
        **weighing(query.emphasis, ranked.weights, label),
        **around,
        "summary": text % {"count": grouped(total)},
        "sorts": SORTS,
        "views": VIEWS,
        "proposals": proposals(candidates.directory, ranked, rows),
        "relaxations": [] if total else relaxations(candidates, query, within, ranked.rows),
        "elsewhere": [],
        "suggestions": [],
        "is_empty": not len(ranked),
        "topics": {},
        "presets": preset_links(query, query.emphasis, PRESETS),
        "order_chips": weight_chips(query, query.emphasis, label),
        "leaves_nothing": query.emphasis.leaves_nothing(WEIGHTS),
    }


@login_not_required
@public_page
def business_pair(request: HttpRequest, slug: str, other: str) -> HttpResponseBase:
    """Two businesses compared: the score of the pair part by part, its place for either, and the facts."""
    if (slug, other) != (slug.lower(), other.lower()):
        return redirect("business-pair", slug.lower(), other.lower(), permanent=True)
    at_hand = directory.current()
    rows = business_at(at_hand, slug), business_at(at_hand, other)
    if rows[0] == rows[1]:
        raise Http404
    emphasis = Emphasis.read(request.GET, CODES)
    context = {
        "pair": compared(at_hand, rows, emphasis),
        "emphasis": emphasis,
        "changed": [(label(code), CHOICES[choice]) for code, choice in emphasis.choices.items()],
        "leaves_nothing": emphasis.leaves_nothing(WEIGHTS),
        "mine": _mine(request, [slug, other]),
    }
    return render(request, "businesses/pair.html", context)


def _mine(request: HttpRequest, slugs: list[str]) -> set[str]:
    """Which of these businesses the visitor represents."""
    if not request.user.is_authenticated:
        return set()
    members = OrganisationMember.objects.filter(
        user=User.signed_in(request), organisation__slug__in=slugs, state=State.APPROVED
    )
    return set(members.values_list("organisation__slug", flat=True))


@login_not_required
@public_page
def city_trade(request: HttpRequest, country: str, slug: str) -> HttpResponseBase:
    """The best pairs between the businesses of a city and those of its partner cities."""
    if (country, slug) != (country.lower(), slug.lower()):
        return redirect("city-trade", country.lower(), slug.lower(), permanent=True)
    at_hand = directory.current()
    city, _row = city_at(at_hand.cities, country, slug)
    total, partners = trade_of(at_hand, city.pk)
    context = {"city": city, "total": total, "partners": partners, "most": MOST_PAIRS}
    return render(request, "businesses/city_trade.html", context)
