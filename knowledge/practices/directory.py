"""The directory of published practices in memory, as columns beside those of the city directory.

Row r is the practice published r-th last, so that ascending rows are the usual order. What belongs to its
city is taken from the city directory's copy, on which this one rests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cities.alphabet import english_key, ukrainian_key
from cities.directory import SIZES, Directory, Versions, reader_language
from cities.facets import Facet, Rows
from cities.keeper import Keeper
from cities.models import DataVersion, Topic
from cities.selection import Degrees, Selectable, in_order_of
from knowledge.models import Practice, PracticeResult
from projects.codelists import codelist, numbered_goals
from projects.directory import many
from projects.models.texts import Bilingual

PRACTICES = "practices"
"""The name in cities.DataVersion that counts changes of practices."""


@dataclass(frozen=True)
class Entry:
    """One practice of a list, whatever the reader's language."""

    title_en: str
    title_uk: str
    problem_en: str
    problem_uk: str
    slug: str
    city: int
    result: PracticeResult | None
    results: int
    adopters: frozenset[int]
    year: int
    since: date
    is_demonstration: bool

    title = Bilingual("title")
    problem = Bilingual("problem")


@dataclass(frozen=True)
class PracticeDirectory(Selectable):
    """One consistent copy of n published practices.

    Arrays have shape (n,); `city` are rows of `cities`.
    """

    cities: Directory
    ids: Rows
    city: Rows
    entries: Sequence[Entry]
    own_facets: Mapping[str, Facet]

    @classmethod
    def load(cls, cities: Directory) -> PracticeDirectory:
        """Read all published practices whose cities the copy has, in a constant number of queries."""
        found = Practice.objects.published().with_parts().order_by("-published_at", "-pk").defer(*HEAVY)
        at = cities.reference.rows_of([practice.city_id for practice in found])
        practices = [practice for practice, city in zip(found, at.tolist(), strict=True) if city >= 0]
        return cls(
            cities=cities,
            ids=np.array([practice.pk for practice in practices], dtype=np.int64),
            city=at[at >= 0],
            entries=[_entry(practice) for practice in practices],
            own_facets=_facets(practices),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: Sequence[int]) -> Rows:
        """The rows of some ids, in their order, without those that are not in the copy."""
        known = self._row_of
        return np.array([known[one] for one in ids if one in known], dtype=np.int64)

    @cached_property
    def _row_of(self) -> Mapping[int, int]:
        return {number: row for row, number in enumerate(self.ids.tolist())}

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string."""
        reference = self.cities.reference
        return {
            **self.own_facets,
            "country": Facet(reference.country.codes, reference.country.sets[self.city]),
            "size": Facet(reference.size.codes, reference.size.sets[self.city]),
        }

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "country" | "size":
                return self.cities.labels(facet)
            case "topic":
                return self.cities.labels("need")
            case "city":
                return self.cities.names_of(self.own_facets["city"].codes)
            case "goal":
                return {str(number): label for number, label in numbered_goals()}
            case "fits":
                return {code: str(label) for code, (_least, label) in SIZES.items()}
            case "year":
                return {code: code for code in self.own_facets["year"].codes}
        raise KeyError(facet)

    def places(self) -> tuple[Degrees, Degrees]:
        """Where the cities of the practices are."""
        reference = self.cities.reference
        return reference.latitude[self.city], reference.longitude[self.city]

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""
        match sort:
            case "newest":
                return rows if relevance is None else np.sort(rows)
            case "adopted":
                return in_order_of(np.argsort(-self.adoptions, kind="stable"), rows)
            case "title":
                return in_order_of(self._by_title[reader_language()], rows)
        return rows

    @cached_property
    def adoptions(self) -> npt.NDArray[np.int64]:
        """Shape (n,): by how many other cities each was adopted."""
        return np.array([len(one.adopters) for one in self.entries], dtype=np.int64)

    @cached_property
    def _by_title(self) -> Mapping[str, Rows]:
        titles = {
            "en": [english_key(one.title_en or one.title_uk) for one in self.entries],
            "uk": [ukrainian_key(one.title_uk or one.title_en) for one in self.entries],
        }
        return {
            language: np.array(sorted(range(len(self)), key=keys.__getitem__), dtype=np.int64)
            for language, keys in titles.items()
        }


HEAVY = ("title_words", "words", "vector", "done_en", "done_uk", "lessons_en", "lessons_uk")
"""Columns that no list shows."""


def year_of(practice: Practice) -> int:
    """The year in which it was finished, or last done."""
    day = practice.ended_on or practice.started_on or practice.published_at
    assert day is not None
    return day.year


def _entry(practice: Practice) -> Entry:
    results = list(practice.results.all())
    assert practice.published_at is not None
    return Entry(
        title_en=practice.title_en,
        title_uk=practice.title_uk,
        problem_en=practice.problem_en,
        problem_uk=practice.problem_uk,
        slug=practice.slug,
        city=practice.city_id,
        result=results[0] if results else None,
        results=len(results),
        adopters=frozenset(one.city_id for one in practice.adoptions.all()),
        year=year_of(practice),
        since=practice.published_at.date(),
        is_demonstration=practice.is_demonstration,
    )


def _facets(practices: Sequence[Practice]) -> dict[str, Facet]:
    cities = [str(one.city_id) for one in practices]
    years = [str(year_of(one)) for one in practices]
    topics = list(Topic.objects.values_list("code", flat=True))
    return {
        "topic": many(topics, [[topic.code for topic in one.topics.all()] for one in practices]),
        "goal": many(list(codelist("sdg")), [list(map(str, one.goals)) for one in practices]),
        "city": Facet.single(sorted(set(cities)), cities),
        "fits": many(list(SIZES), [one.sizes or list(SIZES) for one in practices]),
        "year": Facet.single(sorted(set(years), reverse=True), years),
    }


def _parts(versions: Versions) -> tuple[int | None, int | None]:
    return versions.get(PRACTICES), versions.get(DataVersion.REFERENCE)


_keeper = Keeper(PracticeDirectory.load, _parts)
current: Callable[[], PracticeDirectory] = _keeper.current
forget: Callable[[], None] = _keeper.forget
