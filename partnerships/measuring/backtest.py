"""The matcher measured against real ties that it does not know: from files to figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cities import directory
from cities.importers.twinnings import Report, good_ties, parse
from partnerships.matching.evaluation import (
    Quality,
    Ranks,
    baselines,
    matcher_rankings,
    rank_held_out,
    together,
)
from partnerships.matching.profiles import build_profiles
from partnerships.matching.scoring import weight_vector
from partnerships.scoring.profiles import public_data

Pairs = npt.NDArray[np.int64]


ALL = "quality"
UKRAINIAN = "of_ukraine"
NOT_GIVEN_AWAY = "not_given_away"
"""Groups of queries, as JSON calls them: all, those of Ukrainian cities, and those whose partner would be a
candidate if it were not the one to be found: it is large enough, or has a known tie."""


@dataclass(frozen=True)
class Outcome:
    """What a backtest found: ranks, and by the code of a group which of the queries belong to it, (q,)."""

    known: int
    held_out: int
    candidates: int
    left_out: tuple[str, ...]
    ranks: Ranks
    groups: Mapping[str, npt.NDArray[np.bool_]]

    def quality(self) -> dict[str, dict[str, Quality]]:
        """By group and by the name of a ranking, the figures."""
        return {code: self.ranks.quality(group) for code, group in self.groups.items()}


def read_ties(text: str) -> tuple[Pairs, list[str]]:
    """The ties of a file's text as pairs of city ids, shape (t, 2), and what is wrong with other lines.

    Raises TwinningFileError when the text is no list of ties.
    """
    report = Report()
    _source, lines = parse(text)
    pairs = np.array(sorted(good_ties(lines, report)), dtype=np.int64).reshape(-1, 2)
    return pairs, [f"line {number}: {reason}" for number, reason in report.problems]


def backtest(
    known: Pairs,
    held_out: Pairs,
    least_population: int,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    weights: Mapping[str, float] | None = None,
) -> Outcome:
    """Rank for every held-out tie, from both ends, on public data and the known ties alone.

    Nothing that members said is used, nor any tie of the database. Candidates are the cities of
    `least_population` inhabitants or more and every city of either list. Held-out ties that are known or of
    one country cannot be asked for: they are left out, and named. weights: those of components that are not
    to be the default ones.
    """
    at_hand = directory.fresh()
    profiles = build_profiles(**public_data(at_hand, known))
    askable, left_out = _askable(
        held_out, known, dict(zip(profiles.ids, profiles.cities["country"], strict=True))
    )
    named = profiles.rows_of(np.concatenate((known, held_out)).reshape(-1))
    candidates = np.union1d(np.flatnonzero(profiles.population >= least_population), named)
    ranks = rank_held_out(
        profiles,
        profiles.rows_of(askable.reshape(-1)).reshape(-1, 2),
        candidates,
        together([matcher_rankings(profiles, weight_vector(weights)), baselines(profiles, seed)]),
        progress,
    )
    country = np.array(profiles.country_codes)[profiles.cities["country"]]
    visible = (profiles.population >= least_population) | profiles.cities["has_ties"]
    return Outcome(
        known=len(known),
        held_out=len(askable),
        candidates=len(candidates),
        left_out=left_out,
        ranks=ranks,
        groups={
            ALL: np.ones(len(ranks.asking), dtype=np.bool_),
            UKRAINIAN: country[ranks.asking] == "UA",
            NOT_GIVEN_AWAY: visible[ranks.partner],
        },
    )


def _askable(held_out: Pairs, known: Pairs, country: Mapping[int, int]) -> tuple[Pairs, tuple[str, ...]]:
    seen = {tuple(pair) for pair in known.tolist()}
    kept, left_out = [], []
    for a, b in held_out.tolist():
        if (a, b) in seen:
            left_out.append(f"{a} and {b}: known already")
        elif country[a] == country[b]:
            left_out.append(f"{a} and {b}: both of one country")
        else:
            kept.append((a, b))
    return np.array(kept, dtype=np.int64).reshape(-1, 2), tuple(left_out)
