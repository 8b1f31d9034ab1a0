"""All possible partners of a city in the order of their scores, worked out when a page asks for it.

Scoring one city with all others takes milliseconds, so nothing of it is stored. The process keeps the
rankings asked for last, so that filtering and turning pages does not score anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from cities.directory import Directory
from cities.facets import Rows
from partnerships.matching.profiles import Profiles
from partnerships.matching.scoring import score_partners
from partnerships.matching.topk import possible_partners
from partnerships.scoring import profiles
from partnerships.weights.in_force import Weights

R = TypeVar("R", bound="Ranked")
MOST_RANKINGS = 16  # of 1.6 MB each with 100,000 cities


@dataclass(frozen=True)
class Ranked:
    """Those that can be proposed to one, best first; equal scores by the lower id.

    rows: shape (m,), rows of the directory. scores: shape (m,), float32. places: shape (n,), the place of
    each row of the directory, 1 for the best, 0 where it is none of them.
    """

    weights: Weights
    rows: Rows
    scores: npt.NDArray[np.float32]
    places: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, row: int) -> int | None:
        """The place of one (row), None where it cannot be proposed."""
        return int(self.places[row]) or None

    @cached_property
    def columns(self) -> Mapping[int, Mapping[str, float]]:
        """Place and score of each partner by its row, for files."""
        return _Columns(self)


@dataclass(frozen=True)
class Ranking(Ranked):
    """The cities that can be proposed to one city (row of the directory)."""

    profiles: Profiles
    city: int


class _Columns(Mapping[int, Mapping[str, float]]):
    """Made when they are asked for: of 100,000 partners most pages need none."""

    def __init__(self, ranking: Ranked) -> None:
        self._ranking = ranking

    def __getitem__(self, row: int) -> Mapping[str, float]:
        place = self._ranking.place(row)
        if place is None:
            raise KeyError(row)
        return {"rank": place, "score": round(float(self._ranking.scores[place - 1]), 4)}

    def __iter__(self) -> Iterator[int]:
        return iter(self._ranking.rows.tolist())

    def __len__(self) -> int:
        return len(self._ranking)


class Kept(Generic[R]):
    """The rankings asked for last, all of the same source of data."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._source: object = None
        self._kept: OrderedDict[Hashable, R] = OrderedDict()

    def get(self, source: object, key: Hashable, make: Callable[[], R]) -> R:
        """The ranking of a key, made where it is not kept; those of another source are forgotten."""
        with self._lock:
            if self._source is not source:
                self._source = source
                self._kept.clear()
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if self._source is source:
                self._kept[key] = made
                if len(self._kept) > MOST_RANKINGS:
                    self._kept.popitem(last=False)
        return made


def ordered(scores: npt.NDArray[np.float32], rows: Rows, total: int) -> tuple[Rows, Any, Any]:
    """Rows of a directory of `total`, their scores and all places, best first; `rows` ascend by id."""
    order = np.argsort(-scores, kind="stable")
    places = np.zeros(total, dtype=np.int32)
    places[rows[order]] = np.arange(1, len(rows) + 1)
    return rows[order], scores[order], places


def _rank(arrays: Profiles, directory: Directory, city: int, weights: Weights) -> Ranking:
    here = arrays.row_of(int(directory.reference.ids[city]))
    partners = possible_partners(arrays, here)
    scores, _components = score_partners(arrays, here, partners, weights)
    rows = directory.reference.rows_of(arrays.ids[partners])
    return Ranking(weights, *ordered(scores, rows, len(directory.reference)), arrays, city)


_rankings: Kept[Ranking] = Kept()


def ranking(directory: Directory, city: int, weights: Weights) -> Ranking:
    """The ranking of a city (row of the directory) under these weights (`scoring.weight_vector`)."""
    arrays = profiles.of(directory)
    return _rankings.get(arrays, (city, weights.tobytes()), lambda: _rank(arrays, directory, city, weights))
