"""Sums of money over projects, in euros at the rate and day that each project states."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F

from cities.models import City, in_active_language
from projects.codelists import codelist
from projects.models import FundingSource
from projects.models.money import NOTHING
from projects.querysets import in_euros

from .scope import UNKNOWN, YEAR, Scope

AMOUNTS = ("budget", "pledged", "committed", "disbursed", "gap")


@dataclass(frozen=True)
class Sums:
    """Sums over some projects, in euros. A project without a rate is counted, and its money left out."""

    projects: int = 0
    demonstrations: int = 0
    without_rate: int = 0
    budget: Decimal = NOTHING
    pledged: Decimal = NOTHING
    committed: Decimal = NOTHING
    disbursed: Decimal = NOTHING
    gap: Decimal = NOTHING
    """Of each project its budget less what is committed, never below zero."""

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Sums)))


class Group(NamedTuple):
    """The sums of the projects that have one value of a grouping."""

    code: str
    label: str
    sums: Sums


class ProjectRow(NamedTuple):
    """One project."""

    city: int
    country: str
    published: datetime
    sectors: Sequence[str]
    year: int | None
    currency: str
    sums: Sums


def rows_of(scope: Scope) -> list[ProjectRow]:
    """The projects of a scope with their money: one query."""
    named = {f"eur_{name}": in_euros(F(f"total_{name}")) for name in AMOUNTS}
    found = scope.projects().annotate(year=YEAR).with_money().annotate(**named)  # type: ignore[attr-defined]
    stated = ("city_id", "city__country", "published_at", "sectors", "year", "currency")
    values = found.values_list(*stated, "is_demonstration", *named)
    return [
        ProjectRow(city, country, published, sectors, year, currency, _sums_of_one(is_demonstration, money))
        for city, country, published, sectors, year, currency, is_demonstration, *money in values
    ]


def _sums_of_one(is_demonstration: bool, money: Sequence[Decimal | None]) -> Sums:
    """Of one project with its amounts as in AMOUNTS; what is pledged is null only without a rate."""
    amounts = {name: amount or NOTHING for name, amount in zip(AMOUNTS, money, strict=True)}
    return Sums(1, int(is_demonstration), int(money[AMOUNTS.index("pledged")] is None), **amounts)


def total(rows: Iterable[ProjectRow]) -> Sums:
    """The sums over all."""
    return sum((row.sums for row in rows), Sums())


def grouped(scope: Scope, rows: Sequence[ProjectRow]) -> list[Group]:
    """The sums by the scope's grouping, the largest first; years in their order.

    A project of several sectors counts in each of them. A funder's sums have no budget and no gap.
    """
    match scope.by:
        case "sector":
            groups = _by(rows, lambda row: row.sectors, codelist("projectSector"))
        case "year":
            found = _by(rows, lambda row: [str(row.year or UNKNOWN)], {})
            return sorted(found, key=lambda group: group.code)
        case "funder":
            groups = _by_funder(scope)
        case _:
            names = City.objects.select_related("country").in_bulk({row.city for row in rows})
            labels = {str(key): f"{city.display_name}, {city.country}" for key, city in names.items()}
            groups = _by(rows, lambda row: [str(row.city)], labels)
    return sorted(groups, key=lambda group: (-(group.sums.budget or group.sums.pledged), group.label))


def _by(
    rows: Iterable[ProjectRow], codes_of: Callable[[ProjectRow], Sequence[str]], labels: Mapping[str, str]
) -> list[Group]:
    sums: dict[str, Sums] = defaultdict(Sums)
    for row in rows:
        for code in codes_of(row):
            sums[code] += row.sums
    return [Group(code, str(labels.get(code, code)), found) for code, found in sums.items()]


def _by_funder(scope: Scope) -> list[Group]:
    """Funders are told apart by their names; one of several sources in a project counts it once."""
    amounts = AMOUNTS[1:4]
    found = (
        FundingSource.objects.filter(project__in=scope.projects().values("pk"))
        .annotate(currency=F("project__currency"), rate=F("project__rate"))
        .annotate(**{f"eur_{name}": in_euros(F(name)) for name in amounts})
    )
    values = found.values_list(
        "name_en", "name_uk", "project", "project__is_demonstration", *(f"eur_{name}" for name in amounts)
    )
    sums: dict[str, Sums] = defaultdict(Sums)
    counted: set[tuple[str, int]] = set()
    labels: dict[str, str] = {}
    for english, ukrainian, project, is_demonstration, *money in values:
        code = english or ukrainian
        labels[code] = in_active_language(english, ukrainian)
        one = _sums_of_one(is_demonstration, [NOTHING, *money, NOTHING])
        if (code, project) in counted:
            one = replace(one, projects=0, demonstrations=0, without_rate=0)
        counted.add((code, project))
        sums[code] += one
    return [Group(code, labels[code], one) for code, one in sums.items()]


def without_a_rate(rows: Iterable[ProjectRow]) -> list[tuple[str, int]]:
    """How many projects there are by currency whose money no euro sum holds."""
    return sorted(Counter(row.currency for row in rows if row.sums.without_rate).items())
