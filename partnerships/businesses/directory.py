"""The directory of businesses in memory, as columns beside those of the city directory.

It is brought up to date when businesses or cities changed: few businesses are read one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from cities import nace
from cities.directory import Directory, Versions, reader_language
from cities.facets import Facet, Rows
from cities.keeper import Keeper
from cities.models import DataVersion
from cities.selection import in_order_of
from partnerships.integrity.models import INTEGRITY, IntegrityDeclaration, IntegrityDeclarationQuerySet
from partnerships.integrity.standings import declared
from partnerships.matching.trade import TEXT_SIZE
from partnerships.organisations.directory import (
    NOT_STATED,
    OrganisationDirectory,
    many,
    one_of,
)

from . import texts
from .models import BUSINESSES, BusinessChange, BusinessProfile, BusinessStatement, SizeBand, Trade
from .words import market_labels

MOST_PATCHES = 0.05  # of all businesses: when more were renewed one by one, everything is read anew
FEWEST_PATCHES = 200  # that are always allowed
Texts = npt.NDArray[np.object_]
Vectors = npt.NDArray[np.int8]


@dataclass(frozen=True)
class BusinessDirectory(OrganisationDirectory):
    """One consistent copy of n public businesses.

    Arrays have shape (n,), but for the vectors of texts (see `texts`), which have (n, TEXT_SIZE). `updated`
    are microseconds. patches: how many businesses were renewed one by one since everything was read.
    """

    updated: Rows
    founded: Rows  # 0 where it is not stated
    seeks: Vectors
    does: Vectors
    activity: Facet
    division: Facet
    section: Facet
    size: Facet
    offer: Facet
    need: Facet
    market: Facet
    patches: int = 0

    @classmethod
    def load(cls, cities: Directory) -> BusinessDirectory:
        """Read all public businesses whose cities the copy has."""
        return cls._read(
            cities,
            BusinessProfile.objects.public(),
            BusinessStatement.objects.all(),
            IntegrityDeclaration.objects.all(),
        )

    @classmethod
    def _read(
        cls,
        cities: Directory,
        profiles: QuerySet[BusinessProfile],
        statements: QuerySet[BusinessStatement],
        declarations: IntegrityDeclarationQuerySet,
    ) -> BusinessDirectory:
        said = ("other_name", "activity", "size", "founded", "markets", "languages", "website")
        about = [f"organisation__{name}" for name in ("city_id", "name", "slug")]
        hidden = ("is_demonstration", "updated_at", "text_vectors", "text_key")
        found = profiles.order_by("-updated_at", "-pk")
        rows = list(found.values_list("pk", *about, *hidden, *said))
        at = cities.reference.rows_of([row[1] for row in rows])
        rows = [row for row, city in zip(rows, at.tolist(), strict=True) if city >= 0]
        columns = list(zip(*rows, strict=True)) or [()] * 15
        ids, _city, name, slug, demonstration, updated, written, text_key, *more = columns
        other, activity, size, founded, markets, languages, website = more
        known = [code if nace.division_of(code) else NOT_STATED for code in activity]
        keys = np.array(ids, dtype=np.int64)
        stated = _trades_by_row(keys, statements)
        seeks, does = as_vectors(written)
        valid_until, is_checked = declared(keys, declarations)
        return cls(
            cities=cities,
            ids=keys,
            updated=np.array([round(one.timestamp() * 1e6) for one in updated], dtype=np.int64),
            city=at[at >= 0],
            name=_names(name),
            other_name=_names(other),
            slug=_names(slug),
            website=_names(website),
            said=_names(text_key),
            founded=np.array([year or 0 for year in founded], dtype=np.int64),
            is_demonstration=np.array(demonstration, dtype=np.bool_),
            seeks=seeks,
            does=does,
            activity=Facet.single([NOT_STATED, *nace.activities()], known),
            division=Facet.single(
                [NOT_STATED, *(one.code for one in nace.divisions())],
                [nace.division_of(code) for code in known],
            ),
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
            valid_until=valid_until,
            is_checked=is_checked,
        )

    def renewed(self, cities: Directory, changed: Sequence[int]) -> BusinessDirectory:
        """This copy with some businesses (ids) as they are now, gone or new; the cities must be the same."""
        new = self._read(
            cities,
            BusinessProfile.objects.public().filter(pk__in=changed),
            BusinessStatement.objects.filter(organisation__in=changed),
            IntegrityDeclaration.objects.filter(organisation__in=changed),
        )
        kept = np.flatnonzero(~np.isin(self.ids, changed))
        ids, updated = (
            np.concatenate((old[kept], more))
            for old, more in ((self.ids, new.ids), (self.updated, new.updated))
        )
        order = np.lexsort((-ids, -updated))

        def joined(name: str) -> Any:
            old, more = getattr(self, name), getattr(new, name)
            if isinstance(old, Facet):
                return old.joined(kept, more, order)
            return np.concatenate((old[kept], more))[order]

        columns = {field.name for field in fields(self)} - {"cities", "patches"}
        parts = {name: joined(name) for name in columns}
        return replace(self, cities=cities, patches=self.patches + len(changed), **parts)

    @cached_property
    def at_slug(self) -> Mapping[str, int]:
        """The row of each business by its address."""
        return {slug: row for row, slug in enumerate(self.slug)}

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
            "declaration": self.declaration,
        }

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "section":
                return {one.code: one.title for one in nace.sections()}
            case "division":
                return {one.code: nace.shown(one.code) for one in nace.divisions()}
            case "offer" | "need":
                return {code: capfirst(str(label)) for code, label in Trade.choices}
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


def _names(names: Sequence[str]) -> Texts:
    column = np.empty(len(names), dtype=object)
    column[:] = names
    return column


def as_vectors(stored: Sequence[bytes | memoryview | None]) -> tuple[Vectors, Vectors]:
    """What the businesses seek and what they do, from what `texts.vectors` wrote.

    All 0 where there is nothing, or what another version of it wrote.
    """
    marked, nothing = texts.version(), bytes(2 * TEXT_SIZE)
    known = [bytes(one) if one else b"" for one in stored]
    joined = b"".join(one[len(marked) :] if one.startswith(marked) else nothing for one in known)
    both = np.frombuffer(joined, dtype=np.int8).reshape(-1, 2, TEXT_SIZE)
    return np.ascontiguousarray(both[:, 1]), np.ascontiguousarray(both[:, 0])


def _trades_by_row(
    ids: Rows, statements: QuerySet[BusinessStatement]
) -> Mapping[str, Mapping[int, list[str]]]:
    """For each kind, what each row states."""
    row_of = {key: row for row, key in enumerate(ids.tolist())}
    found: Mapping[str, dict[int, list[str]]] = {
        kind: defaultdict(list) for kind in BusinessStatement.Kind.values
    }
    stated = statements.values_list("organisation_id", "kind", "trade")
    for key, kind, trade in stated.order_by():
        if key in row_of:
            found[kind][row_of[key]].append(trade)
    return found


def _can_be_patched(copy: BusinessDirectory, cities: Directory, changed: int) -> bool:
    """Whether so many changes are better read one by one."""
    allowed = max(FEWEST_PATCHES, MOST_PATCHES * len(copy))
    return copy.cities.reference is cities.reference and copy.patches + changed <= allowed


def oldest_at_work() -> int:
    """The number of the oldest transaction that is not ended: what those before it did can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (number,) = cursor.fetchone()
    return int(number)


def changed_since(number: int) -> list[int] | None:
    """Ids of the businesses that this transaction or later ones changed; None if all may have."""
    found = list(BusinessChange.objects.filter(xact__gte=number).values_list("organisation_id", flat=True))
    return None if 0 in found else found


class BusinessKeeper(Keeper[BusinessDirectory]):
    """Holds the process's copy; where few businesses changed, it reads those only."""

    _seen = 0  # no transaction below it will change what was read

    def _made(self, cities: Directory, old: BusinessDirectory | None) -> BusinessDirectory:
        """The copy with what changed since it was read; everything, where that is better."""
        seen = oldest_at_work()  # before anything is read
        changed = changed_since(self._seen) if old else None
        self._seen = seen
        if old is None or changed is None or not _can_be_patched(old, cities, len(changed)):
            return BusinessDirectory.load(cities)
        return old.renewed(cities, changed)


def _parts(versions: Versions) -> Hashable:
    """Declarations go out of date with the day."""
    counted = (BUSINESSES, INTEGRITY, DataVersion.REFERENCE)
    return *(versions.get(name) for name in counted), timezone.localdate()


_keeper = BusinessKeeper(BusinessDirectory.load, _parts)
current: Callable[[], BusinessDirectory] = _keeper.current
fresh: Callable[[], BusinessDirectory] = _keeper.fresh
forget: Callable[[], None] = _keeper.forget
