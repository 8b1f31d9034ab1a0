"""What scripts/fit_matcher.py learnt from known ties, as it stands in `fitted.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FITTED: dict[str, Any] = json.loads(Path(__file__).with_name("fitted.json").read_text(encoding="utf-8"))
"""weights: of each component; gravity, prominence, abroad: see the modules of these names."""


def along(shape: Mapping[str, list[float]], values: npt.NDArray[np.floating]) -> Floats:
    """A piecewise-linear shape, given by its knots and its values there, at some values; level outside."""
    return np.interp(values, shape["knots"], shape["values"])
