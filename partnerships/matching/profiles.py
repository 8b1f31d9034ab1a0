"""What the matcher knows of the cities: plain arrays, one row a city, rows in the order of their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from .patterns import Patterns, Quantities, patterns, prominence, quantities

WORD_BITS = 64
LANGUAGE_WORDS = 3
"""Room for 192 languages; ISO 639-1 has 183."""

CITY = np.dtype(
    [
        ("x", np.float64),
        ("y", np.float64),
        ("z", np.float64),
        ("root_size", np.float64),
        ("standing", np.float64),
        ("prominence", np.float64),
        ("needs", np.uint64),
        ("offers", np.uint64),
        ("languages", np.uint64, (LANGUAGE_WORDS,)),
        ("country", np.int16),
        ("is_capital", np.bool_),
        ("has_ties", np.bool_),
    ],
    align=True,
)
"""What the compiled functions read of one city, side by side in memory.

x, y, z: point on the unit sphere; root_size: square root of the population, 0 where it is not known;
standing: see `standings`; prominence: see `patterns.prominence`; needs, offers: sets of topics, one bit a
topic; languages: a set, one bit a language; country: an index.
"""


class Ties(NamedTuple):
    """Who is twinned with whom, by rows of n cities.

    The partners of row r are partners[starts[r] : starts[r + 1]], ascending; starts has shape (n + 1,).
    """

    starts: npt.NDArray[np.int64]
    partners: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Profiles:
    """All cities that can be matched: row r is the city ids[r], and ids ascend.

    cities: shape (n,) of dtype CITY; country_ties: number of ties between each two countries, shape
    (countries, countries).
    """

    ids: npt.NDArray[np.int64]
    country_codes: tuple[str, ...]
    language_codes: tuple[str, ...]
    topic_codes: tuple[str, ...]
    population: npt.NDArray[np.int64]
    cities: npt.NDArray[np.void]
    ties: Ties
    country_ties: npt.NDArray[np.int64]
    patterns: Patterns

    def __len__(self) -> int:
        return len(self.ids)

    def row_of(self, city_id: int) -> int:
        """The row of a city; KeyError when it is not among the profiles."""
        row = int(np.searchsorted(self.ids, city_id))
        if row == len(self.ids) or self.ids[row] != city_id:
            raise KeyError(city_id)
        return row

    def rows_of(self, city_ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The rows of several cities, in their order; KeyError when one is not among the profiles."""
        wanted = np.asarray(city_ids, dtype=np.int64)
        rows = np.searchsorted(self.ids, wanted)
        found = rows < len(self.ids)
        found[found] = self.ids[rows[found]] == wanted[found]
        if not found.all():
            raise KeyError(int(wanted[~found][0]))
        return rows.astype(np.int32)

    def checked(self, rows: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The rows as an array for the compiled functions, which check nothing; else IndexError."""
        wanted = np.asarray(rows, dtype=np.int64).reshape(-1)
        wrong = (wanted < 0) | (wanted >= len(self))
        if wrong.any():
            raise IndexError(f"There is no row {wanted[wrong][0]} among {len(self)}.")
        return wanted.astype(np.int32)

    def partners_of(self, row: int) -> npt.NDArray[np.int32]:
        """Rows of the cities that the city is twinned with, ascending."""
        return self.ties.partners[self.ties.starts[row] : self.ties.starts[row + 1]]

    def with_statements(
        self, row: int, *, needs: Sequence[str], offers: Sequence[str], languages: Sequence[str]
    ) -> Self:
        """The same profiles after one city changed what it needs, offers and speaks.

        ValueError for a topic or a language that no city had when the profiles were built: build them anew
        then.
        """
        cities = self.cities.copy()
        cities["needs"][row] = _bit_sets([needs], self.topic_codes, 1, "topic")[0, 0]
        cities["offers"][row] = _bit_sets([offers], self.topic_codes, 1, "topic")[0, 0]
        cities["languages"][row] = _bit_sets([languages], self.language_codes, LANGUAGE_WORDS, "language")[0]
        return replace(self, cities=cities)

    def knowing(self, tie_rows: npt.NDArray[np.int64], found: Quantities) -> Self:
        """The same cities with these ties (rows, shape (t, 2)) known and no others; found: what they tell."""
        return replace(self, **_learnt(self.cities, tie_rows, found))

    def stating(
        self,
        *,
        languages: Mapping[int, Sequence[str]],
        country_languages: Mapping[str, Sequence[str]],
        needs: Mapping[int, Sequence[str]],
        offers: Mapping[int, Sequence[str]],
        topics: Sequence[str],
    ) -> Self:
        """The same cities, stating these and nothing else; the arguments and ValueErrors of `build_profiles`.

        What is learnt from ties, which takes most of the time, stays as it is.
        """
        topic_codes = tuple(topics)
        country = (
            np.array(self.country_codes, dtype=str)[self.cities["country"]] if len(self) else np.empty(0, str)
        )
        cities = self.cities.copy()
        cities["needs"] = _statements(needs, self.ids, topic_codes)
        cities["offers"] = _statements(offers, self.ids, topic_codes)
        cities["languages"], language_codes = _languages(self.ids, country, languages, country_languages)
        return replace(self, cities=cities, language_codes=language_codes, topic_codes=topic_codes)


def build_profiles(
    *,
    ids: npt.ArrayLike,
    country: Sequence[str] | npt.NDArray[np.str_],
    population: npt.ArrayLike,
    latitude: npt.ArrayLike,
    longitude: npt.ArrayLike,
    is_capital: npt.ArrayLike | None = None,
    names: npt.ArrayLike | None = None,
    languages: Mapping[int, Sequence[str]] | None = None,
    country_languages: Mapping[str, Sequence[str]] | None = None,
    needs: Mapping[int, Sequence[str]] | None = None,
    offers: Mapping[int, Sequence[str]] | None = None,
    topics: Sequence[str] = (),
    ties: npt.ArrayLike = (),
) -> Profiles:
    """Check the input and turn it into arrays.

    ids, country, population, latitude (degrees), longitude, is_capital and names (their number) have one
    value a city, in any order; population 0 means that it is not known. `languages`, `needs` and `offers` say
    what single cities stated, by id; `country_languages` what is spoken in a country, by its code, and is
    added to what its cities state. `topics` lists all topics (64 at most). `ties` has shape (t, 2): ids of
    twinned cities, each pair once or more often, in either order.

    Raises ValueError with a sentence that names the first thing wrong.
    """
    city_ids = np.asarray(ids, dtype=np.int64).reshape(-1)
    n = len(city_ids)
    order = np.argsort(city_ids, kind="stable")
    sorted_ids = city_ids[order]
    if n and (sorted_ids[1:] == sorted_ids[:-1]).any():
        twice = sorted_ids[1:][sorted_ids[1:] == sorted_ids[:-1]][0]
        raise ValueError(f"The city {twice} is given twice.")

    people = _numbers(population, n, "population", 0, 10**9)[order].astype(np.int64)
    if len(country) != n:
        raise ValueError(f"There are {n} cities but {len(country)} values of country.")
    country_codes, country_index = np.unique(np.asarray(country, dtype=str)[order], return_inverse=True)
    country_index = country_index.reshape(-1)
    tie_rows = _tie_rows(ties, sorted_ids)

    cities = np.zeros(n, dtype=CITY)
    cities["x"], cities["y"], cities["z"] = _on_sphere(
        _numbers(latitude, n, "latitude", -90, 90)[order],
        _numbers(longitude, n, "longitude", -180, 180)[order],
    )
    cities["root_size"] = np.sqrt(people)
    cities["standing"] = standings(country_index, people)
    cities["country"] = country_index
    cities["is_capital"] = False if is_capital is None else _numbers(is_capital, n, "is_capital", 0, 1)[order]
    known_names = np.zeros(n) if names is None else _numbers(names, n, "names", 0, 10**6)[order]
    found = quantities(cities, people, known_names, tie_rows, len(country_codes))
    public = Profiles(
        ids=sorted_ids,
        country_codes=tuple(str(code) for code in country_codes),
        language_codes=(),
        topic_codes=(),
        population=people,
        **_learnt(cities, tie_rows, found),
    )
    return public.stating(
        languages=languages or {},
        country_languages=country_languages or {},
        needs=needs or {},
        offers=offers or {},
        topics=topics,
    )


def standings(country: npt.NDArray[np.integer], population: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The standing of each city in its country, shape (n,): ln(rank by size) / ln(number of cities).

    0 is the largest city, 1 the smallest; logarithms because between the first and the second city lies as
    much as between the hundredth and the two hundredth (rank-size rule, Zipf 1949). Cities of equal
    population share the better rank. NaN where the population is not known (0); such cities are not
    counted.
    """
    standing = np.full(len(country), np.nan)
    known = np.flatnonzero(population > 0)
    by_size = known[np.lexsort((-population[known], country[known]))]
    starts = np.searchsorted(country[by_size], np.arange(country.max(initial=-1) + 2))
    for first, end in pairwise(starts):
        if end > first:
            sizes = -population[by_size[first:end]]
            rank = np.searchsorted(sizes, sizes) + 1
            standing[by_size[first:end]] = np.log(rank) / np.log(max(end - first, 2))
    return standing


def _numbers(values: npt.ArrayLike, n: int, name: str, low: float, high: float) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64).reshape(-1)
    if len(numbers) != n:
        raise ValueError(f"There are {n} cities but {len(numbers)} values of {name}.")
    wrong = ~((numbers >= low) & (numbers <= high))
    if wrong.any():
        raise ValueError(f"{name} must lie between {low} and {high}; {numbers[wrong][0]} does not.")
    return numbers


def _on_sphere(
    latitude: npt.NDArray[np.float64], longitude: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    north, east = np.radians(latitude), np.radians(longitude)
    return np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)


def _bit_sets(
    sets: Sequence[Sequence[str]], codes: Sequence[str], words: int, noun: str
) -> npt.NDArray[np.uint64]:
    """Each set of codes as bits, shape (number of sets, words); ValueError for a code that is not known."""
    if len(codes) > words * WORD_BITS:
        raise ValueError(
            f"The matcher can tell {words * WORD_BITS} codes of one kind apart, not {len(codes)}."
        )
    bit = {code: i for i, code in enumerate(codes)}
    bits = np.zeros((len(sets), words), dtype=np.uint64)
    for row, members in enumerate(sets):
        for code in members:
            if code not in bit:
                raise ValueError(f"There is no {noun} {code!r}.")
            bits[row, bit[code] // WORD_BITS] |= np.uint64(1 << bit[code] % WORD_BITS)
    return bits


def _languages(
    ids: npt.NDArray[np.int64],
    country: npt.NDArray[np.str_],
    stated: Mapping[int, Sequence[str]],
    of_country: Mapping[str, Sequence[str]],
) -> tuple[npt.NDArray[np.uint64], tuple[str, ...]]:
    codes = tuple(sorted({code for spoken in (*stated.values(), *of_country.values()) for code in spoken}))
    countries, index = np.unique(country, return_inverse=True)
    spoken = _bit_sets([of_country.get(str(c), ()) for c in countries], codes, LANGUAGE_WORDS, "language")
    sets = spoken[index.reshape(-1)]
    rows = _known_rows(np.fromiter(stated, dtype=np.int64, count=len(stated)), ids)
    sets[rows] |= _bit_sets(list(stated.values()), codes, LANGUAGE_WORDS, "language")
    return sets, codes


def _statements(
    stated: Mapping[int, Sequence[str]], ids: npt.NDArray[np.int64], topics: tuple[str, ...]
) -> npt.NDArray[np.uint64]:
    column = np.zeros(len(ids), dtype=np.uint64)
    rows = _known_rows(np.fromiter(stated, dtype=np.int64, count=len(stated)), ids)
    column[rows] = _bit_sets(list(stated.values()), topics, 1, "topic")[:, 0]
    return column


def _known_rows(wanted: npt.NDArray[np.int64], ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    rows = np.searchsorted(ids, wanted)
    missing = rows == len(ids)
    missing[~missing] = ids[rows[~missing]] != wanted[~missing]
    if missing.any():
        raise ValueError(f"There is no city {wanted[missing][0]} among the profiles.")
    return rows


def _tie_rows(ties: npt.ArrayLike, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Each tie once, as two rows, the lower first; shape (t, 2)."""
    pairs = np.asarray(ties, dtype=np.int64)
    pairs = pairs.reshape(-1, 2) if pairs.size == 0 else pairs
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError("Ties must be pairs of city ids.")
    itself = pairs[:, 0] == pairs[:, 1]
    if itself.any():
        raise ValueError(f"The city {pairs[itself][0, 0]} cannot be twinned with itself.")
    rows = _known_rows(pairs.reshape(-1), ids).reshape(-1, 2)
    return np.unique(np.sort(rows, axis=1), axis=0)


def _learnt(
    cities: npt.NDArray[np.void], tie_rows: npt.NDArray[np.int64], found: Quantities
) -> dict[str, Any]:
    """The fields of `Profiles` that hang on the ties."""
    network = _network(tie_rows, len(cities))
    told = cities.copy()
    told["has_ties"] = np.diff(network.starts) > 0
    told["prominence"] = prominence(found)
    return {
        "cities": told,
        "ties": network,
        "country_ties": found.country_ties,
        "patterns": patterns(found, network.starts, network.partners),
    }


def _network(tie_rows: npt.NDArray[np.int64], n: int) -> Ties:
    both_ways = np.concatenate((tie_rows, tie_rows[:, ::-1]))
    both_ways = both_ways[np.lexsort((both_ways[:, 1], both_ways[:, 0]))]
    starts = np.searchsorted(both_ways[:, 0], np.arange(n + 1)).astype(np.int64)
    return Ties(starts, both_ways[:, 1].astype(np.int32))
