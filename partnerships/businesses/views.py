"""Public pages of businesses."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from cities.answering import directory_answer
from cities.filters import VIEWS
from cities.listing import Chip, grouped
from cities.page_cache import public_page
from cities.saved.directories import saving_address
from cities.search import Found
from cities.selection import Selection
from partnerships.integrity.declarations import public_standing
from partnerships.organisations.listing import results
from partnerships.organisations.page import is_mine, public_profile

from . import directory, listing
from .directory import BusinessDirectory
from .models import BusinessProfile
from .page import profile_context
from .pictures import BusinessMap
from .query import SORTS, BusinessQuery
from .search import find


@login_not_required
@public_page
def businesses(request: HttpRequest) -> HttpResponseBase:
    """The directory: a page, the block htmx asks for, or everything listed as CSV or JSON."""
    at_hand = directory.current()
    query = BusinessQuery.read(request.GET)
    found = find(query.q, at_hand) if query.q else None
    selection = at_hand.select(query, found.rows if found else None)
    match request.GET.get("format"):
        case "csv":
            return listing.csv_response(at_hand, selection)
        case "json":
            return listing.json_response(at_hand, selection)
        case "clusters":
            return JsonResponse(BusinessMap(at_hand, selection).live(request.GET.get("width", "")))
    context = _results(at_hand, selection, found)
    page = {"title": _title(context["chips"])}
    block = ("businesses/results.html", context)
    return directory_answer(request, block, ("businesses/directory.html", page))


def _title(filters: list[Chip]) -> str:
    """The page's title: what the filters let through."""
    if not filters:
        return gettext("Business directory")
    return gettext("Businesses: %(filters)s") % {"filters": ", ".join(chip.label for chip in filters)}


def _results(at_hand: BusinessDirectory, selection: Selection, found: Found | None) -> dict[str, Any]:
    """What the block of results shows."""
    text = ngettext("%(count)s business", "%(count)s businesses", total := len(selection))
    return {
        **results(at_hand, selection, found, listing.cards, BusinessMap),
        "summary": text % {"count": grouped(total)},
        "sorts": SORTS,
        "saving": saving_address("businesses", selection.query),
        "views": VIEWS,
    }


@login_not_required
@public_page
def business(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything public of one business, in a constant number of queries."""
    if slug != slug.lower():
        return redirect("business", slug.lower(), permanent=True)
    shown = public_profile(BusinessProfile, slug)
    organisation = shown.organisation
    context = profile_context(shown, organisation.businessstatements.all())
    page = {
        "business": organisation,
        "mine": is_mine(request, shown),
        "integrity": public_standing(organisation),
    }
    return render(request, "businesses/business.html", {**context, **page})
