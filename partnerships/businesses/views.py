"""Public pages of businesses."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from accounts.membership import State
from cities.answering import directory_answer
from cities.filters import VIEWS
from cities.listing import PAGE_SIZE, Chip, chips, facet_groups, grouped, pager, relaxations
from cities.page_cache import public_page
from cities.search import Found, suggestions
from cities.selection import Selection
from partnerships.models import OrganisationMember

from . import directory, listing
from .directory import BusinessDirectory
from .models import BusinessProfile
from .page import profile_context
from .pictures import BusinessMap
from .query import SORTS, BusinessQuery
from .search import OF_BUSINESSES, find

FOUND_ELSEWHERE = 3  # businesses shown that a search found outside the filters


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
    context = _results(at_hand, selection, query, found)
    page = {"title": _title(context["chips"])}
    block = ("businesses/results.html", context)
    return directory_answer(request, block, ("businesses/directory.html", page))


def _title(filters: list[Chip]) -> str:
    """The page's title: what the filters let through."""
    if not filters:
        return gettext("Business directory")
    return gettext("Businesses: %(filters)s") % {"filters": ", ".join(chip.label for chip in filters)}


def _results(
    at_hand: BusinessDirectory, selection: Selection, query: BusinessQuery, found: Found | None
) -> dict[str, Any]:
    """What the block of results shows."""
    pages = pager(query, total := len(selection))
    rows = selection.rows[(pages.page - 1) * PAGE_SIZE : pages.page * PAGE_SIZE]
    text = ngettext("%(count)s business", "%(count)s businesses", total)
    nothing_found = found is not None and not len(found.rows)
    is_map = query.view == "map"
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
        "map": BusinessMap(at_hand, selection).html() if total and is_map else "",
        "cards": []
        if is_map
        else listing.cards(at_hand, rows, found.names(at_hand, rows) if found else None),
        "relaxations": [] if total else relaxations(at_hand, query, found.rows if found else None),
        "elsewhere": listing.cards(at_hand, found.rows[:FOUND_ELSEWHERE]) if found and not total else [],
        "suggestions": [(name, query.but(q=name).url) for name in suggestions(found.key, OF_BUSINESSES)]
        if found and nothing_found
        else [],
        "is_empty": not len(at_hand),
    }


@login_not_required
@public_page
def business(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything public of one business, in a constant number of queries."""
    if slug != slug.lower():
        return redirect("business", slug.lower(), permanent=True)
    shown = (
        BusinessProfile.objects.public()
        .filter(organisation__slug=slug)
        .select_related("organisation__city__country", "organisation__city__region")
        .first()
    )
    if shown is None:
        raise Http404
    organisation = shown.organisation
    mine = (
        request.user.is_authenticated
        and OrganisationMember.objects.filter(
            user=request.user, organisation=organisation, state=State.APPROVED
        ).exists()
    )
    context = profile_context(shown, organisation.business_statements.all())
    return render(request, "businesses/business.html", {**context, "business": organisation, "mine": mine})
