"""What the directories of organisations in memory have in common.

They are columns beside those of the city directory: what belongs to an organisation's city (country, place,
names) is taken from the city directory's copy, on which theirs rests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cities import directory
from cities.alphabet import english_key, ukrainian_key
from cities.directory import Directory, Names, reader_language
from cities.facets import Facet, Mask, Rows
from cities.selection import Degrees, Selectable, in_order_of
from partnerships.integrity import standings

NOT_STATED = ""
Texts = Sequence[str] | npt.NDArray[np.object_]


@dataclass(frozen=True)
class OrganisationDirectory(Selectable):
    """One consistent copy of n public organisations.

    Row r is the one whose profile was saved r-th last: ascending rows are the usual order. Arrays have
    shape (n,); names, addresses and `said` (the search key of all that it says) are n texts. `city` are rows
    of `cities`; `valid_until` and `is_checked` say of declarations what `standings.declared` does.
    """

    cities: Directory
    ids: Rows
    city: Rows
    name: Texts
    other_name: Texts
    slug: Texts
    website: Texts
    said: Texts
    is_demonstration: Mask
    language: Facet
    at_city: Facet
    valid_until: Rows
    is_checked: Mask

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def by_id(self) -> Rows:
        """The rows by ascending id."""
        return np.argsort(self.ids)

    def rows_of(self, ids: Sequence[int]) -> Rows:
        """The rows of organisations by their ids; -1 for those that are not public."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self):
            return np.full(wanted.shape, -1, dtype=np.int64)
        place = np.searchsorted(self.ids, wanted, sorter=self.by_id)
        rows = self.by_id[np.minimum(place, len(self) - 1)]
        return np.where(self.ids[rows] == wanted, rows, -1)

    def saying(self, words: Iterable[str]) -> Rows:
        """Rows in whose texts every word stands, in part of a word too; words are search keys."""
        left: Iterable[tuple[int, str]] = enumerate(self.said)
        for word in sorted(words, key=len, reverse=True):  # long words are rare: few are left
            left = [one for one in left if word in one[1]]
        return np.array([row for row, _text in left], dtype=np.int64)

    @cached_property
    def seats(self) -> Mapping[str, Facet]:
        """The facets of the organisations' cities."""
        reference = self.cities.reference
        return {
            "country": Facet(reference.country.codes, reference.country.sets[self.city]),
            "region": Facet(reference.region.codes, reference.region.sets[self.city]),
            "city": self.at_city,
        }

    @cached_property
    def declaration(self) -> Facet:
        """How the declarations stand today: a copy lasts for a day."""
        return standings.facet(self.valid_until, self.is_checked)

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "country" | "region":
                return self.cities.labels(facet)
            case "city":
                return CityNames(self.cities, self.at_city)
            case "declaration":
                return {code: str(label) for code, label in standings.STANDINGS.items()}
            case "language":
                return self._language_names[reader_language()]
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
        return rows

    @cached_property
    def _by_name(self) -> Mapping[str, Rows]:
        keys = {"en": english_key, "uk": ukrainian_key}
        return {
            language: np.argsort(np.array([key(name) for name in self.name], dtype=object), kind="stable")
            for language, key in keys.items()
        }


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


def one_of(known: Iterable[str], code: str) -> str:
    """The code, or that for what is not stated where it means nothing."""
    return code if code in known else NOT_STATED


def many(values: Iterable[Sequence[str]]) -> Facet:
    """A facet of several values an organisation, of those that there are."""
    listed = list(values)
    codes = sorted({code for codes in listed for code in codes})
    return Facet.of_cities(codes, len(listed), dict(enumerate(listed)))
