"""The city directory in memory: what a page of it needs, without asking the database.

Each process keeps the cities as columns (NumPy arrays and tuples of names). Row r is the r-th largest
city, so that ascending rows are the usual order. Triggers in PostgreSQL count changes (DataVersion); at
most once a second a process compares them with what it has and loads what is old. While one thread
loads, others are answered from the copy at hand.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from time import monotonic

import numpy as np
import numpy.typing as npt
from babel import Locale
from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .alphabet import english_key, ukrainian_key
from .facets import Facet, Mask, Rows
from .models import (
    City,
    CityName,
    CityProfile,
    Country,
    DataVersion,
    Mayor,
    Region,
    Topic,
    TopicStatement,
    Twinning,
)
from .selection import Degrees, Selectable, in_order_of

SECONDS_BETWEEN_CHECKS = 1.0
EARTH_RADIUS = 6371.0  # km

SIZES = {
    "over-1m": (1_000_000, _("1,000,000 or more")),
    "250k-1m": (250_000, _("250,000 to 999,999")),
    "100k-250k": (100_000, _("100,000 to 249,999")),
    "50k-100k": (50_000, _("50,000 to 99,999")),
    "20k-50k": (20_000, _("20,000 to 49,999")),
    "5k-20k": (5_000, _("5,000 to 19,999")),
    "under-5k": (0, _("under 5,000")),
}
"""Size bands: code to least population and label, largest first."""

MEMBERSHIP = {"yes": _("Member city"), "no": _("Not a member yet")}

Versions = Mapping[str, int]
Names = Mapping[str, Mapping[str, str]]  # language, code: name


def versions() -> Versions:
    """How often each part of the data changed, as the database says now."""
    return dict(DataVersion.objects.order_by("name").values_list("name", "version"))


def reader_language() -> str:
    """The language of the page being made: "en" or "uk"."""
    return "uk" if (get_language() or "en").startswith("uk") else "en"


def _bilingual(rows: Iterable[tuple[str, str, str]]) -> Names:
    """Names by language and code, from (code, English, Ukrainian)."""
    known = list(rows)
    return {
        "en": {code: english for code, english, _ukrainian in known},
        "uk": {code: ukrainian or english for code, english, ukrainian in known},
    }


def language_names(codes: Iterable[str]) -> Names:
    """Names of languages in each of the portal's languages, with a capital letter."""
    found = {}
    for reader in ("en", "uk"):
        languages = Locale(reader).languages
        names = {code: languages.get(code, code) for code in codes}
        found[reader] = {code: capfirst(name) for code, name in names.items()}
    return found


@dataclass(frozen=True)
class Reference:
    """What GeoNames says of n cities: changes only when `load_cities` runs.

    Arrays have shape (n,); `name`, `name_uk` and `slug` are tuples of n.
    """

    ids: Rows
    population: Rows
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    is_capital: Mask
    names: Rows  # how many names each has
    name: Sequence[str]
    name_uk: Sequence[str]
    slug: Sequence[str]
    country: Facet
    region: Facet
    size: Facet
    country_names: Names
    region_names: Names
    region_country: Mapping[str, str]
    country_languages: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls) -> Reference:
        """Read all cities: about half a second for 100,000."""
        fields = ("id", "country_id", "region_id", "name", "name_uk", "slug")
        numbers = ("population", "latitude", "longitude", "is_capital")
        cities = City.objects.order_by("-population", "id").values_list(*fields, *numbers)
        columns = list(zip(*cities, strict=True)) or [()] * 10
        ids, country, region, name, name_uk, slug, population, latitude, longitude, is_capital = columns
        countries = list(Country.objects.order_by("name_en").values_list("code", "name_en", "name_uk"))
        regions = list(Region.objects.values_list("code", "name_en", "name_uk"))
        people = np.array(population, dtype=np.int64)
        names = dict(CityName.objects.values_list("city_id").annotate(Count("pk")).order_by())
        return cls(
            ids=np.array(ids, dtype=np.int64),
            population=people,
            latitude=np.array(latitude, dtype=np.float64),
            longitude=np.array(longitude, dtype=np.float64),
            is_capital=np.array(is_capital, dtype=np.bool_),
            names=np.array([names.get(city, 0) for city in ids], dtype=np.int64),
            name=name,
            name_uk=name_uk,
            slug=slug,
            country=Facet.single([code for code, *_names in countries], country),
            region=Facet.single(["", *(code for code, *_names in regions)], [code or "" for code in region]),
            size=Facet(tuple(SIZES), _size_bands(people)),
            country_names=_bilingual(countries),
            region_names=_bilingual(regions),
            region_country=dict(Region.objects.values_list("code", "country_id")),
            country_languages=dict(Country.objects.values_list("code", "languages")),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _by_id(self) -> Rows:
        return np.argsort(self.ids)

    def rows_of(self, ids: npt.ArrayLike) -> Rows:
        """The rows of GeoNames ids, shape kept; -1 for ids that are not in the directory."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self):
            return np.full(wanted.shape, -1, dtype=np.int64)
        place = np.searchsorted(self.ids, wanted, sorter=self._by_id)
        rows = self._by_id[np.minimum(place, len(self) - 1)]
        return np.where(self.ids[rows] == wanted, rows, -1)

    @cached_property
    def points(self) -> npt.NDArray[np.float64]:
        """Shape (n, 3): the cities on the unit sphere."""
        phi, lam = np.radians(self.latitude), np.radians(self.longitude)
        return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])

    def distances(self, row: int, others: Rows | None = None) -> npt.NDArray[np.float64]:
        """Great-circle distances from one city to others (rows), or to all n, in km (haversine formula)."""
        points = self.points if others is None else self.points[others]
        chord = np.linalg.norm(points - self.points[row], axis=1)
        return 2.0 * EARTH_RADIUS * np.arcsin(np.minimum(chord / 2.0, 1.0))

    @cached_property
    def by_name(self) -> Mapping[str, Rows]:
        """For each language, all rows in the alphabetical order of the names its readers see."""
        english = np.array([english_key(name) for name in self.name], dtype=object)
        shown = zip(self.name_uk, self.name, strict=True)
        ukrainian = np.array([ukrainian_key(name_uk or name) for name_uk, name in shown], dtype=object)
        return {"en": np.argsort(english, kind="stable"), "uk": np.argsort(ukrainian, kind="stable")}


def _size_bands(population: Rows) -> Rows:
    """Shape (n,): the place in SIZES of each population."""
    least = np.array([least for least, _label in SIZES.values()])
    return np.searchsorted(-least, -population, side="left")


@dataclass(frozen=True)
class Statements:
    """What members say of their cities, and who they are. Changes often; small."""

    member: Facet
    need: Facet
    offer: Facet
    language: Facet
    demonstration: frozenset[int]  # rows
    topic_names: Names
    language_names: Names

    @classmethod
    def load(cls, reference: Reference) -> Statements:
        """Read profiles, needs and offers, memberships."""
        topics = list(Topic.objects.values_list("code", "name_en", "name_uk"))
        codes = [code for code, *_names in topics]
        kinds = TopicStatement.Kind
        profiles = list(CityProfile.objects.values_list("city_id", "languages", "is_demonstration"))
        members = Mayor.objects.filter(state=Mayor.State.APPROVED).values_list("city_id", flat=True)
        is_member = np.zeros(len(reference), dtype=np.bool_)
        is_member[_known(reference.rows_of(list(members)))] = True
        language = _language_facet(reference, {city: stated for city, stated, _demo in profiles})
        return cls(
            member=Facet(tuple(MEMBERSHIP), np.where(is_member, 0, 1)),
            need=Facet.of_cities(codes, len(reference), _topics_by_row(reference, kinds.NEED)),
            offer=Facet.of_cities(codes, len(reference), _topics_by_row(reference, kinds.OFFER)),
            language=language,
            demonstration=frozenset(
                _known(reference.rows_of([city for city, _stated, demo in profiles if demo])).tolist()
            ),
            topic_names=_bilingual(topics),
            language_names=language_names(language.codes),
        )

    @cached_property
    def members_first(self) -> Rows:
        """All rows, member cities before the others, each by population."""
        return np.argsort(self.member.sets, kind="stable")


def _known(rows: Rows) -> Rows:
    return rows[rows >= 0]


def _topics_by_row(reference: Reference, kind: str) -> dict[int, list[str]]:
    """The topics that each city states, by its row."""
    stated = list(TopicStatement.objects.filter(kind=kind).values_list("city_id", "topic_id"))
    rows = reference.rows_of([city for city, _topic in stated])
    topics: dict[int, list[str]] = defaultdict(list)
    for row, (_city, topic) in zip(rows.tolist(), stated, strict=True):
        if row >= 0:
            topics[row].append(topic)
    return topics


def _language_facet(reference: Reference, stated: Mapping[int, Sequence[str]]) -> Facet:
    """The languages of each city: those of its country, and its stated working languages."""
    countries = reference.country.codes
    contents = [frozenset(reference.country_languages[code]) for code in countries]
    sets = reference.country.sets.copy()
    numbers: dict[tuple[int, frozenset[str]], int] = {}
    rows = reference.rows_of(list(stated))
    for row, languages in zip(rows.tolist(), stated.values(), strict=True):
        own = frozenset(languages)
        if row >= 0 and own:
            country = int(sets[row])
            number = numbers.setdefault((country, own), len(contents))
            if number == len(contents):
                contents.append(contents[country] | own)
            sets[row] = number
    codes = sorted(frozenset(chain.from_iterable(contents)))
    return Facet.of_sets(codes, sets, contents)


@dataclass(frozen=True)
class Ties:
    """Who is twinned with whom."""

    twinned: Facet  # the countries a city is twinned with
    count: Rows  # shape (n,): a city's twinnings
    ends: Rows  # shape (twinnings, 2): the rows of both cities

    @classmethod
    def load(cls, reference: Reference) -> Ties:
        """Read all twinnings."""
        pairs = np.array(list(Twinning.objects.values_list("city_a_id", "city_b_id")), dtype=np.int64)
        ends = reference.rows_of(pairs.reshape(-1, 2))
        ends = ends[(ends >= 0).all(axis=1)]
        countries = reference.country
        partners: dict[int, set[str]] = defaultdict(set)
        for a, b in ends.tolist():
            partners[a].add(countries.codes[countries.sets[b]])
            partners[b].add(countries.codes[countries.sets[a]])
        return cls(
            twinned=Facet.of_cities(countries.codes, len(reference), partners),
            count=np.bincount(ends.ravel(), minlength=len(reference)),
            ends=ends,
        )


@dataclass(frozen=True)
class Directory(Selectable):
    """One consistent copy of the directory."""

    versions: Versions
    reference: Reference
    statements: Statements
    ties: Ties

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string, in the order of filters.FACETS."""
        reference, statements = self.reference, self.statements
        return {
            "country": reference.country,
            "region": reference.region,
            "size": reference.size,
            "member": statements.member,
            "need": statements.need,
            "offer": statements.offer,
            "language": statements.language,
            "twinned": self.ties.twinned,
        }

    def names_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        """The names of cities in the reader's language, by their codes: ids as text."""
        listed = list(codes)
        rows = self.reference.rows_of([int(code) for code in listed]).tolist()
        return dict(zip(listed, map(self.name, rows), strict=True))

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        language = reader_language()
        match facet:
            case "country" | "twinned":
                return self.reference.country_names[language]
            case "region":
                return self.reference.region_names[language]
            case "need" | "offer":
                return self.statements.topic_names[language]
            case "language":
                return self.statements.language_names[language]
            case "size":
                return {code: str(label) for code, (_least, label) in SIZES.items()}
            case "member":
                return {code: str(label) for code, label in MEMBERSHIP.items()}
        raise KeyError(facet)

    def name(self, row: int) -> str:
        """A city's name in the reader's language."""
        names = self.reference
        return (reader_language() == "uk" and names.name_uk[row]) or names.name[row]

    def __len__(self) -> int:
        return len(self.reference)

    def places(self) -> tuple[Degrees, Degrees]:
        """Latitudes and longitudes of all rows."""
        return self.reference.latitude, self.reference.longitude

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""
        match sort:
            case "population":
                return rows if relevance is None else np.sort(rows)
            case "smallest":
                return np.sort(rows)[::-1]
            case "name":
                return in_order_of(self.reference.by_name[reader_language()], rows)
            case "-name":
                return in_order_of(self.reference.by_name[reader_language()], rows)[::-1]
            case "members":
                return in_order_of(self.statements.members_first, rows)
        return rows


class _Keeper:
    """Holds the process's copy and renews it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._copy: Directory | None = None
        self._checked = float("-inf")

    def current(self) -> Directory:
        """The copy at hand, renewed first where the data changed and nobody else is doing so."""
        copy = self._copy
        if copy is not None and monotonic() - self._checked < SECONDS_BETWEEN_CHECKS:
            return copy
        if self._lock.acquire(blocking=copy is None):
            try:
                if monotonic() - self._checked >= SECONDS_BETWEEN_CHECKS or self._copy is None:
                    self._copy = _renewed(self._copy)
                    self._checked = monotonic()
            finally:
                self._lock.release()
        assert self._copy is not None
        return self._copy

    def fresh(self) -> Directory:
        """A copy of what the database holds now, however lately that was looked at."""
        with self._lock:
            self._copy = _renewed(self._copy)
            self._checked = monotonic()
            return self._copy

    def forget(self) -> None:
        """Load everything anew at the next use."""
        with self._lock:
            self._copy, self._checked = None, float("-inf")


def _renewed(old: Directory | None) -> Directory:
    """A copy of what the database holds now; parts of `old` that are still good are kept.

    Versions are read before the data, so that what changes in between is loaded again next time.
    """
    now = versions()
    if old is not None and old.versions == now:
        return old

    def is_good(part: str) -> bool:
        return old is not None and old.versions.get(part) == now.get(part)

    if old is not None and is_good(DataVersion.REFERENCE):
        reference = old.reference
        statements = old.statements if is_good(DataVersion.MEMBERS) else Statements.load(reference)
        ties = old.ties if is_good(DataVersion.TIES) else Ties.load(reference)
        return Directory(now, reference, statements, ties)
    reference = Reference.load()
    return Directory(now, reference, Statements.load(reference), Ties.load(reference))


_keeper = _Keeper()
current: Callable[[], Directory] = _keeper.current
fresh: Callable[[], Directory] = _keeper.fresh
forget: Callable[[], None] = _keeper.forget
