"""How two sets of lists of the same cities differ, for instance under other weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """How alike the lists of m cities are before and after.

    overlap (m,): Jaccard index, partners in both lists to partners in either, 1 for two empty lists;
    correlation (m,): Spearman's rank correlation of the partners in both, NaN for fewer than two.
    """

    overlap: Floats
    correlation: Floats


def compare(before: npt.NDArray[np.integer], after: npt.NDArray[np.integer]) -> Comparison:
    """Compare lists of partners, both of shape (m, k), best first, -1 = unused."""
    overlap, correlation = np.ones(len(before)), np.full(len(before), np.nan)
    for row, (old, new) in enumerate(zip(before, after, strict=True)):
        old, new = old[old >= 0], new[new >= 0]
        _common, old_places, new_places = np.intersect1d(old, new, return_indices=True)
        count = len(old_places)
        if len(old) or len(new):
            overlap[row] = count / (len(old) + len(new) - count)
        if count > 1:
            difference = np.argsort(np.argsort(old_places)) - np.argsort(np.argsort(new_places))
            correlation[row] = 1 - 6 * (difference**2).sum() / (count * (count**2 - 1))
    return Comparison(overlap, correlation)
