"""How good a ranking is: real ties that the matcher did not know, and the ranks at which it finds them.

The task is link prediction as a mayor would judge it. A held-out tie is asked from both ends: all candidates
of other countries that are not the asking city's known partners are ranked, and the rank of the real partner
counts. Nothing is fitted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .components import COMPONENTS
from .profiles import Profiles
from .scoring import NEUTRAL, score_partners, weight_vector

CUTS = (10, 50, 200)
MATCHER = "matcher"
WITHOUT = "without "
"""How the rankings of `matcher_rankings` are named."""

Rankings = dict[str, npt.NDArray[np.float64]]
Score = Callable[[int, npt.NDArray[np.int32]], Rankings]
"""Of an asking city (row) and m candidates (rows): by name of a ranking, scores of shape (m,)."""


@dataclass(frozen=True)
class Quality:
    """What a ranking reached over its queries.

    mrr: mean of 1 / rank (mean reciprocal rank); recall: for each of CUTS, the share of queries whose real
    partner stands at that rank or better; median_rank: NaN without queries, as are the others.
    """

    queries: int
    mrr: float
    recall: dict[int, float]
    median_rank: float

    @classmethod
    def of(cls, ranks: npt.NDArray[np.int64]) -> Quality:
        """The figures of ranks (from 1), one a query."""
        if not len(ranks):
            return cls(0, np.nan, dict.fromkeys(CUTS, np.nan), np.nan)
        return cls(
            queries=len(ranks),
            mrr=float(np.mean(1 / ranks)),
            recall={cut: float(np.mean(ranks <= cut)) for cut in CUTS},
            median_rank=float(np.median(ranks)),
        )


@dataclass(frozen=True)
class Ranks:
    """asking, partner (q,): rows of the asking cities and of the real partners; by_ranking: for each ranking
    the ranks (q,), from 1."""

    asking: npt.NDArray[np.int32]
    partner: npt.NDArray[np.int32]
    by_ranking: dict[str, npt.NDArray[np.int64]]

    def quality(self, among: npt.NDArray[np.bool_] | None = None) -> dict[str, Quality]:
        """The figures of each ranking, over all queries or those `among` (q,) them."""
        chosen = slice(None) if among is None else among
        return {name: Quality.of(ranks[chosen]) for name, ranks in self.by_ranking.items()}


def rank_held_out(
    profiles: Profiles,
    held_out: npt.ArrayLike,
    candidates: npt.ArrayLike,
    score: Score,
    progress: Callable[[int, int], None] | None = None,
) -> Ranks:
    """Rank the candidates (rows) for both ends of each held-out tie (rows, shape (t, 2)).

    `profiles` hold the known ties. Candidates of equal score share the middle of their places, so that a
    ranking that cannot tell them apart is not flattered by the order of rows. Raises ValueError for a tie
    within a country, of a city with itself, that is known, or whose end is no candidate.
    """
    pairs = profiles.checked(held_out).reshape(-1, 2)
    pool = np.unique(profiles.checked(candidates))
    check_held_out(profiles, pairs, pool)
    queries = np.concatenate((pairs, pairs[:, ::-1]))
    queries = queries[np.argsort(queries[:, 0], kind="stable")]
    ranks: dict[str, list[int]] = {}
    done = 0
    for row, partners in _by_asking_city(queries):
        possible = _possible(profiles, row, pool)
        places = np.searchsorted(possible, partners)
        for name, scores in score(row, possible).items():
            ranks.setdefault(name, []).extend(_ranks(scores, places))
        done += len(partners)
        if progress:
            progress(done, len(queries))
    return Ranks(
        asking=queries[:, 0],
        partner=queries[:, 1],
        by_ranking={name: np.array(found, dtype=np.int64) for name, found in ranks.items()},
    )


def check_held_out(
    profiles: Profiles, pairs: npt.NDArray[np.int32], candidates: npt.NDArray[np.int32]
) -> None:
    """Raise ValueError that names the first tie that cannot be asked for."""
    country = profiles.cities["country"]
    for a, b in pairs.tolist():
        ids = f"{profiles.ids[a]} and {profiles.ids[b]}"
        if country[a] == country[b]:
            raise ValueError(f"The cities {ids} are of one country.")
        if b in profiles.partners_of(a):
            raise ValueError(f"The tie of {ids} is known already.")
        if not np.isin([a, b], candidates).all():
            raise ValueError(f"One of the cities {ids} is no candidate.")


def baselines(profiles: Profiles, seed: int = 0) -> Score:
    """The rankings to beat: random, nearest first, nearest in size, largest first."""
    population = profiles.population.astype(np.float64)
    logarithm = np.log(np.maximum(population, 1))
    points = np.column_stack([profiles.cities[axis] for axis in "xyz"])
    dice = np.random.default_rng(seed)

    def score(row: int, candidates: npt.NDArray[np.int32]) -> Rankings:
        return {
            "random": dice.random(len(candidates)),
            "nearest": -np.linalg.norm(points[candidates] - points[row], axis=1),
            "nearest in size": -np.abs(logarithm[candidates] - logarithm[row]),
            "largest": population[candidates],
        }

    return score


def matcher_rankings(profiles: Profiles, weights: npt.NDArray[np.float64] | None = None) -> Score:
    """The matcher's ranking, that of each component alone, and the matcher's without each component.

    A component that is left out is not made up for: the weights of the others stay as they are.
    """
    shares = weight_vector() if weights is None else weights

    def score(row: int, candidates: npt.NDArray[np.int32]) -> Rankings:
        _, components = score_partners(profiles, row, candidates, shares)
        values = np.where(np.isnan(components), NEUTRAL, components)
        found = {MATCHER: values @ shares}
        for place, component in enumerate(COMPONENTS):
            found[component.code] = values[:, place]
            found[WITHOUT + component.code] = found[MATCHER] - shares[place] * values[:, place]
        return found

    return score


def together(scores: Sequence[Score]) -> Score:
    """Several sets of rankings as one."""

    def score(row: int, candidates: npt.NDArray[np.int32]) -> Rankings:
        return {name: found for one in scores for name, found in one(row, candidates).items()}

    return score


def _by_asking_city(
    queries: npt.NDArray[np.int32],
) -> Iterator[tuple[int, npt.NDArray[np.int32]]]:
    starts = np.flatnonzero(np.diff(queries[:, 0], prepend=-1))
    for group in np.split(queries, starts[1:]) if len(queries) else []:
        yield int(group[0, 0]), group[:, 1]


def _possible(profiles: Profiles, row: int, pool: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    country = profiles.cities["country"]
    return pool[(country[pool] != country[row]) & ~np.isin(pool, profiles.partners_of(row))]


def _ranks(scores: npt.NDArray[np.float64], places: npt.NDArray[np.int64]) -> list[int]:
    """The rank of each place, from 1: one more than the better scores, and half of the equal ones."""
    return [
        1 + int((scores > scores[place]).sum()) + int((scores == scores[place]).sum() - 1) // 2
        for place in places.tolist()
    ]
