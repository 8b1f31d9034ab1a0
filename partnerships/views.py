"""Pages of matches."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cities import directory, exports
from cities.directory import Directory, Selection
from cities.filters import DirectoryQuery
from cities.listing import PAGE_SIZE, chips, facet_groups, grouped, pager, relaxations
from cities.models import City
from cities.page_cache import public_page, wants_block
from cities.search import search

from .proposals import Stored, nearest_first, proposals, run_at_work, stored_matches

BEST, NEAREST = "score", "distance"
SORTS = {
    BEST: _("best match first"),
    NEAREST: _("nearest first"),
    "population": _("largest first"),
    "name": _("name, A to Z"),
}
VIEWS = {"cards": _("Cards"), "table": _("Table")}


@login_not_required
@public_page
def city_matches(request: HttpRequest, country: str, slug: str) -> HttpResponseBase:
    """A directory of the partners proposed for a city, with score, components and reasons."""
    if (country, slug) != (country.lower(), slug.lower()):
        return redirect("city-matches", country.lower(), slug.lower(), permanent=True)
    at_hand = directory.current()
    try:
        city = City.objects.at(country, slug)
    except City.DoesNotExist as error:
        raise Http404 from error
    row = int(at_hand.reference.rows_of(city.id))
    if row < 0:
        raise Http404
    stored = stored_matches(at_hand, city.id)
    query = DirectoryQuery.from_querydict(request.GET, SORTS, VIEWS, BEST)
    selection, within = _select(at_hand, row, query, stored)
    match request.GET.get("format"):
        case "csv":
            return exports.csv_response(at_hand, selection, f"{slug}-partners", _scores(stored))
        case "json":
            return exports.json_response(at_hand, selection, f"{slug}-partners", _scores(stored))
    context = _results(at_hand, row, selection, stored, within)
    is_block = wants_block(request)
    block = render_to_string("partnerships/results.html", {**context, "is_block": is_block}, using="jinja2")
    if is_block:
        pushed = request.path + (f"?{query.query_string}" if query.query_string else "")
        return HttpResponse(block, headers={"HX-Push-Url": pushed})
    page = {
        "city": city,
        "q": query.q,
        "summary": context["summary"],
        "has_matches": bool(len(stored.rows)),
        "run": None if len(stored.rows) else run_at_work(),
        "demonstration": row in at_hand.statements.demonstration,
        "results": mark_safe(block),  # noqa: S308 - rendered above, escaped there
    }
    return render(request, "partnerships/city_matches.html", page)


def _select(
    at_hand: Directory, row: int, query: DirectoryQuery, stored: Stored
) -> tuple[Selection, np.ndarray]:
    """The matches a query lists, and those its search leaves before any filter."""
    within = stored.rows
    if query.q:
        within = within[np.isin(within, search(query.q, at_hand.reference).rows)]
    selection = at_hand.select(query, within)
    if query.active_sort == NEAREST:
        ordered = nearest_first(at_hand, row, selection.rows)
        selection = Selection(query, ordered, selection.counts, selection.unknown)
    return selection, within


def _results(
    at_hand: Directory, row: int, selection: Selection, stored: Stored, within: np.ndarray
) -> dict[str, Any]:
    """What the block of results shows."""
    query, total = selection.query, len(selection)
    pages = pager(query, total)
    rows = selection.rows[(pages.page - 1) * PAGE_SIZE : pages.page * PAGE_SIZE]
    text = ngettext("%(count)s proposed partner", "%(count)s proposed partners", total)
    return {
        "query": query,
        "total": total,
        "summary": text % {"count": grouped(total)},
        "unknown": selection.unknown,
        "facets": facet_groups(at_hand, selection),
        "chips": chips(at_hand, query),
        "sorts": SORTS,
        "views": VIEWS,
        "pager": pages,
        "proposals": proposals(at_hand, row, rows, stored),
        "relaxations": [] if total else relaxations(at_hand, query, within),
        "elsewhere": [],
        "suggestions": [],
    }


def _scores(stored: Stored) -> dict[int, Mapping[str, Any]]:
    """Rank and score of each match by its row, for files."""
    return {
        row: {"rank": rank, "score": round(score, 4)} for row, (rank, score, _parts) in stored.by_row.items()
    }
