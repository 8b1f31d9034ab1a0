"""Pages of the city directory."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from . import directory, exports
from .answering import directory_answer
from .city_page import city_context
from .directory import Directory
from .filters import SORTS, VIEWS, DirectoryQuery
from .listing import PAGE_SIZE, Chip, cards, chips, facet_groups, grouped, pager, relaxations
from .models import City, Mayor
from .page_cache import public_page
from .pictures import CityMap
from .saved.directories import saving_address
from .search import Found, search, suggestions
from .selection import Selection

FOUND_ELSEWHERE = 3  # cities shown that a search found outside the filters


@login_not_required
@public_page
def cities(request: HttpRequest) -> HttpResponseBase:
    """The directory: a page, the block htmx asks for, or everything listed as CSV, JSON or clusters."""
    at_hand = directory.current()
    query = DirectoryQuery.from_querydict(request.GET)
    found = search(query.q, at_hand.reference) if query.q else None
    selection = at_hand.select(query, found.rows if found else None)
    match request.GET.get("format"):
        case "csv":
            return exports.csv_response(at_hand, selection)
        case "json":
            return exports.json_response(at_hand, selection)
        case "clusters":
            return JsonResponse(CityMap(at_hand, selection).live(request.GET.get("width", "")))
    context = _results(at_hand, selection, found)
    page = {"title": _title(context["chips"])}
    return directory_answer(request, ("cities/results.html", context), ("cities/directory.html", page))


def _title(filters: list[Chip]) -> str:
    """The page's title: what the filters let through."""
    if not filters:
        return gettext("City directory")
    return gettext("Cities: %(filters)s") % {"filters": ", ".join(chip.label for chip in filters)}


def _results(at_hand: Directory, selection: Selection, found: Found | None) -> dict[str, Any]:
    """What the block of results shows."""
    query, total = selection.query, len(selection)
    pages = pager(query, total)
    summary = ngettext("%(count)s city", "%(count)s cities", total) % {"count": grouped(total)}
    context: dict[str, Any] = {
        "query": query,
        "total": total,
        "summary": summary,
        "unknown": selection.unknown,
        "facets": facet_groups(at_hand, selection),
        "chips": chips(at_hand, query),
        "sorts": SORTS,
        "saving": saving_address("cities", selection.query),
        "views": VIEWS,
        "pager": pages,
        "map": "",
        "cards": [],
    }
    if not total:
        return context | _help(at_hand, query, found)
    if query.view == "map":
        return context | {"map": CityMap(at_hand, selection).html()}
    rows = selection.rows[(pages.page - 1) * PAGE_SIZE : pages.page * PAGE_SIZE]
    return context | {"cards": cards(at_hand, rows, found.names(at_hand.reference, rows) if found else None)}


def _help(at_hand: Directory, query: DirectoryQuery, found: Found | None) -> dict[str, Any]:
    """What to do about a result without cities."""
    help_with_filters = {"relaxations": relaxations(at_hand, query, found.rows if found else None)}
    if found is None:
        return help_with_filters | {"elsewhere": [], "suggestions": []}
    nothing_found = not len(found.rows)
    return help_with_filters | {
        "elsewhere": cards(at_hand, found.rows[:FOUND_ELSEWHERE]),
        "suggestions": [(name, query.but(q=name).url) for name in suggestions(found.key)]
        if nothing_found
        else [],
    }


@login_not_required
@public_page
def city(request: HttpRequest, country: str, slug: str) -> HttpResponseBase:
    """Everything public of one city. Addresses in capital letters lead to the canonical one."""
    if (country, slug) != (country.lower(), slug.lower()):
        return redirect("city", country.lower(), slug.lower(), permanent=True)
    try:
        found = City.objects.at(country, slug)
    except City.DoesNotExist as error:
        raise Http404 from error
    context = city_context(directory.current(), found)
    mine = (
        request.user.is_authenticated
        and Mayor.objects.approved().filter(user=request.user, city=found).exists()
    )
    return render(request, "cities/city_detail.html", {**context, "mine": mine})
