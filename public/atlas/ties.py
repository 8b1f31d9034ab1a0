"""Ties between two cities on the map: lines, and marks at their ends, both clustered by the same cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.urls import reverse
from django.utils.translation import ngettext

from cities import mapping
from cities.directory import Directory
from cities.facets import Mask, Rows
from cities.listing import city_url, grouped
from cities.result_map import Place

from .query import AtlasQuery

MOST_LINES = 400  # the strongest ones
Named = Callable[[int], tuple[str, str]]


class End(NamedTuple):
    """Where a line ends: on the drawn map, and in degrees."""

    x: float
    y: float
    latitude: float
    longitude: float


class Tie(NamedTuple):
    """A line, and how many ties it stands for."""

    one: End
    other: End
    strength: int


class TieMap:
    """Ties of which one end at least is in the country and the part of the map that are asked for.

    pairs: shape (n, 2), rows of the directory. named: what the tie of a row of the pairs given is called and
    the address of its page; by default the names of both cities, and the page of the first. fitting: shape
    (n,), which of them may be shown at all.
    """

    def __init__(
        self,
        cities: Directory,
        pairs: npt.ArrayLike,
        asked: AtlasQuery,
        named: Named | None = None,
        fitting: Mask | None = None,
    ) -> None:
        reference = cities.reference
        every = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        fits = np.ones(every.shape, dtype=np.bool_)
        if fitting is not None:
            fits &= fitting[:, np.newaxis]
        if known := reference.country.known(asked.country):
            fits &= reference.country.holds(known, reference.country.sets[every])
        if asked.bounds:
            fits &= asked.bounds.hold(reference.latitude[every], reference.longitude[every])
        self.cities, self.home, self.named = cities, reverse("cities"), named
        self.rows = np.flatnonzero(fits.any(axis=1))
        self.pairs, self.fits = every[self.rows], fits[self.rows]
        self.latitude, self.longitude = reference.latitude[self.pairs], reference.longitude[self.pairs]

    def clusters(self, window: mapping.Window, columns: int) -> list[mapping.Cluster]:
        """The ends that fall on a window; `row` is the position of an end among all of them."""
        weight = self.cities.reference.population[self.pairs].ravel().astype(np.float64)
        return mapping.clusters(self.latitude.ravel(), self.longitude.ravel(), weight, window, columns)

    def place(self, cluster: mapping.Cluster) -> Place:
        """What a cluster of ends says."""
        row = int(self.pairs.ravel()[cluster.row])
        if cluster.is_one_place:
            text = ngettext("%(city)s: %(count)s tie", "%(city)s: %(count)s ties", cluster.count)
        else:
            text = ngettext(
                "%(city)s and around: %(count)s tie", "%(city)s and around: %(count)s ties", cluster.count
            )
        label = text % {"city": self.cities.name(row), "count": grouped(cluster.count)}
        return Place(label, city_url(self.cities, row, self.home) if cluster.count == 1 else "", "cluster")

    def line(self, row: int) -> tuple[str, str, str]:
        """What the tie is called, where that leads, and the countries of its ends."""
        one, other = self.pairs[row].tolist()
        if self.named:
            name, url = self.named(int(self.rows[row]))
        else:
            name = f"{self.cities.name(one)} – {self.cities.name(other)}"
            url = f"{city_url(self.cities, one, self.home)}#twinnings"
        country, names = self.cities.facets["country"], self.cities.labels("country")
        codes = dict.fromkeys(country.codes_of(end)[0] for end in (one, other))
        return name, url, ", ".join(names[code] for code in codes)

    def ties(self, window: mapping.Window, columns: int) -> list[Tie]:
        """The lines of which an end falls on a window, MOST_LINES at most; a cell's are one bundle."""
        if not len(self.pairs):
            return []
        x, y = mapping.project(self.latitude.ravel(), self.longitude.ravel())
        cells = np.column_stack(mapping.cells(x, y, window, columns))
        _kept, cell = np.unique(cells, axis=0, return_inverse=True)
        inside = (cells >= 0).all(axis=1) & (cells[:, 0] < columns) & (y < window.y + window.height)
        ends = np.sort(cell.reshape(-1, 2), axis=1)
        ends = ends[inside.reshape(-1, 2).any(axis=1) & (ends[:, 0] != ends[:, 1])]
        bundles, counts = np.unique(ends, axis=0, return_counts=True)
        strongest = np.argsort(-counts, kind="stable")[:MOST_LINES]
        at = list(zip(*_middles(cell, x, y, self.latitude.ravel(), self.longitude.ravel()), strict=True))
        return [
            Tie(End(*at[one]), End(*at[other]), strength)
            for (one, other), strength in zip(
                bundles[strongest].tolist(), counts[strongest].tolist(), strict=True
            )
        ]


def _middles(cell: Rows, x: mapping.Floats, y: mapping.Floats, *degrees: mapping.Floats) -> list[list[float]]:
    """For each cell its mean place on the drawn map, and the middle of its degrees: where its mark stands."""
    number = np.bincount(cell)
    drawn = [np.bincount(cell, values) / number for values in (x, y)]
    order = np.argsort(cell, kind="stable")
    starts = np.r_[0, np.cumsum(number)[:-1]]
    middles = [
        (np.minimum.reduceat(values[order], starts) + np.maximum.reduceat(values[order], starts)) / 2
        for values in degrees
    ]
    return [values.tolist() for values in (*drawn, *middles)]
