"""Facets over columns in memory: which cities have a value, and how many there are of each.

The values of a facet that one city may have several of (topics, languages) are kept as the number of a
set: cities with the same topics share it, and there are few sets. Counting the cities of each set
takes one pass; a small matrix product turns counts of sets into counts of values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Facet:
    """A division of n cities by values.

    codes: the values, in the order shown where counts are equal.
    sets: shape (n,), the set each city has.
    membership: shape (sets, values), 1.0 where a set has a value; None where set s is just value s.
    """

    codes: tuple[str, ...]
    sets: Rows
    membership: npt.NDArray[np.float64] | None = None

    @classmethod
    def single(cls, codes: Sequence[str], values: Iterable[str]) -> Facet:
        """A facet of exactly one value a city; `values` has the code of each row."""
        place = {code: index for index, code in enumerate(codes)}
        return cls(tuple(codes), np.array([place[value] for value in values], dtype=np.int64))

    @classmethod
    def of_sets(cls, codes: Sequence[str], sets: Rows, contents: Sequence[Collection[str]]) -> Facet:
        """A facet of many values a city; `contents[s]` are the codes of set s."""
        place = {code: index for index, code in enumerate(codes)}
        membership = np.zeros((len(contents), len(codes)))
        for number, content in enumerate(contents):
            membership[number, [place[code] for code in content if code in place]] = 1.0
        return cls(tuple(codes), sets, membership)

    @classmethod
    def of_cities(cls, codes: Sequence[str], cities: int, values: Mapping[int, Collection[str]]) -> Facet:
        """A facet of many values a city; `values` maps a row to its codes, other rows have none."""
        numbers: dict[frozenset[str], int] = {frozenset(): 0}
        sets = np.zeros(cities, dtype=np.int64)
        for row, content in values.items():
            sets[row] = numbers.setdefault(frozenset(content), len(numbers))
        return cls.of_sets(codes, sets, list(numbers))

    def joined(self, rows: Rows, other: Facet, order: Rows) -> Facet:
        """Some rows of this facet, then all of another of the same kind, in another order."""
        if self.membership is None or other.membership is None:
            return Facet(self.codes, np.concatenate((self.sets[rows], other.sets))[order])
        codes = tuple(sorted({*self.codes, *other.codes})) if self.codes != other.codes else self.codes
        here, there = _spread(self, codes), _spread(other, codes)
        sets = np.concatenate((self.sets[rows], other.sets + len(here)))[order]
        return Facet(codes, sets, np.concatenate((here, there)))

    @cached_property
    def place(self) -> dict[str, int]:
        """The position of each code in `codes`."""
        return {code: index for index, code in enumerate(self.codes)}

    @cached_property
    def totals(self) -> Rows:
        """Shape (values,): how many of all cities have each value."""
        return self.count(self.sets)

    @cached_property
    def codes_of_set(self) -> list[tuple[str, ...]]:
        """The codes of each set, in the order of `codes`."""
        if self.membership is None:
            return [(code,) for code in self.codes]
        return [tuple(self.codes[value] for value in np.flatnonzero(row)) for row in self.membership]

    def codes_of(self, row: int) -> tuple[str, ...]:
        """The codes one city has."""
        return self.codes_of_set[self.sets[row]]

    def known(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of the codes that this facet has."""
        return tuple(code for code in codes if code in self.place)

    def holds(self, codes: Iterable[str], sets: Rows) -> Mask:
        """Whether each set of `sets` (any shape) has at least one of the codes."""
        values = [self.place[code] for code in codes]
        if self.membership is None:
            return np.isin(np.arange(len(self.codes)), values)[sets]
        return np.asarray(self.membership[:, values].any(axis=1))[sets]

    def count(self, sets: Rows) -> Rows:
        """Shape (values,): how many of the cities whose sets are given have each value."""
        if self.membership is None:
            return np.bincount(sets, minlength=len(self.codes))
        counts = np.bincount(sets, minlength=len(self.membership))
        return (counts @ self.membership).astype(np.int64)


def _spread(facet: Facet, codes: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """The membership of a facet, one column for each of `codes`, which has all of its own."""
    assert facet.membership is not None
    spread = np.zeros((len(facet.membership), len(codes)))
    spread[:, [codes.index(code) for code in facet.codes]] = facet.membership
    return spread
