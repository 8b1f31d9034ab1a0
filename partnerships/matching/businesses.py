"""Businesses as arrays: what the matcher of businesses compares.

Row r is the business with the r-th lowest id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .trade import MUTUAL, TEXT_SIZE, TRADES

MUTUAL_BITS = np.uint8(sum(1 << TRADES.index(trade) for trade in MUTUAL))
HAS_SEEKS, HAS_DOES = np.uint8(1), np.uint8(2)


@dataclass(frozen=True)
class Places:
    """The c cities that businesses are in, and how they stand to each other.

    ids (c,): of the cities; x, y, z (c,): on a sphere of radius 1; country (c,): index of country_codes.
    starts (c + 1,), others, levels: city i is tied with others[starts[i]:starts[i + 1]], both ways, as
    closely as levels say (1 for partners). tied (countries, countries): whether any of their cities are.
    """

    ids: npt.NDArray[np.int64]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    z: npt.NDArray[np.float64]
    country: npt.NDArray[np.int64]
    country_codes: tuple[str, ...]
    starts: npt.NDArray[np.int64]
    others: npt.NDArray[np.int64]
    levels: npt.NDArray[np.float64]
    tied: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Sets:
    """A set of codes for each of n businesses: number[r] is the row of `bits` (sets, words) that r has."""

    codes: tuple[str, ...]
    number: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint64]

    @classmethod
    def of(
        cls, codes: Sequence[str], number: npt.NDArray[np.integer], membership: npt.NDArray[np.float64]
    ) -> Sets:
        """From a matrix (sets, codes), above 0 where a set has a code."""
        words = max(1, -(-len(codes) // 64))
        packed = np.packbits(membership > 0, axis=1, bitorder="little")
        padded = np.zeros((len(membership), words * 8), dtype=np.uint8)
        padded[:, : packed.shape[1]] = packed
        return cls(tuple(codes), number.astype(np.int32), padded.view(np.uint64))

    def has(self, code: str) -> npt.NDArray[np.bool_]:
        """Shape (sets,): which sets have a code; none where no set has it."""
        if code not in self.codes:
            return np.zeros(len(self.bits), dtype=np.bool_)
        word, bit = divmod(self.codes.index(code), 64)
        return (self.bits[:, word] >> np.uint64(bit) & np.uint64(1)).astype(np.bool_)

    def naming(self, codes: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Shape (sets, codes): which sets have which of these codes."""
        return np.column_stack([self.has(code) for code in codes]) if codes else self.bits[:, :0] > 0

    def codes_of(self, row: int) -> tuple[str, ...]:
        """The codes of a business."""
        return self.of_words(self.bits[self.number[row]])

    def of_words(self, words: npt.NDArray[np.uint64]) -> tuple[str, ...]:
        """The codes whose bits are set in `words`, shape (words,)."""
        set_bits = np.unpackbits(words.view(np.uint8), bitorder="little")
        return tuple(code for code, one in zip(self.codes, set_bits, strict=False) if one)


@dataclass(frozen=True)
class Businesses:
    """n businesses. Arrays have shape (n,) unless said otherwise.

    city: index of `places`. stated: row of `trades` (t, 2), the bits of what is offered and sought.
    division: 0 unknown, else a row of `supply` (d + 1, d + 1): how far the activity of the first index
    supplies that of the second, row and column 0 unused. size: 0 unknown, else 1 for micro to 4.
    seeks, does: shape (n, TEXT_SIZE) int8, vectors of texts. texts: which of them are there, HAS_SEEKS and
    HAS_DOES.
    """

    ids: npt.NDArray[np.int64]
    places: Places
    city: npt.NDArray[np.int32]
    stated: npt.NDArray[np.int32]
    trades: npt.NDArray[np.uint8]
    division: npt.NDArray[np.int32]
    supply: npt.NDArray[np.float64]
    size: npt.NDArray[np.int32]
    languages: Sets
    markets: Sets
    seeks: npt.NDArray[np.int8]
    does: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def texts(self) -> npt.NDArray[np.uint8]:
        """Which vectors are not all 0."""
        there = self.seeks.any(axis=1) * HAS_SEEKS | self.does.any(axis=1) * HAS_DOES
        return np.asarray(there, dtype=np.uint8)

    @cached_property
    def country(self) -> npt.NDArray[np.int64]:
        """The country of each, an index of places.country_codes."""
        return self.places.country[self.city]

    @cached_property
    def kind(self) -> npt.NDArray[np.int32]:
        """Division and size in one number: division * 5 + size."""
        return self.division * np.int32(5) + self.size

    @cached_property
    def reached(self) -> npt.NDArray[np.bool_]:
        """Shape (sets of markets, countries): which sets name which country."""
        return self.markets.naming(self.places.country_codes)

    def rows_of(self, ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The rows of businesses by their ids; -1 for those that are not there."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self):
            return np.full(wanted.shape, -1, dtype=np.int32)
        rows = np.minimum(np.searchsorted(self.ids, wanted), len(self) - 1)
        return np.where(self.ids[rows] == wanted, rows, -1).astype(np.int32)


def mutual(offers: npt.NDArray[np.uint8], needs: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Offers and needs, shape (m, 2), with mutual trades on both sides where they are on one."""
    shared = (offers | needs) & MUTUAL_BITS
    return np.column_stack((offers | shared, needs | shared)).astype(np.uint8)


def no_texts(n: int) -> npt.NDArray[np.int8]:
    """Vectors of n businesses that wrote nothing."""
    return np.zeros((n, TEXT_SIZE), dtype=np.int8)
