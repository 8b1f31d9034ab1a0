"""Which projects a state of the page is about, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from projects.codelists import codelist
from projects.models import Project

GROUPINGS: Mapping[str, Any] = {
    "city": _("By city"),
    "sector": _("By sector"),
    "year": _("By year"),
    "funder": _("By funder"),
}
"""What the sums can be divided by."""

YEAR = ExtractYear(Coalesce("actual_start", "planned_start"))
"""The year in which a project starts, or is planned to."""

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Scope:
    """The filters of the page; empty ones let everything through. Of one kind there is one value at most."""

    by: str = "city"
    city: str = ""
    sector: str = ""
    year: str = ""
    funder: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        by = data.get("by", "")
        asked = {name: data.get(name, "")[:200].replace("\x00", "") for name in GROUPINGS}
        return cls(
            by=by if by in GROUPINGS else "city",
            city=asked["city"] if _is_number(asked["city"]) else "",
            sector=asked["sector"] if asked["sector"] in codelist("projectSector") else "",
            year=asked["year"] if asked["year"] == UNKNOWN or _is_number(asked["year"][:4]) else "",
            funder=asked["funder"],
        )

    def but(self, **changes: str) -> Scope:
        """This state with some of it changed."""
        return replace(self, **changes)

    @property
    def query_string(self) -> str:
        """This state in an address, with its question mark; empty for the first one."""
        stated = {name: getattr(self, name) for name in ("city", "sector", "year", "funder")}
        asked = {"by": self.by if self.by != "city" else "", **stated}
        text = urlencode({name: value for name, value in asked.items() if value})
        return f"?{text}" if text else ""

    def projects(self) -> QuerySet[Project]:
        """The public projects that the filters let through."""
        found = Project.objects.public()
        if self.city:
            found = found.filter(city=int(self.city))
        if self.sector:
            found = found.filter(sectors__contains=[self.sector])
        if self.year:
            year = None if self.year == UNKNOWN else int(self.year[:4])
            found = found.annotate(year=YEAR)
            found = found.filter(year__isnull=True) if year is None else found.filter(year=year)
        if self.funder:
            named = Q(funding_sources__name_en=self.funder) | Q(
                funding_sources__name_en="", funding_sources__name_uk=self.funder
            )
            found = found.filter(pk__in=Project.objects.filter(named).values("pk"))
        return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 10
