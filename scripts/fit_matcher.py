#!/usr/bin/env python
"""Fit the matcher's weights and the shapes of prominence to known ties: partnerships/matching/fitted.json.

    python scripts/fit_matcher.py KNOWN.csv [--seed 0] [--write]

A conditional logit (McFadden 1974): each tie, asked from both ends, is to be told from NEGATIVES cities
that are no partners. The ties are divided into FOLDS; features of a fold's ties are computed without them.
All coefficients are 0 or more, so that every component speaks in the direction its name says. Run it on a
database with the cities loaded.
"""

import argparse
import json
import os
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")

import django  # noqa: E402

django.setup()

from cities import directory  # noqa: E402
from partnerships.backtest import read_ties  # noqa: E402
from partnerships.matching import prominence  # noqa: E402
from partnerships.matching.components import COMPONENTS  # noqa: E402
from partnerships.matching.profiles import Profiles, build_profiles  # noqa: E402
from partnerships.matching.scoring import NEUTRAL, score_partners  # noqa: E402
from partnerships.profiles import public_data  # noqa: E402

FOLDS, NEGATIVES, RIDGE = 10, 250, 0.3
LEAST_POPULATION = 50_000
CHOSEN = {"needs": 0.25, "language": 0.02}
"""Weights that no tie tells of: of needs nothing is known; what languages say, affinity and distance say
too, but it is what people ask first."""
KNOTS = {  # of the quantities of `prominence.quantities`
    "ties": np.log1p([0, 1, 2, 3, 5, 8, 14, 26]).tolist(),
    "names": np.log1p([1, 4, 8, 14, 20, 30, 50, 110]).tolist(),
    "population": np.log([500, 15_000, 50_000, 120_000, 300_000, 1_000_000, 10_000_000]).tolist(),
    "standing": [0.0, 0.1, 0.2, 0.35, 0.5, 1.0],
}
FALLING = {"standing"}
FITTED_COMPONENTS = [one.code for one in COMPONENTS if one.code not in {*CHOSEN, "prominence"}]
OUTPUT = ROOT / "partnerships" / "matching" / "fitted.json"


def ramps(known: dict[str, np.ndarray]) -> np.ndarray:
    """Shape (n, steps): how far each quantity has come between each two knots, in [0, 1]."""
    columns = []
    for name, knots in KNOTS.items():
        for low, high in pairwise(knots):
            way = np.clip((known[name] - low) / (high - low), 0, 1)
            columns.append(1 - way if name in FALLING else way)
    return np.stack(columns, axis=1)


def features(profiles: Profiles, names: np.ndarray, row: int, partners: np.ndarray) -> np.ndarray:
    """Shape (m, features): components of a pair but for prominence, then the ramps of the partner."""
    _, components = score_partners(profiles, row, partners)
    values = np.where(np.isnan(components), NEUTRAL, components)
    kept = [place for place, one in enumerate(COMPONENTS) if one.code in FITTED_COMPONENTS]
    ties = profiles.ties.starts[partners + 1] - profiles.ties.starts[partners]
    standing = profiles.cities["standing"][partners]
    known = prominence.quantities(ties, names[partners], profiles.population[partners], standing)
    return np.hstack([values[:, kept], ramps(known)])


def samples(ties: np.ndarray, seed: int) -> np.ndarray:
    """Shape (2 * ties, 1 + NEGATIVES, features), float32; the real partner first."""
    at_hand, dice = directory.fresh(), np.random.default_rng(seed)
    whole = build_profiles(**public_data(at_hand, ties))
    names = np.empty(len(whole), dtype=np.int64)
    names[whole.rows_of(at_hand.reference.ids)] = at_hand.reference.names
    rows, country = whole.rows_of(ties.ravel()).reshape(-1, 2), whole.cities["country"]
    pool = np.union1d(np.flatnonzero(whole.population >= LEAST_POPULATION), rows.ravel())
    fold, found = dice.permutation(len(ties)) % FOLDS, []
    for number in range(FOLDS):
        without = build_profiles(**public_data(at_hand, ties[fold != number]))
        for pair in rows[fold == number]:
            for row, partner in (pair, pair[::-1]):
                possible = pool[(country[pool] != country[row]) & ~np.isin(pool, whole.partners_of(row))]
                others = dice.choice(possible, NEGATIVES, replace=False)
                found.append(features(without, names, row, np.concatenate(([partner], others))))
        print(f"fold {number + 1} of {FOLDS}", file=sys.stderr)
    return np.array(found, dtype=np.float32)


def fit(sampled: np.ndarray) -> np.ndarray:
    """The coefficients, all 0 or more, of the highest penalised likelihood."""

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        scores = sampled @ theta.astype(np.float32)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        value = -np.log(chances[:, 0]).sum() + RIDGE * (theta**2).sum()
        chances[:, 0] -= 1
        slope = np.tensordot(chances, sampled, axes=([0, 1], [0, 1]))
        return float(value), slope.astype(np.float64) + 2 * RIDGE * theta

    count = sampled.shape[2]
    found = minimize(loss, np.full(count, 0.5), jac=True, method="L-BFGS-B", bounds=[(0, None)] * count)
    return found.x


def as_fitted(theta: np.ndarray) -> dict[str, object]:
    """Weights that sum to 1 with that of needs, and shapes whose maxima sum to 1."""
    steps = theta[len(FITTED_COMPONENTS) :]
    reach = steps.sum()
    # A pair's prominence is the mean of both cities': it moves half as far as the partner's own.
    weights = dict(zip(FITTED_COMPONENTS, theta, strict=False)) | {"prominence": 2 * reach}
    total = sum(weights.values())
    shapes, start = {}, 0
    for name, knots in KNOTS.items():
        rises = steps[start : start + len(knots) - 1] / reach
        start += len(knots) - 1
        values = np.concatenate(([0.0], np.cumsum(rises)))
        if name in FALLING:
            values = np.concatenate((np.cumsum(rises[::-1])[::-1], [0.0]))
        shapes[name] = {"knots": np.round(knots, 4).tolist(), "values": np.round(values, 4).tolist()}
    shares = {
        code: round(float((1 - sum(CHOSEN.values())) * one / total), 4) for code, one in weights.items()
    }
    return {"weights": {**CHOSEN, **shares}, "prominence": shapes}


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
    text = json.dumps(as_fitted(fit(samples(ties, given.seed))), indent=1) + "\n"
    if given.write:
        OUTPUT.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
