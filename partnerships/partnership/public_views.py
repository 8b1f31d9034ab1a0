"""Public pages: the register of partnerships, and one of them."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from cities import exports
from cities.answering import directory_answer
from cities.facets import Rows
from cities.listing import Chip, grouped, listed, relaxations
from cities.page_cache import public_page
from cities.selection import Selection
from projects.models import Project

from . import listing, register
from .models import Partnership
from .query import SORTS, VIEWS, RegisterQuery
from .register import Register
from .steps import steps


@login_not_required
@public_page
def partnerships(request: HttpRequest) -> HttpResponseBase:
    """The register: a page, the block htmx asks for, or everything listed as CSV or JSON."""
    at_hand, selection, found = selected(request.GET)
    match request.GET.get("format"):
        case "csv":
            return exports.csv_file("partnerships", listing.FIELDS, listing.records(at_hand, selection))
        case "json":
            rows = listing.records(at_hand, selection)
            return exports.json_file("partnerships", "partnerships", listing.SOURCE, selection, rows)
    context = _results(at_hand, selection)
    context["relaxations"] = [] if len(selection) else relaxations(at_hand, selection.query, found)
    page = {"title": _title(context["chips"])}
    return directory_answer(
        request, ("partnership/results.html", context), ("partnership/register.html", page)
    )


def selected(data: QueryDict) -> tuple[Register, Selection, Rows | None]:
    """The register at hand, what a query string lists of it, and the rows that its search found."""
    at_hand, query = register.current(), RegisterQuery.read(data)
    found = at_hand.find(query.q) if query.q else None
    return at_hand, at_hand.select(query, found), found


def _title(filters: list[Chip]) -> str:
    """The page's title: what the filters let through."""
    if not filters:
        return gettext("Register of partnerships")
    return gettext("Partnerships: %(filters)s") % {"filters": ", ".join(chip.label for chip in filters)}


def _results(at_hand: Register, selection: Selection) -> dict[str, Any]:
    """What the block of results shows."""
    around, rows = listed(at_hand, selection)
    query, total = selection.query, len(selection)
    text = ngettext("%(count)s partnership", "%(count)s partnerships", total)
    is_list = query.view in ("cards", "table")
    return {
        **around,
        "summary": text % {"count": grouped(total)},
        "sorts": SORTS,
        "views": VIEWS,
        "map": listing.network(at_hand, selection) if query.view == "map" and total else "",
        "charts": listing.charts(at_hand, selection) if query.view == "figures" else [],
        "cards": listing.cards(at_hand, rows) if is_list else [],
        "is_empty": not len(at_hand),
    }


@login_not_required
@require_safe
def partnership(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """What both sides show of a partnership. Another name leads to the one it has."""
    found = Partnership.objects.public().named().select_related("twinning").filter(pk=number).first()
    if found is None:
        raise Http404
    if slug != found.slug:
        return redirect(found.public_url, permanent=True)
    context = {
        "one": found,
        "steps": steps(found, found.changes.all()),
        "topics": found.topics.all(),
        "projects": Project.objects.public().filter(partnerships=found).select_related("city__country"),
        "mine": request.user.is_authenticated
        and Partnership.objects.seen_by(request.user).filter(pk=number).exists(),
    }
    return render(request, "partnership/public.html", context)
