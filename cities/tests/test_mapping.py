"""The server's maps."""

import numpy as np
import pytest

from cities import mapping

LVIV, LISBON, BAKU = (49.84, 24.02), (38.72, -9.14), (40.38, 49.89)


def positions(*cities):
    latitude, longitude = np.array(cities, dtype=float).T
    return latitude, longitude


def test_the_centre_of_the_projection_lies_where_it_is_said_to_lie():
    x, y = mapping.project(*positions((52, 15)))
    assert (x[0], y[0]) == pytest.approx((mapping.LEFT, mapping.TOP))


def test_the_programme_fits_on_the_map():
    x, y = mapping.project(*positions(LVIV, LISBON, BAKU, (71.0, 25.8), (64.1, -21.9), (34.7, 33.0)))
    assert ((x > 0) & (x < mapping.WIDTH) & (y > 0) & (y < mapping.HEIGHT)).all()
    assert x[1] < x[0] < x[2]


def test_the_projection_keeps_areas():
    """A degree square in the north covers as much of the plane, per real area, as one in the south."""

    def plane_area(latitude):
        x, y = mapping.project(*positions((latitude, 20), (latitude, 20.01), (latitude + 0.01, 20)))
        return abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])) / np.cos(
            np.radians(latitude)
        )

    assert plane_area(38.0) == pytest.approx(plane_area(65.0), rel=1e-3)


def test_clusters_count_every_city_of_the_window_once():
    rng = np.random.default_rng(5)
    latitude, longitude = rng.uniform(36, 68, 5000), rng.uniform(-8, 40, 5000)
    found = mapping.clusters(latitude, longitude, rng.uniform(size=5000))
    x, y = mapping.project(latitude, longitude)
    seen = (x >= 0) & (x < mapping.WIDTH) & (y >= 0) & (y < mapping.HEIGHT)
    assert sum(cluster.count for cluster in found) == seen.sum()
    assert len(found) <= mapping.COLUMNS**2


def test_a_cluster_is_named_for_its_heaviest_city_and_knows_its_bounds():
    latitude, longitude = positions(LVIV, (49.85, 24.05), LISBON)
    near_lviv = mapping.clusters(latitude, longitude, np.array([1.0, 5.0, 2.0]))[0]
    assert (near_lviv.row, near_lviv.count) == (1, 2)
    assert (near_lviv.south, near_lviv.north, near_lviv.west, near_lviv.east) == (49.84, 49.85, 24.02, 24.05)


def test_no_cities_make_no_clusters():
    none = np.array([])
    assert mapping.clusters(none, none, none) == []


def test_a_window_holds_its_points_and_keeps_the_shape():
    x, y = mapping.project(*positions(LVIV, LISBON))
    window = mapping.window_around(x, y)
    assert ((x > window.x) & (x < window.x + window.width)).all()
    assert ((y > window.y) & (y < window.y + window.height)).all()
    assert window.width / window.height == pytest.approx(mapping.WIDTH / mapping.HEIGHT)


def test_one_point_does_not_make_an_endless_zoom():
    assert mapping.window_around(*mapping.project(*positions(LVIV))).width == 60
