"""How sought-after a city is as a partner, whoever asks: learnt from the known ties.

Some cities have many partners and are known far away; others of their size have none. Prominence is a sum of
piecewise-linear shapes, one a quantity, so that it can be read off a table: `fitted.json` has the knots,
written by scripts/fit_matcher.py. Preferential attachment (Barabasi and Albert 1999, "Emergence of scaling in
random networks") in additive form.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

FITTED = json.loads(Path(__file__).with_name("fitted.json").read_text(encoding="utf-8"))
"""weights: of each component; prominence: for each quantity its knots and values, whose maxima sum to 1."""
LEAST_POPULATION = 500

Floats = npt.NDArray[np.float64]


def quantities(
    ties: npt.ArrayLike, names: npt.ArrayLike, population: npt.ArrayLike, standing: Floats
) -> dict[str, Floats]:
    """What prominence is made of, each of shape (n,).

    ties: number of twin cities; names: number of names in the world's languages and scripts; population, 0
    where it is not known; standing: see `profiles.standings`, NaN where it is not known. What is not known
    counts as the least.
    """
    return {
        "ties": np.log1p(np.asarray(ties, dtype=np.float64)),
        "names": np.log1p(np.asarray(names, dtype=np.float64)),
        "population": np.log(np.maximum(np.asarray(population, dtype=np.float64), LEAST_POPULATION)),
        "standing": np.where(np.isnan(standing), 1.0, standing),
    }


def prominence(known: dict[str, Floats]) -> Floats:
    """Prominence in [0, 1], shape (n,), of cities whose `quantities` are known."""
    shapes = FITTED["prominence"]
    total = sum(np.interp(known[name], shape["knots"], shape["values"]) for name, shape in shapes.items())
    return np.clip(np.asarray(total, dtype=np.float64), 0.0, 1.0)
