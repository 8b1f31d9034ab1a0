#!/usr/bin/env python
"""Fit what the matcher learns from known ties: partnerships/matching/fitted.json.

    python scripts/fit_matcher.py known.csv --write

First the gravity model: a conditional logit in which each real partner is to be told from NEGATIVES other
cities by size, distance, place and what both look like on paper. Then everything else in the same way: the
known ties are laid aside in FOLDS parts in turn, so that no tie is told by itself, and the weights of the
components and the shapes of prominence and of ties abroad are fitted together.
"""

import argparse
import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import django
import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")
django.setup()

from cities import directory  # noqa: E402
from partnerships.matching.components import COMPONENTS  # noqa: E402
from partnerships.matching.fitted import FITTED  # noqa: E402
from partnerships.matching.gravity import LEAST_POPULATION, POOL_POPULATION  # noqa: E402
from partnerships.matching.patterns import Quantities, quantities  # noqa: E402
from partnerships.matching.profiles import Profiles, build_profiles  # noqa: E402
from partnerships.matching.scoring import NEUTRAL, score_partners  # noqa: E402
from partnerships.measuring.backtest import read_ties  # noqa: E402
from partnerships.scoring.profiles import public_data  # noqa: E402

FOLDS, NEGATIVES, RIDGE = 10, 150, 1.0
CHOSEN = {"needs": 0.25, "language": 0.02}
"""Weights that no tie tells of: of needs nothing is known; what languages say, affinity and distance say
too, but it is what people ask first."""
APPEAL = {
    "names": np.log1p([0, 1, 4, 8, 14, 20, 30, 50, 110]).tolist(),
    "population": np.log([500, 15_000, 50_000, 120_000, 300_000, 1_000_000, 10_000_000]).tolist(),
    "standing": [0.0, 0.1, 0.2, 0.35, 0.5, 1.0],
}
FALLING = {"standing"}
ACTIVITY = [-1.5, -0.5, -0.25, 0.0, 0.3, 0.7, 1.5]
ABROAD = {
    "own": [-1.0, -0.2, -0.05, 0.5, 1.1],
    "surroundings": [-0.9, -0.4, -0.1, 0.0, 0.15, 0.4, 0.9],
    "compatriots": [-1.2, -0.6, -0.2, 0.0, 0.2, 0.6, 1.2],
}
DRAWN = [place for place, one in enumerate(COMPONENTS) if one.code in ("size", "distance", "place")]
WEIGHED = [place for place, one in enumerate(COMPONENTS) if one.code not in {*CHOSEN, "abroad", "prominence"}]
OUTPUT = ROOT / "partnerships" / "matching" / "fitted.json"


class Sample:
    """The known ties, and the cities from among which each real partner is to be told."""

    def __init__(self, ties: np.ndarray, seed: int) -> None:
        at_hand = directory.fresh()
        self.dice = np.random.default_rng(seed)
        self.whole = build_profiles(**public_data(at_hand, ties))
        self.names = np.empty(len(self.whole), dtype=np.int64)
        self.names[self.whole.rows_of(at_hand.reference.ids)] = at_hand.reference.names
        self.rows = self.whole.rows_of(ties.ravel()).reshape(-1, 2).astype(np.int64)
        large = np.flatnonzero(self.whole.population >= POOL_POPULATION)
        self.pool = np.union1d(large, self.rows.ravel())
        self.country = self.whole.cities["country"]

    def knowing(self, rows: np.ndarray) -> tuple[Profiles, Quantities]:
        """The matcher's arrays with these ties (rows) known, and the quantities they are made of."""
        whole = self.whole
        found = quantities(whole.cities, whole.population, self.names, rows, len(whole.country_codes))
        return whole.knowing(rows, found), found

    def choices(self, profiles: Profiles, rows: np.ndarray) -> Any:
        """For both ends of each tie the asking city and an array of cities, the real partner first."""
        for pair in rows:
            for row, partner in (pair, pair[::-1]):
                abroad = self.pool[self.country[self.pool] != self.country[row]]
                possible = abroad[~np.isin(abroad, [partner, *profiles.partners_of(row)])]
                yield row, np.concatenate(([partner], self.dice.choice(possible, NEGATIVES, replace=False)))


def ramps(values: np.ndarray, knots: list[float]) -> np.ndarray:
    """Shape (..., steps): how far each value has come between each two knots, in [0, 1]."""
    return np.stack([np.clip((values - low) / (high - low), 0, 1) for low, high in pairwise(knots)], axis=-1)


def on_paper(profiles: Profiles, names: np.ndarray) -> np.ndarray:
    """Shape (n, steps): the ramps of what `gravity.appeal` is made of."""
    known = {
        "names": np.log1p(names),
        "population": np.log(np.maximum(profiles.population, LEAST_POPULATION)),
        "standing": np.nan_to_num(profiles.cities["standing"], nan=1.0),
    }
    return np.hstack(
        [
            1 - ramps(known[name], knots) if name in FALLING else ramps(known[name], knots)
            for name, knots in APPEAL.items()
        ]
    )


def components(profiles: Profiles, row: int, partners: np.ndarray, which: list[int]) -> np.ndarray:
    """Shape (m, len(which)): components of pairs, neutral where they are unknown."""
    _, found = score_partners(profiles, row, partners)
    return np.where(np.isnan(found), NEUTRAL, found)[:, which]


def gravity_features(sample: Sample) -> np.ndarray:
    """Shape (2 * ties, 1 + NEGATIVES, features): size, distance, place and the ramps on paper."""
    whole = sample.whole
    paper = on_paper(whole, sample.names)
    return np.array(
        [
            np.hstack([components(whole, row, partners, DRAWN), paper[partners]])
            for row, partners in sample.choices(whole, sample.rows)
        ],
        dtype=np.float32,
    )


def all_features(sample: Sample) -> np.ndarray:
    """The same with the components that are weighed, appeal, and the ramps of activity and of ties abroad."""
    fold, found = sample.dice.permutation(len(sample.rows)) % FOLDS, []
    for number in range(FOLDS):
        known, told = sample.knowing(sample.rows[fold != number])
        for row, partners in sample.choices(known, sample.rows[fold == number]):
            found.append(
                np.hstack(
                    [
                        components(known, row, partners, WEIGHED),
                        told.appeal[partners, None],
                        ramps(told.activity[partners], ACTIVITY),
                        *(abroad_ramps(told, name, sample.country, row, partners) for name in ABROAD),
                    ]
                )
            )
        print(f"fold {number + 1} of {FOLDS}", file=sys.stderr)
    return np.array(found, dtype=np.float32)


def abroad_ramps(
    told: Quantities, name: str, country: np.ndarray, row: int, partners: np.ndarray
) -> np.ndarray:
    """Shape (m, steps): the ramps of a quantity by city and country, both directions added."""
    table = getattr(told, name)
    there, back = table[row, country[partners]], table[partners, country[row]]
    return ramps(there, ABROAD[name]) + ramps(back, ABROAD[name])


def fit(features: np.ndarray, rising: int) -> np.ndarray:
    """The coefficients of the highest penalised likelihood; the first `rising` of them 0 or more."""

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        scores = features @ theta.astype(np.float32)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        value = -np.log(chances[:, 0]).sum() + RIDGE * (theta**2).sum()
        chances[:, 0] -= 1
        slope = np.tensordot(chances, features, axes=([0, 1], [0, 1]))
        return float(value), slope.astype(np.float64) + 2 * RIDGE * theta

    count = features.shape[2]
    bounds = [(0, None)] * rising + [(None, None)] * (count - rising)
    return minimize(loss, np.full(count, 0.1), jac=True, method="L-BFGS-B", bounds=bounds).x


def shape_of(knots: list[float], steps: np.ndarray, falls: bool = False) -> dict[str, list[float]]:
    """Knots and values of a piecewise-linear shape whose least value is 0."""
    values = np.concatenate((np.cumsum(steps[::-1])[::-1], [0.0])) if falls else np.cumsum([0.0, *steps])
    return {
        "knots": np.round(knots, 4).tolist(),
        "values": np.round(values - values.min(), 4).tolist(),
    }


def scaled(shape: dict[str, list[float]], factor: float) -> dict[str, list[float]]:
    """A shape, higher or lower."""
    return shape | {"values": np.round(np.array(shape["values"]) * factor, 4).tolist()}


def cut(coefficients: np.ndarray, *lengths: int) -> list[np.ndarray]:
    """The coefficients in parts of these lengths."""
    return np.split(coefficients, np.cumsum(lengths)[:-1])


def as_gravity(coefficients: np.ndarray) -> dict[str, Any]:
    """`fitted.json`'s gravity: natural logarithms of factors."""
    weights, *steps = cut(coefficients, len(DRAWN), *(len(knots) - 1 for knots in APPEAL.values()))
    codes = [COMPONENTS[place].code for place in DRAWN]
    return {
        "weights": dict(zip(codes, np.round(weights, 4).tolist(), strict=True)),
        "appeal": {
            name: shape_of(knots, part, name in FALLING)
            for (name, knots), part in zip(APPEAL.items(), steps, strict=True)
        },
    }


def shares(weights: dict[str, float], total: float) -> dict[str, float]:
    """Rounded shares of weights that sum to the total: the largest takes what rounding leaves."""
    largest, whole = max(weights, key=weights.__getitem__), sum(weights.values())
    found = {code: round(total * weight / whole, 4) for code, weight in weights.items()}
    found[largest] = round(total - sum(share for code, share in found.items() if code != largest), 4)
    return found


def as_fitted(gravity: dict[str, Any], coefficients: np.ndarray) -> dict[str, Any]:
    """All of `fitted.json`: weights that sum to 1, shapes scaled to the range of their component."""
    weights, appeal, activity, *abroad = cut(
        coefficients, len(WEIGHED), 1, len(ACTIVITY) - 1, *(len(knots) - 1 for knots in ABROAD.values())
    )
    active = shape_of(ACTIVITY, activity)
    most_appeal = sum(max(shape["values"]) for shape in gravity["appeal"].values())
    reach = float(appeal[0]) * most_appeal + max(active["values"])
    directions = {
        name: shape_of(knots, part) for (name, knots), part in zip(ABROAD.items(), abroad, strict=True)
    }
    one_way = sum(max(shape["values"]) for shape in directions.values())
    # A pair's prominence is the mean of both cities': it moves half as far as the partner's own.
    found = dict(zip((COMPONENTS[place].code for place in WEIGHED), weights.tolist(), strict=True))
    found |= {"prominence": 2 * reach, "abroad": 2 * one_way}
    return {
        "weights": {**CHOSEN, **shares(found, 1 - sum(CHOSEN.values()))},
        "gravity": gravity,
        "prominence": {
            "appeal": round(float(appeal[0]) / reach, 5),
            "activity": scaled(active, 1 / reach),
        },
        "abroad": {name: scaled(shape, 1 / (2 * one_way)) for name, shape in directions.items()},
    }


def fitted_on(ties: np.ndarray, seed: int) -> dict[str, Any]:
    """All of `fitted.json` as these ties (ids, shape (t, 2)) tell it; FITTED has it afterwards."""
    sample = Sample(ties, seed)
    features = gravity_features(sample)
    FITTED["gravity"] = as_gravity(fit(features, rising=features.shape[2]))
    found = fit(all_features(sample), rising=len(WEIGHED) + len(ACTIVITY))
    FITTED.update(as_fitted(FITTED["gravity"], found))
    return FITTED


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("known", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help=f"write {OUTPUT.relative_to(ROOT)}, else print")
    given = parser.parse_args()
    ties, problems = read_ties(given.known.read_text(encoding="utf-8"))
    print(*problems, sep="\n", file=sys.stderr)
    text = json.dumps(fitted_on(ties, given.seed), indent=1) + "\n"
    if given.write:
        OUTPUT.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
