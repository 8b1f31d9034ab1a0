"""What is learnt from the known ties, against values worked out by hand."""

import numpy as np
import pytest

from partnerships.matching.closeness import circles
from partnerships.matching.gravity import gravity
from partnerships.matching.patterns import patterns, quantities
from partnerships.matching.profiles import build_profiles
from partnerships.tests.matching_worlds import random_world

FOUR = {  # twinned in a row: 1 - 2 - 3 - 4
    "ids": [1, 2, 3, 4],
    "country": ["UA", "PL", "UA", "DE"],
    "population": [700_000, 600_000, 40_000, 600_000],
    "latitude": [50, 51, 49, 52],
    "longitude": [24, 22, 25, 13],
    "ties": [(1, 2), (2, 3), (3, 4)],
}


def closeness(profiles, one, other):
    circle = profiles.patterns.circle
    near = slice(circle.starts[one], circle.starts[one + 1])
    return dict(zip(circle.others[near].tolist(), circle.closeness[near].tolist(), strict=True)).get(other, 0)


def test_closeness_counts_common_partners_half_and_chains_of_two_whole():
    profiles = build_profiles(**FOUR)
    over_one = 0.5 / (np.sqrt(1 * 2) * np.sqrt(2 * 2))
    over_two = 1 / (np.sqrt(1 * 2) * np.sqrt(2 * 2) * np.sqrt(2 * 1))
    assert closeness(profiles, 0, 2) == pytest.approx(np.log(1 + 100 * over_one) / np.log(101))
    assert closeness(profiles, 0, 3) == pytest.approx(np.log(1 + 100 * over_two) / np.log(101))


def test_circles_are_the_same_from_both_sides():
    circle = random_world(seed=31, n=80).patterns.circle
    row = np.repeat(np.arange(80), np.diff(circle.starts))
    found = dict(zip(zip(row.tolist(), circle.others.tolist(), strict=True), circle.closeness, strict=True))
    assert len(found) > 100
    assert all(found[b, a] == value for (a, b), value in found.items())
    assert circle.closeness.max() <= 1
    assert circle.closeness.min() > 0


def test_a_tie_itself_does_not_bring_its_cities_into_one_circle():
    """Else two twinned cities would be said to have twin cities that are twinned with each other."""
    profiles = build_profiles(**FOUR | {"ties": [(1, 2), (3, 4)]})
    assert closeness(profiles, 0, 1) == closeness(profiles, 2, 3) == 0


def test_no_ties_make_no_circles():
    circle = circles(np.zeros(4, dtype=np.int64), np.empty(0, dtype=np.int32))
    assert circle.starts.tolist() == [0, 0, 0, 0]
    assert len(circle.others) == len(circle.closeness) == 0


def test_what_is_expected_sums_to_what_there_is():
    profiles = random_world(seed=32, n=80)
    number = np.diff(profiles.ties.starts)
    found = gravity(profiles.cities, profiles.population, np.zeros(80), number, len(profiles.country_codes))
    assert found.by_country.sum() == pytest.approx(number.sum())
    own = found.by_country[np.arange(len(found.rows)), profiles.cities["country"][found.rows]]
    assert (own == 0).all()  # no tie within a country
    assert (found.activity[number[found.rows] == 0] < 1).all()


def test_ties_lift_the_country_of_the_partner_for_the_city_its_neighbours_and_its_like():
    def of(ties):
        profiles = build_profiles(**FOUR | {"ties": ties})
        rows = profiles.rows_of([city for pair in ties for city in pair]).reshape(-1, 2).astype(np.int64)
        return quantities(profiles.cities, profiles.population, np.zeros(4), rows, 3)

    poland = 1  # DE, PL, UA
    before, after = of([(3, 4)]), of([(3, 4), (1, 2)])
    assert after.own[0, poland] > before.own[0, poland]
    assert after.surroundings[2, poland] > before.surroundings[2, poland]
    assert after.compatriots[2, poland] > before.compatriots[2, poland]
    assert after.activity[0] > before.activity[0]
    learnt = patterns(after, np.zeros(5, dtype=np.int64), np.empty(0, dtype=np.int32))
    assert learnt.abroad.min() >= 0
    assert learnt.abroad.max() <= 0.5
