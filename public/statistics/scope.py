"""Which part of the figures a state of the page is about, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

MONTHS = 24
"""How many are shown unless others are asked for."""
MOST_MONTHS = 600
WITHOUT = "without"


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_before(month: date, number: int) -> date:
    """The month that lies so many earlier (later where the number is below zero)."""
    count = month.year * 12 + month.month - 1 - number
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True)
class Scope:
    """A country (ISO 3166-1, empty for all), the first and last month, and whether demonstration data count.

    since and until are None where they were not asked for.
    """

    country: str = ""
    since: date | None = None
    until: date | None = None
    demonstration: str = ""

    @classmethod
    def read(cls, data: QueryDict, countries: Iterable[str]) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        country = data.get("country", "").upper()
        since, until = _month(data.get("since", "")), _month(data.get("until", ""))
        if since and until and since > until:
            since, until = until, since
        return cls(
            country=country if country in set(countries) else "",
            since=since,
            until=until,
            demonstration=WITHOUT if data.get("demonstration") == WITHOUT else "",
        )

    def but(self, **changes: str) -> Scope:
        """This state with another country or another choice of demonstration data."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def query_string(self) -> str:
        """This state in an address, with its question mark; empty for the first one."""
        text = urlencode(self.asked)
        return f"?{text}" if text else ""

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for, as it stands in an address."""
        stated = {
            "country": self.country,
            "since": self.since and f"{self.since:%Y-%m}",
            "until": self.until and f"{self.until:%Y-%m}",
            "demonstration": self.demonstration,
        }
        return {name: value for name, value in stated.items() if value}

    @cached_property
    def last(self) -> date:
        """The last month; none that lies ahead."""
        today = month_of(timezone.localdate())
        return min(self.until or today, today)

    @cached_property
    def first(self) -> date:
        """The first month, MONTHS in all unless another was asked for."""
        first = self.since or months_before(self.last, MONTHS - 1)
        return max(min(first, self.last), months_before(self.last, MOST_MONTHS - 1))

    @cached_property
    def months(self) -> list[date]:
        """All months from the first to the last."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        return [months_before(self.first, -number) for number in range(count + 1)]

    @property
    def with_demonstration(self) -> bool:
        """Whether demonstration data count."""
        return self.demonstration != WITHOUT


def _month(text: str) -> date | None:
    """The month that 2026-11 means; None for anything else."""
    year, _dash, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and (year + month).isdigit() and text.isascii()):
        return None
    return date(int(year), int(month), 1) if int(year) >= 2000 and 1 <= int(month) <= 12 else None
