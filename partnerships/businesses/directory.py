"""The directory of businesses in memory, as columns beside those of the city directory.

Row r is the business whose profile was saved r-th last, so that ascending rows are the usual order. What
belongs to its city (country, region, place, names) is taken from the city directory's copy, on which this
one rests: it is loaded anew when businesses or cities changed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cities import directory, nace
from cities.alphabet import english_key, ukrainian_key
from cities.directory import Directory, Names, Versions, reader_language
from cities.facets import Facet, Mask, Rows
from cities.models import DataVersion
from cities.page_cache import made_of_old_data
from cities.selection import Degrees, Selectable, in_order_of

from .models import BUSINESSES, BusinessProfile, BusinessStatement, SizeBand, Trade
from .words import market_labels

NOT_STATED = ""


@dataclass(frozen=True)
class BusinessDirectory(Selectable):
    """One consistent copy of n public businesses.

    Arrays have shape (n,); `name`, `slug` and `website` are sequences of n. `city` are rows of `cities`.
    """

    cities: Directory
    ids: Rows
    city: Rows
    name: Sequence[str]
    other_name: Sequence[str]
    slug: Sequence[str]
    website: Sequence[str]
    founded: Rows  # 0 where it is not stated
    is_demonstration: Mask
    division: Facet
    section: Facet
    size: Facet
    offer: Facet
    need: Facet
    language: Facet
    market: Facet
    at_city: Facet

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
            size=Facet.single(
                [NOT_STATED, *SizeBand.values], [_one_of(SizeBand.values, one) for one in size]
            ),
            offer=Facet.of_cities(Trade.values, len(ids), stated[BusinessStatement.Kind.OFFER]),
            need=Facet.of_cities(Trade.values, len(ids), stated[BusinessStatement.Kind.NEED]),
            language=_many(languages),
            market=_many(markets),
            at_city=Facet(tuple(map(str, cities.reference.ids.tolist())), at[at >= 0]),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _by_id(self) -> Rows:
        return np.argsort(self.ids)

    def rows_of(self, ids: Sequence[int]) -> Rows:
        """The rows of organisations by their ids; -1 for those that are not public."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self):
            return np.full(wanted.shape, -1, dtype=np.int64)
        place = np.searchsorted(self.ids, wanted, sorter=self._by_id)
        rows = self._by_id[np.minimum(place, len(self) - 1)]
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


class _Keeper:
    """Holds the process's copy and renews it when the copy of the cities shows that it is old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._copy: BusinessDirectory | None = None

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
                if self._copy is None or _parts(self._copy.cities.versions) != _parts(cities.versions):
                    self._copy = BusinessDirectory.load(cities)
                return self._copy
            finally:
                self._lock.release()
        made_of_old_data()
        assert copy is not None
        return copy

    def forget(self) -> None:
        """Load everything anew at the next use."""
        with self._lock:
            self._copy = None


def _parts(versions: Versions) -> tuple[int | None, int | None]:
    return versions.get(BUSINESSES), versions.get(DataVersion.REFERENCE)


_keeper = _Keeper()
current: Callable[[], BusinessDirectory] = _keeper.current
forget: Callable[[], None] = _keeper.forget
