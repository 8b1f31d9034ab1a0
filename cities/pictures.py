"""The directory's maps: a result as clusters, and a city with its twins."""

import json
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import mapping
from .directory import Directory
from .facets import Rows
from .filters import Bounds, DirectoryQuery
from .listing import city_url, grouped
from .models import Twinning
from .selection import Selection

CELL = 56  # CSS pixels, on a map on which one can zoom
WIDEST_MAP = 2000  # CSS pixels
SMALLEST_WINDOW = 12.0  # viewBox units, some 70 km
MARGIN = 0.002  # degrees around a cluster, more than rounding an address takes away


def result_map(directory: Directory, selection: Selection) -> mapping.Picture:
    """All cities of a result as clusters; each links to the map of its own part, or to its one city."""
    query = selection.query
    window = _window(directory, selection) if query.is_filtered else mapping.EVERYWHERE
    is_closest = window.width <= SMALLEST_WINDOW
    clusters = _clusters(directory, selection.rows, window, mapping.COLUMNS)
    marks, home = [], reverse("cities")
    for cluster in clusters:
        row, label = int(selection.rows[cluster.row]), _cluster_label(directory, selection, cluster)
        if cluster.count == 1:
            kind = "member" if directory.statements.member.sets[row] == 0 else "city"
            hit = mapping.Window(cluster.cell_x, cluster.cell_y, *[mapping.cell_size(window)] * 2)
            url, radius = city_url(directory, row, home), 6 * window.unit
            marks.append(mapping.Mark(cluster.x, cluster.y, radius, label, url, kind, hit=hit))
        else:
            url = _part(query, cluster, "cards" if is_closest else "map").url
            marks.append(mapping.cluster_mark(cluster, window, label, _short(cluster.count), url))
    total = len(selection)
    label = ngettext("Map of %(count)s city found", "Map of %(count)s cities found", total)
    return mapping.Picture(label % {"count": grouped(total)}, window, marks)


def corners(directory: Directory, selection: Selection) -> str:
    """The corners of a result, [[south, west], [north, east]] in JSON; empty for the whole directory."""
    if not selection.query.is_filtered:
        return ""
    latitude = directory.reference.latitude[selection.rows]
    longitude = directory.reference.longitude[selection.rows]
    south_west = [round(float(latitude.min()), 3), round(float(longitude.min()), 3)]
    north_east = [round(float(latitude.max()), 3), round(float(longitude.max()), 3)]
    return json.dumps([south_west, north_east])


def live_clusters(directory: Directory, selection: Selection, width: str = "") -> dict[str, Any]:
    """The clusters of a result, as map.js reads them, for a map of so many CSS pixels."""
    columns = min(int(width), WIDEST_MAP) // CELL if width.isdecimal() and len(width) < 6 else mapping.COLUMNS
    bounds = selection.query.bounds
    window = _viewport(bounds) if bounds else _window(directory, selection)
    found, home = [], reverse("cities")
    for cluster in _clusters(directory, selection.rows, window, max(columns, 4)):
        row = int(selection.rows[cluster.row])
        is_one = cluster.count == 1
        part = f"./{_part(selection.query, cluster, 'cards').url}"
        latitude, longitude = directory.reference.latitude[row], directory.reference.longitude[row]
        found.append(
            {
                "lat": round(float(latitude if is_one else (cluster.south + cluster.north) / 2), 4),
                "lon": round(float(longitude if is_one else (cluster.west + cluster.east) / 2), 4),
                "count": cluster.count,
                "member": is_one and bool(directory.statements.member.sets[row] == 0),
                "text": _short(cluster.count),
                "label": _cluster_label(directory, selection, cluster),
                "url": city_url(directory, row, home) if is_one else part,
                **{side: getattr(cluster, side) for side in ("south", "west", "north", "east")},
            }
        )
    return {"clusters": found}


def twinning_map(directory: Directory, row: int, partners: Rows) -> mapping.Picture:
    """A city and the cities it is twinned with."""
    rows = np.concatenate([partners, [row]]).astype(np.int64)
    x, y = mapping.project(directory.reference.latitude[rows], directory.reference.longitude[rows])
    window = mapping.window_around(x, y)
    home = reverse("cities")
    names = [directory.name(one) for one in rows.tolist()]
    marks = [
        mapping.Mark(px, py, 7 * window.unit, name, city_url(directory, one, home))
        for px, py, name, one in zip(x[:-1].tolist(), y[:-1].tolist(), names, partners.tolist(), strict=False)
    ]
    here = (float(x[-1]), float(y[-1]))
    marks.append(mapping.Mark(*here, 9 * window.unit, names[-1], kind="here"))
    ties = [mapping.tie_path(*here, mark.x, mark.y) for mark in marks[:-1]]
    label = _("Map of the cities twinned with %(city)s") % {"city": names[-1]}
    return mapping.Picture(label, window, marks, ties)


def members_map(directory: Directory) -> mapping.Picture:
    """The member cities and the twinnings between them."""
    rows = directory.statements.members_first[: int((directory.statements.member.sets == 0).sum())]
    reference, home = directory.reference, reverse("cities")
    x, y = mapping.project(reference.latitude[rows], reference.longitude[rows])
    places = dict(zip(reference.ids[rows].tolist(), zip(x.tolist(), y.tolist(), strict=True), strict=True))
    marks = [
        mapping.Mark(px, py, 7.0, directory.name(row), city_url(directory, row, home), "member")
        for row, (px, py) in zip(rows.tolist(), places.values(), strict=True)
    ]
    pairs = Twinning.objects.between(places).values_list("city_a_id", "city_b_id")
    ties = [mapping.tie_path(*places[one], *places[other]) for one, other in pairs]
    return mapping.Picture(
        _("Map of the member cities and the twinnings between them"), marks=marks, ties=ties
    )


def _clusters(
    directory: Directory, rows: Rows, window: mapping.Window, columns: int
) -> list[mapping.Cluster]:
    reference = directory.reference
    weight = reference.population[rows].astype(np.float64)
    return mapping.clusters(reference.latitude[rows], reference.longitude[rows], weight, window, columns)


def _window(directory: Directory, selection: Selection) -> mapping.Window:
    rows = selection.rows
    x, y = mapping.project(directory.reference.latitude[rows], directory.reference.longitude[rows])
    return mapping.window_around(x, y, SMALLEST_WINDOW)


def _viewport(bounds: Bounds) -> mapping.Window:
    """The window around a part of the map; its sides are curves on the plane, so points along them count."""
    south_to_north = np.linspace(bounds.south, bounds.north, 9)
    west_to_east = np.linspace(bounds.west, bounds.east, 9)
    latitude, longitude = np.meshgrid(south_to_north, west_to_east)
    x, y = mapping.project(latitude.ravel(), longitude.ravel())
    width, height = float(np.ptp(x)), float(np.ptp(y))
    return mapping.Window(float(x.min()), float(y.min()), max(width, 1e-6) * 1.001, max(height, 1e-6) * 1.001)


def _part(query: DirectoryQuery, cluster: mapping.Cluster, view: str) -> DirectoryQuery:
    """The state that lists the cities of one cluster."""
    bounds = Bounds(
        cluster.south - MARGIN, cluster.west - MARGIN, cluster.north + MARGIN, cluster.east + MARGIN
    )
    return query.but(view=view, bounds=bounds)


def _cluster_label(directory: Directory, selection: Selection, cluster: mapping.Cluster) -> str:
    city, others = directory.name(int(selection.rows[cluster.row])), cluster.count - 1
    if not others:
        return city
    label = ngettext("%(city)s and %(count)s more city", "%(city)s and %(count)s more cities", others)
    return label % {"city": city, "count": grouped(others)}


def _short(count: int) -> str:
    """A count that fits into a small circle."""
    # Translators: thousands of cities in a small circle on the map, as in "12k".
    return str(count) if count < 1000 else _("%(thousands)sk") % {"thousands": round(count / 1000)}
