"""The directory of businesses in memory, as columns beside those of the city directory.

Row r is the business whose profile was saved r-th last, so that ascending rows are the usual order. What
belongs to its city (country, region, place, names) is taken from the city directory's copy, on which this
one rests: it is loaded anew when businesses or cities changed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

from cities import directory, nace
from cities.alphabet import english_key, ukrainian_key
from cities.directory import Directory, Names, Versions, reader_language
from cities.facets import Facet, Mask, Rows
from cities.models import DataVersion
from cities.page_cache import made_of_old_data
from cities.selection import Degrees, Selectable, in_order_of
from partnerships.matching.trade import TEXT_SIZE

from . import texts
from .models import BUSINESSES, BusinessChange, BusinessProfile, BusinessStatement, SizeBand, Trade
from .words import market_labels

NOT_STATED = ""
MOST_PATCHES = 0.05  # of all businesses: when more were renewed one by one, everything is read anew
FEWEST_PATCHES = 200  # that are always allowed
Texts = npt.NDArray[np.object_]
Vectors = npt.NDArray[np.int8]


@dataclass(frozen=True)
class BusinessDirectory(Selectable):
    """One consistent copy of n public businesses.

    Arrays have shape (n,), but for the vectors of texts (see `texts`), which have (n, TEXT_SIZE). `city` are
    rows of `cities`; `updated` are microseconds. patches: how many businesses were renewed one by one since
    everything was read.
    """

    cities: Directory
    ids: Rows
    city: Rows
    updated: Rows
    name: Texts
    other_name: Texts
    slug: Texts
    website: Texts
    founded: Rows  # 0 where it is not stated
    is_demonstration: Mask
    seeks: Vectors
    does: Vectors
    division: Facet
    section: Facet
    size: Facet
    offer: Facet
    need: Facet
    language: Facet
    market: Facet
    at_city: Facet
    patches: int = 0

    @classmethod
    def load(cls, cities: Directory) -> BusinessDirectory:
        """Read all public businesses whose cities the copy has."""
        return cls._read(cities, BusinessProfile.objects.public(), BusinessStatement.objects.all())

    @classmethod
    def _read(
        cls,
        cities: Directory,
        profiles: QuerySet[BusinessProfile],
        statements: QuerySet[BusinessStatement],
    ) -> BusinessDirectory:
        said = ("other_name", "division", "size", "founded", "markets", "languages", "website")
        about = [f"organisation__{name}" for name in ("city_id", "name", "slug")]
        hidden = ("is_demonstration", "updated_at", "text_vectors")
        found = profiles.order_by("-updated_at", "-pk")
        rows = list(found.values_list("pk", *about, *hidden, *said))
        at = cities.reference.rows_of([row[1] for row in rows])
        rows = [row for row, city in zip(rows, at.tolist(), strict=True) if city >= 0]
        columns = list(zip(*rows, strict=True)) or [()] * 14
        ids, _city, name, slug, demonstration, updated, written, *more = columns
        other, division, size, founded, markets, languages, website = more
        known = [code if code in nace.activities() else NOT_STATED for code in division]
        keys = np.array(ids, dtype=np.int64)
        stated = _trades_by_row(keys, statements)
        seeks, does = as_vectors(written)
        return cls(
            cities=cities,
            ids=keys,
            updated=np.array([round(one.timestamp() * 1e6) for one in updated], dtype=np.int64),
            city=at[at >= 0],
            name=_names(name),
            other_name=_names(other),
            slug=_names(slug),
            website=_names(website),
            founded=np.array([year or 0 for year in founded], dtype=np.int64),
            is_demonstration=np.array(demonstration, dtype=np.bool_),
            seeks=seeks,
            does=does,
            division=Facet.single([NOT_STATED, *(one.code for one in nace.divisions())], known),
            section=Facet.single(
                [NOT_STATED, *(one.code for one in nace.sections())],
                [nace.section_of(code) for code in known],
            ),
            size=Facet.single(
                [NOT_STATED, *SizeBand.values], [_one_of(SizeBand.values, one) for one in size]
            ),
            offer=Facet.of_cities(Trade.values, len(ids), stated[BusinessStatement.Kind.OFFER]),
            need=Facet.of_cities(Trade.values, len(ids), stated[BusinessStatement.Kind.NEED]),
            language=_many(languages),
            market=_many(markets),
            at_city=Facet(tuple(map(str, cities.reference.ids.tolist())), at[at >= 0]),
        )

    def renewed(self, cities: Directory, changed: Sequence[int]) -> BusinessDirectory:
        """This copy with some businesses (ids) as they are now, gone or new; the cities must be the same."""
        new = self._read(
            cities,
            BusinessProfile.objects.public().filter(pk__in=changed),
            BusinessStatement.objects.filter(organisation__in=changed),
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

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def by_id(self) -> Rows:
        """The rows by ascending id."""
        return np.argsort(self.ids)

    @cached_property
    def at_slug(self) -> Mapping[str, int]:
        """The row of each business by its address."""
        return {slug: row for row, slug in enumerate(self.slug)}

    def rows_of(self, ids: Sequence[int]) -> Rows:
        """The rows of organisations by their ids; -1 for those that are not public."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self):
            return np.full(wanted.shape, -1, dtype=np.int64)
        place = np.searchsorted(self.ids, wanted, sorter=self.by_id)
        rows = self.by_id[np.minimum(place, len(self) - 1)]
        return np.where(self.ids[rows] == wanted, rows, -1)

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string, in the order of query.FACETS."""
        reference = self.cities.reference
        return {
            "country": Facet(reference.country.codes, reference.country.sets[self.city]),
            "region": Facet(reference.region.codes, reference.region.sets[self.city]),
            "city": self.at_city,
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
        language = reader_language()
        match facet:
            case "country" | "region":
                return self.cities.labels(facet)
            case "city":
                return CityNames(self.cities, self.at_city)
            case "section":
                return {one.code: one.title for one in nace.sections()}
            case "division":
                return {one.code: f"{one.code} {one.title}" for one in nace.divisions()}
            case "offer" | "need":
                return {code: _capital(str(label)) for code, label in Trade.choices}
            case "size":
                return {code: str(label) for code, label in SizeBand.choices}
            case "market":
                return market_labels(language, self.market.codes)
            case "language":
                return self._language_names[language]
        raise KeyError(facet)

    @cached_property
    def _language_names(self) -> Names:
        return directory.language_names(self.language.codes)

    def places(self) -> tuple[Degrees, Degrees]:
        """Latitudes and longitudes of the cities of all rows."""
        reference = self.cities.reference
        return reference.latitude[self.city], reference.longitude[self.city]

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""
        match sort:
            case "updated":
                return rows if relevance is None else np.sort(rows)
            case "name":
                return in_order_of(self._by_name[reader_language()], rows)
            case "-name":
                return in_order_of(self._by_name[reader_language()], rows)[::-1]
            case "size":
                return in_order_of(self._largest_first, rows)
            case "founded":
                return in_order_of(self._oldest_first, rows)
        return rows

    @cached_property
    def _by_name(self) -> Mapping[str, Rows]:
        keys = {"en": english_key, "uk": ukrainian_key}
        return {
            language: np.argsort(np.array([key(name) for name in self.name], dtype=object), kind="stable")
            for language, key in keys.items()
        }

    @cached_property
    def _largest_first(self) -> Rows:
        return np.argsort(-self.size.sets, kind="stable")

    @cached_property
    def _oldest_first(self) -> Rows:
        return np.argsort(np.where(self.founded > 0, self.founded, 9999), kind="stable")


class CityNames(Mapping[str, str]):
    """The names of cities in the reader's language by the codes of a facet whose values are all cities."""

    def __init__(self, cities: Directory, facet: Facet) -> None:
        self._cities, self._facet = cities, facet

    def __getitem__(self, code: str) -> str:
        return self._cities.name(self._facet.place[code])

    def __iter__(self) -> Iterator[str]:
        return iter(self._facet.codes)

    def __len__(self) -> int:
        return len(self._facet.codes)


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _one_of(known: Iterable[str], code: str) -> str:
    return code if code in known else NOT_STATED


def _many(values: Iterable[Sequence[str]]) -> Facet:
    """A facet of several values a business, of those that there are."""
    listed = list(values)
    codes = sorted({code for codes in listed for code in codes})
    return Facet.of_cities(codes, len(listed), dict(enumerate(listed)))


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


class _Keeper:
    """Holds the process's copy and renews it when the copy of the cities shows that it is old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._copy: BusinessDirectory | None = None
        self._seen = 0  # no transaction below it will change what was read

    def current(self) -> BusinessDirectory:
        """The copy at hand, renewed first where businesses changed and nobody else is doing so.

        While somebody else is, the old one is handed out, and the page that is made of it is not kept.
        """
        cities = directory.current()
        copy = self._copy
        if copy is not None and _parts(copy.cities.versions) == _parts(cities.versions):
            return copy
        if self._lock.acquire(blocking=copy is None):
            try:
                return self._renew(cities)
            finally:
                self._lock.release()
        made_of_old_data()
        assert copy is not None
        return copy

    def fresh(self) -> BusinessDirectory:
        """A copy of what the database holds now, for scoring."""
        cities = directory.fresh()
        with self._lock:
            return self._renew(cities)

    def _renew(self, cities: Directory) -> BusinessDirectory:
        """Bring the copy up to date, where it is not; hold the lock."""
        copy = self._copy
        if copy is None or _parts(copy.cities.versions) != _parts(cities.versions):
            seen = oldest_at_work()  # before anything is read
            changed = changed_since(self._seen) if copy else None
            if copy is None or changed is None or not _can_be_patched(copy, cities, len(changed)):
                self._copy = BusinessDirectory.load(cities)
            else:
                self._copy = copy.renewed(cities, changed)
            self._seen = seen
        assert self._copy is not None
        return self._copy

    def forget(self) -> None:
        """Load everything anew at the next use."""
        with self._lock:
            self._copy = None


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


def _parts(versions: Versions) -> tuple[int | None, int | None]:
    return versions.get(BUSINESSES), versions.get(DataVersion.REFERENCE)


_keeper = _Keeper()
current: Callable[[], BusinessDirectory] = _keeper.current
fresh: Callable[[], BusinessDirectory] = _keeper.fresh
forget: Callable[[], None] = _keeper.forget
