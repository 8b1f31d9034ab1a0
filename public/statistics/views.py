"""The page of statistics, and its tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cities import exports
from cities.page_cache import public_page
from projects.open_data import oc4ids
from projects.tables import Table

from . import drawing, tables
from .facts import ACCEPTED, MEMBERS, NEED, OFFER, SENT, Facts
from .scope import WITHOUT, Scope, month_of, months_before
from .tables import MATCHES, MONEY, STAGES

SOURCE = "Mayors' Portal"
FORMATS = ("csv", "json")
Make = Callable[[Facts, Scope], Table]
TABLES: Mapping[str, Make] = {
    "now": tables.now,
    "members": tables.members,
    "interests": tables.interests,
    "partnerships": tables.partnerships,
    "money": tables.money,
    "events": tables.events,
    "countries": lambda facts, scope: tables.countries(facts, scope, reverse("statistics")),
    "topics": tables.topics,
    "proposals": lambda facts, scope: tables.proposals(tables.daily(facts, scope)),
    "daily": tables.daily,
}
"""All tables by code: `?table=members&format=csv`."""


@dataclass(frozen=True)
class Listed:
    """A table as a file tells of it."""

    query: Scope
    table: Table

    def __len__(self) -> int:
        return len(self.table.rows)


@dataclass(frozen=True)
class Section:
    """A table with its pictures and the addresses of its files."""

    table: Table
    files: Mapping[str, str]
    chart: drawing.Chart | None = None
    bars: list[drawing.Bar] | None = None
    legend: list[tuple[str, str]] | None = None


@login_not_required
@public_page
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Members, interests, partnerships, projects and money, events: over time, by country and topic."""
    facts = Facts.load()
    scope = Scope.read(request.GET, facts.countries)
    if request.GET.get("format") in FORMATS:
        return _file(request, facts, scope)
    return render(request, "statistics/statistics.html", _context(facts, scope))


def _file(request: HttpRequest, facts: Facts, scope: Scope) -> HttpResponseBase:
    """One table as a file. Raises Http404 for a table there is not."""
    code = request.GET.get("table", "now")
    if code not in TABLES:
        raise Http404
    table = TABLES[code](facts, scope)
    name = f"statistics-{code}"
    if request.GET["format"] == "csv":
        return exports.csv_file(name, table.fields, table.records())
    return exports.json_file(name, "rows", SOURCE, Listed(scope, table), table.records(), oc4ids.dumps)


def _context(facts: Facts, scope: Scope) -> dict[str, Any]:
    home = reverse("statistics")
    figures = {"standing": tables.standing(facts, scope), "happened": tables.happened(facts, scope)}
    return {
        **figures,
        "scope": scope,
        "home": home,
        "few": tables.FEW,
        "is_empty": not any(one.value for one in figures["standing"]),
        "demonstrations": any(one.demonstration for found in figures.values() for one in found),
        "switched": home + scope.but(demonstration=WITHOUT if scope.with_demonstration else "").query_string,
        "countries": facts.countries.items(),
        "months": _months(facts),
        "now_files": _files(scope, "now"),
        "daily_files": _files(scope, "daily"),
        "sections": _sections(facts, scope),
    }


def _months(facts: Facts) -> list[Any]:
    """All that may be asked for, the latest first."""
    first, months = facts.first_month, [month_of(timezone.localdate())]
    while months[-1] > first:
        months.append(months_before(months[-1], 1))
    return months


def _sections(facts: Facts, scope: Scope) -> list[Section]:
    found = {code: make(facts, scope) for code, make in TABLES.items() if code not in ("now", "proposals")}
    found["proposals"] = tables.proposals(found.pop("daily"))
    charts = {
        "members": drawing.lines(found["members"], *MEMBERS),
        "interests": drawing.lines(found["interests"], SENT, ACCEPTED),
        "partnerships": drawing.stack(found["partnerships"], *STAGES),
        "money": drawing.lines(found["money"], *MONEY),
        "proposals": drawing.lines(found["proposals"], *MATCHES),
    }
    groups = {"countries": ("country", MEMBERS), "topics": ("topic", (NEED, OFFER))}
    sections = []
    for code, table in found.items():
        bars = legend = None
        if code in groups:
            name, pieces = groups[code]
            bars, legend = drawing.bars(table, name, *pieces), drawing.legend(table, *pieces)
        sections.append(Section(table, _files(scope, code), charts.get(code), bars, legend))
    return sections


def _files(scope: Scope, code: str) -> dict[str, str]:
    """The addresses of a table's files by format, in capitals."""
    return {name.upper(): f"?{urlencode({**scope.asked, 'table': code, 'format': name})}" for name in FORMATS}
