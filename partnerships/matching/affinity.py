"""How strongly the cities of two countries are drawn to each other, learnt from the known ties."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

PRIOR_TIES = 2.0
"""Ties added to both what was seen and what was to be expected, so that one chance tie says little."""


def ties_between_countries(
    country: npt.NDArray[np.integer], tie_rows: npt.NDArray[np.int64], countries: int
) -> npt.NDArray[np.int64]:
    """Number of ties between each two countries: symmetric, shape (countries, countries)."""
    counts = np.zeros((countries, countries), dtype=np.int64)
    ends = country[tie_rows]
    np.add.at(counts, (ends[:, 0], ends[:, 1]), 1)
    return counts + counts.T - np.diag(counts.diagonal())


def country_affinity(
    ties: npt.NDArray[np.int64], expected: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Affinity of each two countries: symmetric, in (0, 1), shape (countries, countries); NaN = not known.

    With n the ties seen, e the ties to be expected (see `gravity`) and p = PRIOR_TIES, the affinity is
    (n + p) / (n + e + 2p): the logistic function of the smoothed log-odds ln((n + p) / (e + p)), 0.5 where
    two countries have as many ties as is to be expected. ties and expected: symmetric, shape (countries,
    countries).

    The ratio of observed to expected flow is the affinity index of trade and migration studies (Savage and
    Deutsch 1960, "A statistical model of the gross analysis of transaction flows"); the smoothing is the
    usual additive one. It is unknown where no tie at all is known of one of the two, and within a country.
    """
    affinity = (ties + PRIOR_TIES) / (ties + expected + 2 * PRIOR_TIES)
    silent = ties.sum(axis=1) == ties.diagonal()
    affinity[silent, :] = np.nan
    affinity[:, silent] = np.nan
    np.fill_diagonal(affinity, np.nan)
    return affinity
