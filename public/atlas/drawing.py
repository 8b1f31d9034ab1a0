"""The map of everything, drawn by the server, and as map.js asks for it; and its twin, a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from cities import mapping
from cities.listing import PAGE_SIZE, Pager, grouped, pager
from cities.result_map import SMALLEST_WINDOW, Place, around, columns_of, live_mark, short, viewport

from .layers import MAKERS, Layer, Line, Spot
from .query import LAYERS, SINGLE, AtlasQuery
from .ties import Tie

ASIDE = 0.24  # of a cell: how far the marks of several layers stand from its middle
DEGREES = 4  # decimals


class Choice(NamedTuple):
    """A layer one can show: how many things it has."""

    code: str
    label: str
    total: str
    is_shown: bool


class Row(NamedTuple):
    """A row of the table: which layer it is of, and what it says."""

    layer: str
    kind: str
    line: Line


@dataclass(frozen=True)
class Atlas:
    """What the map shows of a query."""

    query: AtlasQuery

    @cached_property
    def every(self) -> Mapping[str, Layer]:
        """All layers, shown or not."""
        return {code: MAKERS[code](self.query) for code in LAYERS}

    @cached_property
    def shown(self) -> Mapping[str, Layer]:
        """The layers that are shown."""
        return {code: self.every[code] for code in self.query.layers}

    def choices(self) -> list[Choice]:
        """The layers, each with what there is of it in the country and the part of the map."""
        return [
            Choice(code, str(LAYERS[code]), grouped(len(layer)), code in self.query.layers)
            for code, layer in self.every.items()
        ]

    def __len__(self) -> int:
        return sum(len(layer) for layer in self.shown.values())

    def pager(self) -> Pager:
        """The pages of the table."""
        return pager(self.query, len(self))

    def rows(self) -> list[Row]:
        """A page of the table: all of one layer, then all of the next."""
        first = (self.pager().page - 1) * PAGE_SIZE
        end, rows = first + PAGE_SIZE, []
        for code, layer in self.shown.items():
            label = str(SINGLE[code])
            rows += [Row(code, label, line) for line in layer.lines(max(first, 0), max(end, 0))]
            first, end = first - len(layer), end - len(layer)
        return rows

    def picture(self) -> mapping.Picture:
        """The map drawn by the server. A cluster leads to a closer map, the closest to a list."""
        window = self._drawn_window()
        ties = {
            code: [mapping.tie_path(one.x, one.y, other.x, other.y) for one, other, _strength in lines]
            for code, layer in self.shown.items()
            if (lines := layer.ties(window, mapping.COLUMNS))
        }
        upwards = reversed(range(len(self.shown)))  # the first layer above all others
        marks = [mark for place in upwards for mark in self._marks(place, window)]
        return mapping.Picture(self.label(), window, marks, more_ties=ties)

    def label(self) -> str:
        """What the map shows, in words."""
        counts = ", ".join(f"{LAYERS[code]}: {grouped(len(layer))}" for code, layer in self.shown.items())
        return _("Map. %(counts)s") % {"counts": counts}

    def live(self, width: str) -> dict[str, Any]:
        """The marks and lines, as map.js reads them, for a map of so many CSS pixels."""
        window, columns = self._window(), columns_of(width)
        return {
            "clusters": [
                {**live_mark(spot.cluster, self._place(code, spot)), "layer": code}
                for code, layer in self.shown.items()
                for spot in layer.spots(window, columns)
            ],
            "ties": [
                {"layer": code, "ends": _in_degrees(tie)}
                for code, layer in self.shown.items()
                for tie in layer.ties(window, columns)
            ],
        }

    def corners(self) -> list[list[float]]:
        """The corners of what is shown, [[south, west], [north, east]]; empty for the whole map."""
        if bounds := self.query.bounds:
            return [[bounds.south, bounds.west], [bounds.north, bounds.east]]
        if not self.query.country or not len(self):
            return []
        latitude, longitude = self._positions()
        return [
            [float(latitude.min()), float(longitude.min())],
            [float(latitude.max()), float(longitude.max())],
        ]

    def _positions(self) -> tuple[mapping.Floats, mapping.Floats]:
        latitude, longitude = zip(*(layer.positions() for layer in self.shown.values()), strict=True)
        return np.concatenate(latitude), np.concatenate(longitude)

    def _window(self) -> mapping.Window:
        if self.query.bounds:
            return viewport(self.query.bounds)
        if not self.query.country:
            return mapping.EVERYWHERE
        return mapping.window_around(*mapping.project(*self._positions()), SMALLEST_WINDOW)

    def _drawn_window(self) -> mapping.Window:
        """The window of the drawn map, which always has the same shape."""
        if not self.query.bounds:
            return self._window()
        part = viewport(self.query.bounds)
        x, y = np.array([part.x, part.x + part.width]), np.array([part.y, part.y + part.height])
        return mapping.window_around(x, y, SMALLEST_WINDOW)

    def _marks(self, place: int, window: mapping.Window) -> Iterator[mapping.Mark]:
        code, layer = list(self.shown.items())[place]
        side = mapping.cell_size(window)
        right, down = (part * side for part in self._aside(place))
        is_closest = window.width <= SMALLEST_WINDOW
        for spot in layer.spots(window, mapping.COLUMNS):
            mark = self._mark(spot.cluster, self._place(code, spot), window, is_closest)
            yield replace(mark, x=mark.x + right, y=mark.y + down, kind=f"{mark.kind} layer-{code}")

    def _place(self, code: str, spot: Spot) -> Place:
        """What a mark says; several things lead to the list of them."""
        if spot.place.url:
            return spot.place
        part = self.query.choosing("layer", [code]).but(bounds=around(spot.cluster))
        return spot.place._replace(url=f"{reverse('map')}{part.url}#list")

    def _mark(
        self, cluster: mapping.Cluster, place: Place, window: mapping.Window, is_closest: bool
    ) -> mapping.Mark:
        side, count = mapping.cell_size(window), short(cluster.count)
        is_alone = len(self.shown) == 1
        if cluster.count == 1:
            hit = mapping.Window(cluster.cell_x, cluster.cell_y, side, side) if is_alone else None
            return mapping.Mark(cluster.x, cluster.y, 8 * window.unit, place.label, place.url, hit=hit)
        goes_closer = not is_closest and not cluster.is_one_place
        url = self.query.but(bounds=around(cluster)).url if goes_closer else place.url
        if is_alone:
            return mapping.cluster_mark(cluster, window, place.label, count, url)
        radius = side * min(0.28, 0.18 + 0.03 * float(np.log10(cluster.count)))
        return mapping.Mark(cluster.x, cluster.y, radius, place.label, url, "cluster", count)

    def _aside(self, place: int) -> tuple[float, float]:
        """How far the marks of a layer stand to the right and down from where they are, in cells."""
        if len(self.shown) == 1:
            return 0.0, 0.0
        angle = 2 * np.pi * place / len(self.shown)
        return float(ASIDE * np.sin(angle)), float(-ASIDE * np.cos(angle))


def _in_degrees(tie: Tie) -> list[list[float]]:
    return [[round(end.latitude, DEGREES), round(end.longitude, DEGREES)] for end in (tie.one, tie.other)]
