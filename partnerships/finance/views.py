"""Public pages of financial partners."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from cities.answering import DirectoryKind
from cities.filters import VIEWS
from cities.page_cache import public_page
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


def _results(at_hand: FinancialDirectory, selection: Selection, found: Found | None) -> dict[str, Any]:
    """What the block of results shows."""
    shown = results(at_hand, selection, found, listing.cards, FinancialMap)
    return {**shown, "summary": in_words(len(selection))}


DIRECTORY = DirectoryKind(
    folder="finance",
    code="financial-partners",
    title=gettext_lazy("Financial partners"),
    filtered=gettext_lazy("Financial partners: %(filters)s"),
    sorts=SORTS,
    views=VIEWS,
    current=directory.current,
    read=FinancialQuery.read,
    find=find,
    results=_results,
    csv=listing.csv_response,
    json=listing.json_response,
    map=FinancialMap,
)


@login_not_required
@public_page
def partners(request: HttpRequest) -> HttpResponseBase:
    """The directory of financial partners."""
    return DIRECTORY.answer(request)


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
