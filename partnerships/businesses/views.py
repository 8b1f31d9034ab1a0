"""Public pages of businesses."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext

from cities.answering import DirectoryKind
from cities.filters import VIEWS
from cities.listing import grouped
from cities.page_cache import public_page
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


def _results(at_hand: BusinessDirectory, selection: Selection, found: Found | None) -> dict[str, Any]:
    """What the block of results shows."""
    text = ngettext("%(count)s business", "%(count)s businesses", total := len(selection))
    return {
        **results(at_hand, selection, found, listing.cards, BusinessMap),
        "summary": text % {"count": grouped(total)},
    }


DIRECTORY = DirectoryKind(
    folder="businesses",
    code="businesses",
    title=gettext_lazy("Business directory"),
    filtered=gettext_lazy("Businesses: %(filters)s"),
    sorts=SORTS,
    views=VIEWS,
    current=directory.current,
    read=BusinessQuery.read,
    find=find,
    results=_results,
    csv=listing.csv_response,
    json=listing.json_response,
    map=BusinessMap,
)


@login_not_required
@public_page
def businesses(request: HttpRequest) -> HttpResponseBase:
    """The directory of businesses."""
    return DIRECTORY.answer(request)


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
