"""Public pages of financial partners."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from cities.answering import directory_answer
from cities.filters import VIEWS
from cities.listing import Chip
from cities.page_cache import public_page
from cities.saved.directories import saving_address
from cities.search import Found
from cities.selection import Selection
from partnerships.integrity.declarations import public_standing
from partnerships.organisations.listing import results
from partnerships.organisations.page import is_mine, public_profile

from . import directory, listing
from .directory import FinancialDirectory
from .models import FinancialPartnerProfile
from .page import profile_context
from .pictures import FinancialMap
from .pictures import partners as in_words
from .query import SORTS, FinancialQuery
from .search import find


@login_not_required
@public_page
def partners(request: HttpRequest) -> HttpResponseBase:
    """The directory: a page, the block htmx asks for, or everything listed as CSV or JSON."""
    at_hand = directory.current()
    query = FinancialQuery.read(request.GET)
    found = find(query.q, at_hand) if query.q else None
    selection = at_hand.select(query, found.rows if found else None)
    match request.GET.get("format"):
        case "csv":
            return listing.csv_response(at_hand, selection)
        case "json":
            return listing.json_response(at_hand, selection)
        case "clusters":
            return JsonResponse(FinancialMap(at_hand, selection).live(request.GET.get("width", "")))
    context = _results(at_hand, selection, found)
    block = ("finance/results.html", context)
    return directory_answer(request, block, ("finance/directory.html", {"title": _title(context["chips"])}))


def _title(filters: list[Chip]) -> str:
    """The page's title: what the filters let through."""
    if not filters:
        return gettext("Financial partners")
    return gettext("Financial partners: %(filters)s") % {"filters": ", ".join(chip.label for chip in filters)}


def _results(at_hand: FinancialDirectory, selection: Selection, found: Found | None) -> dict[str, Any]:
    """What the block of results shows."""
    shown = results(at_hand, selection, found, listing.cards, FinancialMap)
    saving = saving_address("financial-partners", selection.query)
    words = {"summary": in_words(len(selection)), "saving": saving}
    return {**shown, **words, "sorts": SORTS, "views": VIEWS}


@login_not_required
@public_page
def partner(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything public of one financial partner, in a constant number of queries."""
    if slug != slug.lower():
        return redirect("financial-partner", slug.lower(), permanent=True)
    shown = public_profile(FinancialPartnerProfile, slug)
    organisation = shown.organisation
    context = profile_context(shown, organisation.financialoffers.all(), organisation.fundingcalls.all())
    page = {
        "partner": organisation,
        "mine": is_mine(request, shown),
        "integrity": public_standing(organisation),
    }
    return render(request, "finance/partner.html", {**context, **page})
