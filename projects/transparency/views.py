"""The transparency page, and its tables as files."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from cities import exports
from cities.models import City
from cities.page_cache import public_page
from projects.codelists import codelist
from projects.shares import LABELS
from projects.tables import Table

from . import tables
from .pictures import bars
from .scope import GROUPINGS, UNKNOWN, Scope
from .sums import rows_of, total, without_a_rate
from .tables import GROUPING_NAMES, LISTS

MOST_SHOWN = 20


@login_not_required
@public_page
def transparency(request: HttpRequest) -> HttpResponseBase:
    """Totals, the money by one grouping, and the lists: of all public projects, or of what is asked for."""
    scope, home = Scope.read(request.GET), reverse("transparency")
    projects = rows_of(scope)
    sums, whole = tables.sums(scope, projects, home), total(projects)
    lists = [make(scope) for make in LISTS.values()]
    context = {
        "scope": scope,
        "total": whole,
        "amounts": [(tables.AMOUNT_NAMES[name], getattr(whole, name)) for name in tables.AMOUNTS],
        "without_rate": without_a_rate(projects),
        "groupings": [
            (label, home + scope.but(by=by).query_string, by == scope.by) for by, label in GROUPINGS.items()
        ],
        "filters": [(label, home + scope.but(**{name: ""}).query_string) for name, label in _filters(scope)],
        "sums": sums,
        "sums_shown": sums.cells[:MOST_SHOWN],
        "bars": bars(sums.rows),
        "legend": LABELS.items(),
        "lists": [(one, one.cells[:MOST_SHOWN]) for one in lists],
    }
    return render(request, "projects/transparency.html", context)


def _filters(scope: Scope) -> list[tuple[str, str]]:
    """What the page is narrowed to: names of filters, with what they let through in words."""
    labels = {"sector": str(codelist("projectSector").get(scope.sector, "")), "funder": scope.funder}
    labels["year"] = str(GROUPING_NAMES["year"]) + ": ?" if scope.year == UNKNOWN else scope.year
    city = City.objects.filter(pk=int(scope.city)).first() if scope.city else None
    labels["city"] = city.display_name if city else scope.city
    return [(name, labels[name]) for name in GROUPINGS if getattr(scope, name)]


@login_not_required
@public_page
def table(request: HttpRequest, code: str) -> HttpResponseBase:
    """One table as a spreadsheet, whole."""
    scope = Scope.read(request.GET)
    found: Table
    if code == "sums":
        found = tables.sums(scope, rows_of(scope), reverse("transparency"))
    elif code in LISTS:
        found = LISTS[code](scope)
    else:
        raise Http404
    return exports.csv_file(f"transparency-{code}", found.fields, found.records())
