"""The directory of businesses in memory, loaded anew when businesses or cities changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cities import nace
from cities.directory import Directory, Versions, reader_language
from cities.facets import Facet, Rows
from cities.models import DataVersion
from cities.selection import in_order_of
from partnerships.organisations.directory import (
    NOT_STATED,
    OrganisationDirectory,
    capital,
    many,
    one_of,
)
from partnerships.organisations.keeper import Keeper

from .models import BUSINESSES, BusinessProfile, BusinessStatement, SizeBand, Trade
from .words import market_labels


@dataclass(frozen=True)
class BusinessDirectory(OrganisationDirectory):
    """One consistent copy of n public businesses. Arrays have shape (n,)."""

    founded: Rows  # 0 where it is not stated
    division: Facet
    section: Facet
    size: Facet
    offer: Facet
    need: Facet
    market: Facet

    @classmethod
    def load(cls, cities: Directory) -> BusinessDirectory:
        """Read all public businesses whose cities the copy has."""
        fields = ("other_name", "division", "size", "founded", "markets", "languages", "website")
        about = [f"organisation__{name}" for name in ("city_id", "name", "slug")]
        profiles = BusinessProfile.objects.public().order_by("-updated_at", "-pk")
        rows = list(profiles.values_list("pk", *about, "is_demonstration", *fields))
        at = cities.reference.rows_of([row[1] for row in rows])
        rows = [row for row, city in zip(rows, at.tolist(), strict=True) if city >= 0]
        columns = list(zip(*rows, strict=True)) or [()] * 12
        ids, _city, name, slug, demonstration, other, division, size, founded, *more = columns
        markets, languages, website = more
        known = [code if code in nace.activities() else NOT_STATED for code in division]
        keys = np.array(ids, dtype=np.int64)
        stated = _trades_by_row(keys)
        return cls(
            cities=cities,
            ids=keys,
            city=at[at >= 0],
            name=name,
            other_name=other,
            slug=slug,
            website=website,
            founded=np.array([year or 0 for year in founded], dtype=np.int64),
            is_demonstration=np.array(demonstration, dtype=np.bool_),
            division=Facet.single([NOT_STATED, *(one.code for one in nace.divisions())], known),
            section=Facet.single(
                [NOT_STATED, *(one.code for one in nace.sections())],
                [nace.section_of(code) for code in known],
            ),
            size=Facet.single([NOT_STATED, *SizeBand.values], [one_of(SizeBand.values, one) for one in size]),
            offer=Facet.of_cities(Trade.values, len(ids), stated[BusinessStatement.Kind.OFFER]),
            need=Facet.of_cities(Trade.values, len(ids), stated[BusinessStatement.Kind.NEED]),
            language=many(languages),
            market=many(markets),
            at_city=Facet(tuple(map(str, cities.reference.ids.tolist())), at[at >= 0]),
        )

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string, in the order of query.FACETS."""
        return {
            **self.seats,
            "section": self.section,
            "division": self.division,
            "offer": self.offer,
            "need": self.need,
            "size": self.size,
            "market": self.market,
            "language": self.language,
        }

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "section":
                return {one.code: one.title for one in nace.sections()}
            case "division":
                return {one.code: f"{one.code} {one.title}" for one in nace.divisions()}
            case "offer" | "need":
                return {code: capital(str(label)) for code, label in Trade.choices}
            case "size":
                return {code: str(label) for code, label in SizeBand.choices}
            case "market":
                return market_labels(reader_language(), self.market.codes)
        return super().labels(facet)

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""
        match sort:
            case "size":
                return in_order_of(self._largest_first, rows)
            case "founded":
                return in_order_of(self._oldest_first, rows)
        return super().ordered(rows, sort, relevance)

    @cached_property
    def _largest_first(self) -> Rows:
        return np.argsort(-self.size.sets, kind="stable")

    @cached_property
    def _oldest_first(self) -> Rows:
        return np.argsort(np.where(self.founded > 0, self.founded, 9999), kind="stable")


def _trades_by_row(ids: Rows) -> Mapping[str, Mapping[int, list[str]]]:
    """For each kind, what each row states."""
    row_of = {key: row for row, key in enumerate(ids.tolist())}
    found: Mapping[str, dict[int, list[str]]] = {
        kind: defaultdict(list) for kind in BusinessStatement.Kind.values
    }
    stated = BusinessStatement.objects.values_list("organisation_id", "kind", "trade")
    for key, kind, trade in stated.order_by():
        if key in row_of:
            found[kind][row_of[key]].append(trade)
    return found


def _parts(versions: Versions) -> tuple[int | None, int | None]:
    return versions.get(BUSINESSES), versions.get(DataVersion.REFERENCE)


_keeper = Keeper(BusinessDirectory.load, _parts)
current: Callable[[], BusinessDirectory] = _keeper.current
forget: Callable[[], None] = _keeper.forget
