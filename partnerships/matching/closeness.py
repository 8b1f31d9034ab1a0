"""How close two cities stand in the network of known ties: over a common partner, or two that are tied.

Paths of two and of three ties, each tie counted by how few the cities at its ends have: the truncated Katz
index (Katz 1953, "A new status index derived from sociometric analysis") of the symmetrically normalised
network (Zhou, Lue and Zhang 2009, "Predicting missing links via local information").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .kernels import paths_of_two_and_three


class Circle(NamedTuple):
    """For each of n cities those within three ties, and how close they are.

    The cities near row r are others[starts[r] : starts[r + 1]], ascending, with `closeness` in (0, 1] at the
    same places, the same from both sides.
    """

    starts: npt.NDArray[np.int64]
    others: npt.NDArray[np.int32]
    closeness: npt.NDArray[np.float64]


FAINT = 0.01
"""A sum of paths that is as good as none: closeness grows with the logarithm of what goes beyond."""
COMMON_PARTNER = 0.5
"""What a path over one common partner counts to one over two."""


def circles(starts: npt.NDArray[np.int64], partners: npt.NDArray[np.int32]) -> Circle:
    """The circles of all cities; the partners of row r are partners[starts[r] : starts[r + 1]].

    With P the sum over the paths of two ties times COMMON_PARTNER and of three, where a tie of cities with d
    and e ties counts 1 / sqrt(d e), closeness is ln(1 + P / FAINT) / ln(1 + 1 / FAINT), 1 at most.
    """
    begins, others, paths = paths_of_two_and_three(starts, partners, COMMON_PARTNER)
    row = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    # Sums in another order differ in the last bit: both sides take that of the lower row.
    paths = np.where(row <= others, paths, paths[np.lexsort((row, others))])
    closeness = np.minimum(np.log1p(paths / FAINT) / np.log1p(1 / FAINT), 1.0)
    return Circle(begins, others, closeness)
