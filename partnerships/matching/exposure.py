"""Fair exposure: no city stands in too many lists, and how unevenly cities stand in them.

The spread is deferred acceptance (Gale and Shapley 1962, 'College admissions and the stability of
marriage') with many on both sides: each holder of a list asks its best partners for places, a partner that
is asked for more than `limit` keeps the holders it fits best, and those refused ask their next. The result
is stable: a partner left out of a list stands in `limit` lists of holders that it fits at least as well.
Of all stable results it is the best for every holder, and the same in whatever order they ask; as both
sides go by the same scores, it is the only one but for ties. Equal scores: the holder given first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

QUANTILES = (0.5, 0.75, 0.9, 0.99)


def spread(
    partners: npt.NDArray[np.integer], scores: npt.NDArray[np.floating], keep: int, limit: int
) -> npt.NDArray[np.bool_]:
    """Which places of the lists of m holders are kept: shape (m, k), at most `keep` a row.

    partners (m, k): any numbers of 0 or more, best first, each at most once a row; -1 = unused.
    scores (m, k) of the same places. Nobody is kept in more than `limit` rows. A row keeps fewer than `keep`
    places only where its list is at its end: then a longer list may keep more. Raises ValueError for keep
    or limit below 1.
    """
    if keep < 1 or limit < 1:
        raise ValueError("keep and limit must be at least 1.")
    is_open = partners >= 0
    while True:
        asked = is_open & (np.cumsum(is_open, axis=1) <= keep)
        holder, place = np.nonzero(asked)
        partner = partners[holder, place]
        order = np.lexsort((holder, -scores[holder, place], partner))
        refused = order[_place_in_group(partner[order]) >= limit]
        if not len(refused):
            return asked
        is_open[holder[refused], place[refused]] = False


def _place_in_group(groups: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Shape of groups (sorted): 0, 1, 2 ... within each run of equal values."""
    places = np.arange(len(groups))
    begins = np.append(True, groups[1:] != groups[:-1])[: len(groups)]
    return places - np.maximum.accumulate(np.where(begins, places, 0))


@dataclass(frozen=True)
class Exposure:
    """In how many lists cities stand.

    cities: how many; places: places in lists, altogether; gini: 0 = all in equally many, towards 1 = few in
    all, NaN without any place; none: the share of the cities in no list; most: the largest number;
    quantiles: the numbers at QUANTILES.
    """

    cities: int
    places: int
    gini: float
    none: float
    most: int
    quantiles: tuple[float, ...]

    @classmethod
    def of(cls, counts: npt.NDArray[np.integer]) -> Exposure:
        """The distribution of counts, shape (n,), n of 1 or more."""
        return cls(
            cities=len(counts),
            places=int(counts.sum()),
            gini=gini(counts),
            none=float((counts == 0).mean()),
            most=int(counts.max()),
            quantiles=tuple(float(value) for value in np.quantile(counts, QUANTILES)),
        )


def gini(counts: npt.NDArray[np.integer]) -> float:
    """The Gini coefficient: half the mean absolute difference of all pairs, relative to the mean."""
    ordered = np.sort(counts).astype(np.float64)
    n, total = len(ordered), ordered.sum()
    if not total:
        return float("nan")
    return float(2 * (np.arange(1, n + 1) @ ordered) / (n * total) - (n + 1) / n)
