"""Maps drawn by the server: projection, clusters, and the window a small map shows.

The projection is Lambert's azimuthal equal-area one on the sphere (J. P. Snyder, Map Projections - A
Working Manual, 1987, p. 185), centred on 52 N, 15 E, as the European Union's own maps are (there on
10 E). Its plane is scaled so that the programme's area fills a viewBox of WIDTH x HEIGHT.
`static/geo/europe.svg` holds the outlines in the same plane.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

CENTRE_LATITUDE, CENTRE_LONGITUDE = np.radians(52.0), np.radians(15.0)
WIDTH, HEIGHT = 1000.0, 800.0
SCALE = 1130.0  # viewBox units for one radius of the earth
LEFT, TOP = 452.0, 392.0  # where the centre lies


def project(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Positions in degrees, any shape, to x and y in viewBox units (y grows downwards)."""
    phi, lam = np.radians(latitude), np.radians(longitude) - CENTRE_LONGITUDE
    cosine = np.sin(CENTRE_LATITUDE) * np.sin(phi) + np.cos(CENTRE_LATITUDE) * np.cos(phi) * np.cos(lam)
    k = SCALE * np.sqrt(2.0 / np.maximum(1.0 + cosine, 1e-9))
    x = k * np.cos(phi) * np.sin(lam)
    y = k * (np.cos(CENTRE_LATITUDE) * np.sin(phi) - np.sin(CENTRE_LATITUDE) * np.cos(phi) * np.cos(lam))
    return LEFT + x, TOP - y


@dataclass(frozen=True)
class Window:
    """The part of the plane that a map shows, in viewBox units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def view_box(self) -> str:
        """The value of an SVG element's `viewBox`."""
        return f"{self.x:.1f} {self.y:.1f} {self.width:.1f} {self.height:.1f}"

    @property
    def unit(self) -> float:
        """Viewbox units for a thousandth of the map's width: sizes of marks are given in it."""
        return self.width / 1000.0


EVERYWHERE = Window(0.0, 0.0, WIDTH, HEIGHT)


def window_around(x: Floats, y: Floats, smallest: float = 60.0) -> Window:
    """The window, of the whole map's shape, that holds all points with room around them.

    `smallest` bounds the width from below, in viewBox units. Without points, the whole map.
    """
    if not len(x):
        return EVERYWHERE
    left, right, top, bottom = float(x.min()), float(x.max()), float(y.min()), float(y.max())
    width = max((right - left) * 1.25, (bottom - top) * 1.3 * WIDTH / HEIGHT, smallest)
    height = width * HEIGHT / WIDTH
    return Window((left + right - width) / 2, (top + bottom - height) / 2, width, height)


COLUMNS = 13  # cells across a map: 24 CSS pixels each, the least a finger hits, on a phone 320 wide


def cell_size(window: Window, columns: int = COLUMNS) -> float:
    """The side of a cluster's cell, in viewBox units."""
    return window.width / columns


def cells(x: Floats, y: Floats, window: Window, columns: int = COLUMNS) -> tuple[Rows, Rows]:
    """The columns and the lines of the grid laid over a window on which places fall; any beyond its sides."""
    cell = cell_size(window, columns)
    return np.floor((x - window.x) / cell).astype(np.int64), np.floor((y - window.y) / cell).astype(np.int64)


@dataclass(frozen=True)
class Cluster:
    """Cities, or what is in cities, that fall on one cell of the map's grid."""

    row: int  # position, in the arrays given, of what weighs most in it
    count: int
    x: float
    y: float
    cell_x: float  # upper left corner of the cell
    cell_y: float
    south: float
    north: float
    west: float
    east: float

    @property
    def is_one_place(self) -> bool:
        """Whether no closer map would take it apart."""
        return (self.south, self.west) == (self.north, self.east)


def clusters(
    latitude: Floats, longitude: Floats, weight: Floats, window: Window = EVERYWHERE, columns: int = COLUMNS
) -> list[Cluster]:
    """Group cities by the cells of a grid laid over a window; at most columns**2 clusters.

    Arrays have shape (n,); latitude and longitude in degrees, weight any measure of importance (the
    population). A cluster stands at its members' mean position. Largest clusters come first, so that
    small ones are drawn on top.
    """
    x, y = project(latitude, longitude)
    cell = cell_size(window, columns)
    column, line = cells(x, y, window, columns)
    inside = (
        (x >= window.x) & (x < window.x + window.width) & (y >= window.y) & (y < window.y + window.height)
    )
    rows = np.flatnonzero(inside)
    if not len(rows):
        return []
    order = rows[np.lexsort((-weight[rows], (line * columns + column)[rows]))]
    key = (line * columns + column)[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    counts = np.diff(np.r_[starts, len(order)])

    def mean(values: Floats) -> Floats:
        return np.add.reduceat(values[order], starts) / counts

    bounds = [
        np.minimum.reduceat(latitude[order], starts), np.maximum.reduceat(latitude[order], starts),
        np.minimum.reduceat(longitude[order], starts), np.maximum.reduceat(longitude[order], starts),
    ]  # fmt: skip
    corners = [window.x + column[order[starts]] * cell, window.y + line[order[starts]] * cell]
    columns_of = [order[starts], counts, mean(x), mean(y), *corners, *bounds]
    found = [
        Cluster(int(row), int(count), *(float(value) for value in rest))
        for row, count, *rest in zip(*columns_of, strict=True)
    ]
    return sorted(found, key=lambda cluster: -cluster.count)


@dataclass(frozen=True)
class Mark:
    """What a map shows at a place: a city, or a number of cities."""

    x: float
    y: float
    radius: float
    label: str  # read aloud and shown on hovering
    url: str = ""
    kind: str = "city"  # city, member, here, cluster: the style of the mark
    text: str = ""  # shown in the mark, for a cluster its count
    hit: Window | None = None  # the area that answers to a click, where it is larger than the mark


@dataclass(frozen=True)
class Picture:
    """A map: what templates/components/map.html draws."""

    label: str
    window: Window = EVERYWHERE
    marks: list[Mark] = field(default_factory=list)
    ties: list[str] = field(default_factory=list)  # path data
    more_ties: dict[str, list[str]] = field(default_factory=dict)  # by the style of the lines


def cluster_mark(cluster: Cluster, window: Window, label: str, text: str, url: str) -> Mark:
    """The mark of a cluster: its area grows with the logarithm of its count, its target fills its cell."""
    cell = cell_size(window)
    radius = cell * min(0.48, 0.16 + 0.09 * float(np.log10(cluster.count)))
    hit = Window(cluster.cell_x, cluster.cell_y, cell, cell)
    return Mark(cluster.x, cluster.y, radius, label, url, "cluster", text if radius > 0.3 * cell else "", hit)


def tie_path(x1: float, y1: float, x2: float, y2: float) -> str:
    """Path data of a curved line between two places; it bends by a seventh of its length."""
    bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) / 7, (y1 + y2) / 2 - (x2 - x1) / 7
    return f"M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {x2:.1f} {y2:.1f}"
