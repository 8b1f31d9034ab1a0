"""Pages of the city directory."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext

from . import directory, exports
from .answering import DirectoryKind
from .city_page import city_context
from .directory import Directory
from .filters import SORTS, VIEWS, DirectoryQuery
from .listing import cards, grouped, listed, relaxations
from .models import City, Mayor
from .page_cache import public_page
from .pictures import CityMap
from .search import Found, search, suggestions
from .selection import Selection

FOUND_ELSEWHERE = 3  # cities shown that a search found outside the filters


def _results(at_hand: Directory, selection: Selection, found: Found | None) -> dict[str, Any]:
    """What the block of results shows."""
    around, rows = listed(at_hand, selection)
    total = len(selection)
    summary = ngettext("%(count)s city", "%(count)s cities", total) % {"count": grouped(total)}
    context = around | {"summary": summary, "map": "", "cards": []}
    if not total:
        return context | _help(at_hand, selection.query, found)
    if selection.query.view == "map":
        return context | {"map": CityMap(at_hand, selection).html()}
    return context | {"cards": cards(at_hand, rows, found.names(at_hand.reference, rows) if found else None)}


DIRECTORY = DirectoryKind(
    folder="cities",
    code="cities",
    title=gettext_lazy("City directory"),
    filtered=gettext_lazy("Cities: %(filters)s"),
    sorts=SORTS,
    views=VIEWS,
    current=directory.current,
    read=DirectoryQuery.from_querydict,
    find=lambda text, at_hand: search(text, at_hand.reference),
    results=_results,
    csv=exports.csv_response,
    json=exports.json_response,
    map=CityMap,
)


@login_not_required
@public_page
def cities(request: HttpRequest) -> HttpResponseBase:
    """The directory of cities."""
    return DIRECTORY.answer(request)


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
