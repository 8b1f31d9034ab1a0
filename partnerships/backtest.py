"""The matcher measured against real ties that it does not know: from files to figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cities import directory
from cities.importers.twinnings import Report, good_ties, parse

from .matching.evaluation import Quality, baselines, matcher_rankings, rank_held_out, together
from .matching.profiles import build_profiles
from .profiles import public_data

Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """What a backtest found: figures by the name of the ranking, for all queries and those of Ukraine."""

    known: int
    held_out: int
    candidates: int
    left_out: tuple[str, ...]
    quality: Mapping[str, Quality]
    of_ukraine: Mapping[str, Quality]


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
) -> Outcome:
    """Rank for every held-out tie, from both ends, on public data and the known ties alone.

    Nothing that members said is used, nor any tie of the database. Candidates are the cities of
    `least_population` inhabitants or more and every city of either list. Held-out ties that are known or of
    one country cannot be asked for: they are left out, and named.
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
        together([matcher_rankings(profiles), baselines(profiles, seed)]),
        progress,
    )
    country = np.array(profiles.country_codes)[profiles.cities["country"][ranks.asking]]
    return Outcome(
        known=len(known),
        held_out=len(askable),
        candidates=len(candidates),
        left_out=left_out,
        quality=ranks.quality(),
        of_ukraine=ranks.quality(country == "UA"),
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
