"""The result of a directory on a map: clusters drawn by the server, and those that map.js asks for."""

import json
from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from . import mapping
from .filters import Bounds, DirectoryQuery
from .selection import Selectable, Selection

CELL = 56  # CSS pixels, on a map on which one can zoom
WIDEST_MAP = 2000  # CSS pixels
SMALLEST_WINDOW = 12.0  # viewBox units, some 70 km
MARGIN = 0.002  # degrees around a cluster, more than rounding an address takes away


class Place(NamedTuple):
    """What a mark that stands for one row says, where it leads, and its style: city or member."""

    label: str
    url: str
    kind: str = "city"


class ResultMap(ABC):
    """The rows of a result on a map; each cluster links to the map of its own part."""

    def __init__(self, directory: Selectable, selection: Selection) -> None:
        self.selection = selection
        self.latitude, self.longitude = (degrees[selection.rows] for degrees in directory.places())

    @abstractmethod
    def title(self) -> str:
        """What the map shows, in words."""

    @abstractmethod
    def weight(self) -> mapping.Floats:
        """How important each row of the result is, in its order: the most important one names a cluster."""

    @abstractmethod
    def one(self, row: int) -> Place:
        """The mark of one row of the directory."""

    @abstractmethod
    def several(self, row: int, cluster: mapping.Cluster) -> str:
        """The label of a cluster, of which `row` is the most important."""

    def html(self) -> str:
        """The map as a page shows it."""
        live = self.selection.query.but(bounds=None).export_url("clusters")
        shown = {"map": self.picture(), "live": live, "bounds": self.corners()}
        return render_to_string("components/map.html", shown)

    def picture(self) -> mapping.Picture:
        """The map drawn by the server."""
        window = self._window() if self.selection.query.is_filtered else mapping.EVERYWHERE
        is_closest = window.width <= SMALLEST_WINDOW
        marks = []
        for cluster in self.clusters(window, mapping.COLUMNS):
            row = int(self.selection.rows[cluster.row])
            if cluster.count == 1:
                place = self.one(row)
                hit = mapping.Window(cluster.cell_x, cluster.cell_y, *[mapping.cell_size(window)] * 2)
                mark = (cluster.x, cluster.y, 6 * window.unit, place.label, place.url, place.kind)
                marks.append(mapping.Mark(*mark, hit=hit))
            else:
                url = self._part(cluster, "cards" if is_closest or cluster.is_one_place else "map").url
                label = self.several(row, cluster)
                marks.append(mapping.cluster_mark(cluster, window, label, short(cluster.count), url))
        return mapping.Picture(self.title(), window, marks)

    def corners(self) -> str:
        """The corners of a result, [[south, west], [north, east]] in JSON; empty for the whole directory."""
        if not self.selection.query.is_filtered:
            return ""
        south_west = [round(float(self.latitude.min()), 3), round(float(self.longitude.min()), 3)]
        north_east = [round(float(self.latitude.max()), 3), round(float(self.longitude.max()), 3)]
        return json.dumps([south_west, north_east])

    def live(self, width: str = "") -> dict[str, Any]:
        """The clusters, as map.js reads them, for a map of so many CSS pixels."""
        bounds = self.selection.query.bounds
        window = viewport(bounds) if bounds else self._window()
        return {"clusters": [self._live(cluster) for cluster in self.clusters(window, columns_of(width))]}

    def _live(self, cluster: mapping.Cluster) -> dict[str, Any]:
        row = int(self.selection.rows[cluster.row])
        if cluster.count == 1:
            place = self.one(row)
        else:
            place = Place(self.several(row, cluster), f"./{self._part(cluster, 'cards').url}", "cluster")
        return live_mark(cluster, place)

    def clusters(self, window: mapping.Window, columns: int) -> list[mapping.Cluster]:
        """The rows of the result that fall on a window, by the cells of its grid; see mapping.clusters."""
        return mapping.clusters(self.latitude, self.longitude, self.weight(), window, columns)

    def _window(self) -> mapping.Window:
        return mapping.window_around(*mapping.project(self.latitude, self.longitude), SMALLEST_WINDOW)

    def _part(self, cluster: mapping.Cluster, view: str) -> DirectoryQuery:
        """The state that lists the rows of one cluster."""
        return self.selection.query.but(view=view, bounds=around(cluster))


def around(cluster: mapping.Cluster) -> Bounds:
    """The part of the map that holds a cluster, in an address too."""
    return Bounds(
        cluster.south - MARGIN, cluster.west - MARGIN, cluster.north + MARGIN, cluster.east + MARGIN
    )


def columns_of(width: str) -> int:
    """The columns of clusters on a map of so many CSS pixels, as its address says."""
    is_width = width.isdecimal() and len(width) < 6
    return max(min(int(width), WIDEST_MAP) // CELL if is_width else mapping.COLUMNS, 4)


def live_mark(cluster: mapping.Cluster, place: Place) -> dict[str, Any]:
    """A cluster, as map.js reads it."""
    return {
        "lat": round((cluster.south + cluster.north) / 2, 4),
        "lon": round((cluster.west + cluster.east) / 2, 4),
        "count": cluster.count,
        "member": place.kind == "member",
        "text": short(cluster.count),
        "label": place.label,
        "url": place.url,
        **{side: getattr(cluster, side) for side in ("south", "west", "north", "east")},
    }


def viewport(bounds: Bounds) -> mapping.Window:
    """The window around a part of the map; its sides are curves on the plane, so points along them count."""
    south_to_north = np.linspace(bounds.south, bounds.north, 9)
    west_to_east = np.linspace(bounds.west, bounds.east, 9)
    latitude, longitude = np.meshgrid(south_to_north, west_to_east)
    x, y = mapping.project(latitude.ravel(), longitude.ravel())
    width, height = float(np.ptp(x)), float(np.ptp(y))
    return mapping.Window(float(x.min()), float(y.min()), max(width, 1e-6) * 1.001, max(height, 1e-6) * 1.001)


def short(count: int) -> str:
    """A count that fits into a small circle."""
    # Translators: thousands of cities in a small circle on the map, as in "12k".
    return str(count) if count < 1000 else _("%(thousands)sk") % {"thousands": round(count / 1000)}
