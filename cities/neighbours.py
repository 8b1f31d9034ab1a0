"""Cities near a city, and cities like it, from the directory in memory."""

import numpy as np
import numpy.typing as npt

from .directory import Directory
from .facets import Facet, Rows

CLOSE_BY = 5
CAPITALS = 0.5  # both are capitals
TOPICS = 0.5  # needs, and again offers, are the same
TIES = 0.25  # both are twinned with the same countries


def nearest(directory: Directory, row: int, count: int = CLOSE_BY) -> tuple[Rows, npt.NDArray[np.float64]]:
    """The rows of the nearest other cities, and their distances in km; nearest first."""
    distances = directory.reference.distances(row)
    distances[row] = np.inf
    near = _least(distances, count)
    near = near[near != row]
    return near, distances[near]


def most_similar(directory: Directory, row: int, count: int = CLOSE_BY) -> Rows:
    """The rows of the cities most like a city, most alike first.

    Likeness is the ratio of the two populations (the smaller to the larger), plus CAPITALS if both are
    capitals, plus TOPICS times the share that their needs have in common and the same for offers, plus
    TIES times that share for the countries they are twinned with (Jaccard's index: common values by all
    values). What is not known adds nothing. Of equals the nearer comes first.
    """
    reference = directory.reference
    people = np.maximum(reference.population.astype(np.float64), 1.0)
    likeness = np.minimum(people, people[row]) / np.maximum(people, people[row])
    likeness = likeness + CAPITALS * (reference.is_capital & reference.is_capital[row])
    likeness += TOPICS * _in_common(directory.statements.need, row)
    likeness += TOPICS * _in_common(directory.statements.offer, row)
    likeness += TIES * _in_common(directory.ties.twinned, row)
    likeness -= reference.distances(row) / 1e6  # at most 0.02: it decides between equals
    likeness[row] = -np.inf
    alike = _least(-likeness, count)
    return alike[alike != row]


def _in_common(facet: Facet, row: int) -> npt.NDArray[np.float64]:
    """Shape (n,): Jaccard's index of one city's values and each city's; 0 where neither has any."""
    assert facet.membership is not None
    own = facet.membership[facet.sets[row]]
    common = facet.membership @ own
    either = facet.membership.sum(axis=1) + own.sum() - common
    return (common / np.maximum(either, 1.0))[facet.sets]


def _least(values: npt.NDArray[np.float64], count: int) -> Rows:
    """The positions of the smallest values, smallest first."""
    count = min(count, len(values))
    if not count:
        return np.array([], dtype=np.int64)
    nearest_ones = np.argpartition(values, count - 1)[:count]
    return nearest_ones[np.argsort(values[nearest_ones], kind="stable")]
