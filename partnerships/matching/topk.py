"""The best partners of every city, exactly.

For each city an upper bound of the score is computed for every block of cities (`blocks`), blocks are
visited from the highest bound downwards, and the search stops at the first block that cannot hold a better
partner than the k-th found so far. Nothing is approximated: a pair is passed over only if its bound lies
below the k-th score.

Own country, the city itself and the cities it is already twinned with are left out: a proposal is a new
partner. Partners are ordered by score, equal scores by the lower city id.

Popularity is not limited here: each list is the best for its city, so a well-connected city may stand in
many lists. A limit belongs behind this step, as a choice among a longer list (larger k) of each city under
capacities.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .blocks import BLOCK_SIZE, Blocks, build_blocks
from .kernels import search
from .profiles import Profiles
from .scoring import NEUTRAL, score_partners, weight_vector

DEFAULT_K = 50
BATCH_ROWS = 512
FEW_ROWS = 4
"""So many lists are found faster without blocks of cities than these are made."""


@dataclass(frozen=True)
class MatchBlock:
    """The best partners of some cities; m rows, k places each, unused places at the end of a row.

    rows (m,) int32; partners (m, k) int32 rows, -1 = unused; scores (m, k) float32, NaN = unused;
    components (m, k, len(COMPONENTS)) float32, NaN = unknown or unused.
    """

    rows: npt.NDArray[np.int32]
    partners: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]
    components: npt.NDArray[np.float32]


class Engine(Protocol):
    """What finds partners: of cities `Matcher`, of businesses `trade_topk.TradeMatcher`."""

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """The ids of all rows, ascending."""

    def __len__(self) -> int:
        """How many rows there are."""

    def possible_partners(self, row: int) -> npt.NDArray[np.int32]:
        """Rows of all that can be proposed to one, ascending."""

    def score_partners(
        self, row: int, partners: npt.NDArray[np.integer]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Scores, shape (m,), and components, shape (m, c), of one with m partners (rows)."""

    def best_partners(self, rows: npt.ArrayLike, k: int = DEFAULT_K) -> MatchBlock:
        """The k best partners of each of these rows."""


@dataclass(frozen=True)
class Matcher:
    """Profiles, and one set of weights to search them with."""

    profiles: Profiles
    weights: npt.NDArray[np.float64]
    block_size: int = BLOCK_SIZE

    @classmethod
    def of(cls, profiles: Profiles, weights: npt.NDArray[np.float64] | None = None) -> Matcher:
        """A matcher of these profiles with `scoring.weight_vector` weights, the default ones if None."""
        return cls(profiles, weight_vector() if weights is None else weights)

    @cached_property
    def blocks(self) -> Blocks:
        """What many lists are found with; making it takes a tenth of a second."""
        return build_blocks(self.profiles, self.block_size)

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """The ids of the cities, ascending."""
        return self.profiles.ids

    def __len__(self) -> int:
        return len(self.profiles)

    def possible_partners(self, row: int) -> npt.NDArray[np.int32]:
        """Rows of all cities that can be proposed to a city."""
        return possible_partners(self.profiles, row)

    def score_partners(
        self, row: int, partners: npt.NDArray[np.integer]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Scores and components of one city with others (rows); see `scoring.score_partners`."""
        return score_partners(self.profiles, row, partners, self.weights)

    def best_partners(self, rows: npt.ArrayLike, k: int = DEFAULT_K) -> MatchBlock:
        """The k best partners of each of these cities (rows), in one go and one thread."""
        if k < 1:
            raise ValueError("k must be at least 1.")
        wanted = self.profiles.checked(rows)
        profiles = self.profiles
        if 0 < len(wanted) <= FEW_ROWS:
            return _together([self._best_of_all(row, k) for row in wanted.tolist()])
        found = search(
            profiles.cities, profiles.ties, profiles.patterns, self.blocks, self.weights, NEUTRAL, wanted, k
        )
        return MatchBlock(wanted, *found)

    def _best_of_all(self, row: int, k: int) -> MatchBlock:
        """The k best partners of one city, found by scoring it with all."""
        allowed = self.possible_partners(row)
        return best_of(row, allowed, *self.score_partners(row, allowed), k)

    def run(
        self,
        k: int = DEFAULT_K,
        *,
        rows: npt.ArrayLike | None = None,
        threads: int = 2,
        batch_rows: int = BATCH_ROWS,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[MatchBlock]:
        """The k best partners of all cities (or of `rows`), batch by batch in the order of the rows.

        Batches are computed ahead in `threads` threads without the interpreter lock while the caller stores
        the last one; at most threads + 1 batches are held. After each batch progress(rows done, rows in
        all) is called. A broken-off run is taken up again with the rows that are missing.
        """
        wanted = np.arange(len(self.profiles)) if rows is None else self.profiles.checked(rows)
        return in_batches(lambda batch: self.best_partners(batch, k), wanted, threads, batch_rows, progress)


def in_batches(
    best_partners: Callable[[npt.NDArray[np.integer]], MatchBlock],
    wanted: npt.NDArray[np.integer],
    threads: int,
    batch_rows: int,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[MatchBlock]:
    """What `best_partners` finds for the rows wanted, batch by batch in their order; see `Matcher.run`."""
    batches = (wanted[i : i + batch_rows] for i in range(0, len(wanted), batch_rows))
    done = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="matcher") as pool:
        ahead = deque(pool.submit(best_partners, batch) for batch in islice(batches, threads + 1))
        while ahead:
            block = ahead.popleft().result()
            yield block
            done += len(block.rows)
            if progress:
                progress(done, len(wanted))
            ahead.extend(pool.submit(best_partners, batch) for batch in islice(batches, 1))


def _together(blocks: list[MatchBlock]) -> MatchBlock:
    """One block of several that are equally wide."""
    names = [field.name for field in fields(MatchBlock)]
    return MatchBlock(*(np.concatenate([getattr(block, name) for block in blocks]) for name in names))


def best_of(
    row: int,
    allowed: npt.NDArray[np.int32],
    scores: npt.NDArray[np.float32],
    components: npt.NDArray[np.float32],
    k: int,
) -> MatchBlock:
    """The k best of some partners (rows, ascending) that have been scored."""
    likely = np.arange(len(scores))
    if k < len(scores):
        likely = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    best = likely[np.argsort(-scores[likely], kind="stable")[:k]]
    partners = np.full((1, k), -1, dtype=np.int32)
    kept_scores = np.full((1, k), np.nan, dtype=np.float32)
    kept_components = np.full((1, k, components.shape[1]), np.nan, dtype=np.float32)
    partners[0, : len(best)] = allowed[best]
    kept_scores[0, : len(best)] = scores[best]
    kept_components[0, : len(best)] = components[best]
    return MatchBlock(np.array([row], dtype=np.int32), partners, kept_scores, kept_components)


def possible_partners(profiles: Profiles, row: int) -> npt.NDArray[np.int32]:
    """Rows of all cities that can be proposed to a city: of other countries and not twinned with it."""
    country = profiles.cities["country"]
    abroad = country != country[row]
    abroad[profiles.partners_of(row)] = False
    return np.flatnonzero(abroad).astype(np.int32)


def entered(
    row: int,
    partners: npt.NDArray[np.int32],
    scores: npt.NDArray[np.float32],
    last_scores: npt.NDArray[np.float32],
    last_partners: npt.NDArray[np.integer],
) -> npt.NDArray[np.int32]:
    """Rows of those whose full lists one (row) would now enter, or in which it would hold its place.

    scores (m,) are its scores with its possible partners (rows, m). last_scores (n,) and last_partners (n,)
    are the last place of the stored list of each: its score and the row of the partner; NaN and -1 for a list
    that is not full, which every possible partner enters.

    After a change of it, only its own list, these and those that name it have to be brought up to date.
    """
    last_score, last_partner = last_scores[partners], last_partners[partners]
    enters = (scores > last_score) | ((scores == last_score) & (row <= last_partner)) | np.isnan(last_score)
    return partners[enters]
