import numpy as np
import pytest

from partnerships.matching.affinity import country_affinity
from partnerships.matching.profiles import build_profiles, standings
from partnerships.tests.matching_worlds import random_input, random_world

TWO_CITIES = {
    "ids": [20, 10],
    "country": ["PL", "UA"],
    "population": [1000, 2000],
    "latitude": [52, 50],
    "longitude": [21, 30],
    "topics": ["energy"],
}


def test_rows_stand_in_the_order_of_ids_whatever_the_order_given():
    profiles = build_profiles(**TWO_CITIES, needs={20: ["energy"]}, ties=[(20, 10), (10, 20)])
    assert profiles.ids.tolist() == [10, 20]
    assert profiles.population.tolist() == [2000, 1000]
    assert profiles.cities["needs"].tolist() == [0, 1]
    assert profiles.partners_of(0).tolist() == [1]
    assert profiles.country_ties.tolist() == [[0, 1], [1, 0]]
    assert profiles.row_of(20) == 1
    assert profiles.rows_of([20, 10, 20]).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ids": [10, 10]}, "The city 10 is given twice"),
        ({"population": [-1, 5]}, "population must lie between 0 and"),
        ({"population": [1]}, "2 cities but 1 values of population"),
        ({"country": ["PL"]}, "2 cities but 1 values of country"),
        ({"latitude": [91, 0]}, "latitude must lie between -90 and 90"),
        ({"longitude": [float("nan"), 0]}, "longitude must lie between"),
        ({"needs": {10: ["magic"]}}, "There is no topic 'magic'"),
        ({"offers": {11: ["energy"]}}, "There is no city 11"),
        ({"ties": [(10, 10)]}, "cannot be twinned with itself"),
        ({"ties": [(10, 99)]}, "There is no city 99"),
        ({"ties": [(10, 20, 30)]}, "Ties must be pairs"),
        ({"topics": [f"topic {i}" for i in range(65)]}, "64 codes of one kind apart, not 65"),
    ],
)
def test_wrong_input_is_refused_with_a_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        build_profiles(**TWO_CITIES | wrong)


def test_unknown_cities_and_rows_are_refused():
    profiles = random_world(seed=1, n=5)
    with pytest.raises(KeyError):
        profiles.row_of(-7)
    with pytest.raises(KeyError):
        profiles.rows_of([int(profiles.ids[0]), 10**9])
    with pytest.raises(IndexError, match="no row 5"):
        profiles.checked([0, 5])


def test_standing_runs_from_the_largest_city_to_the_smallest_and_is_unknown_without_a_size():
    country = np.array([0, 0, 0, 0, 0, 1])
    standing = standings(country, np.array([900, 50, 50, 0, 10, 7]))
    expected = [0, np.log(2) / np.log(4), np.log(2) / np.log(4), np.nan, 1, 0]
    np.testing.assert_allclose(standing, expected)


def test_affinity_is_one_half_where_ties_are_as_many_as_expected():
    ties = np.array([[0, 6, 2, 0], [6, 0, 2, 0], [2, 2, 0, 0], [0, 0, 0, 0]])
    affinity = country_affinity(ties, np.array([[0, 4, 2, 1], [4, 0, 3, 1], [2, 3, 0, 1], [1, 1, 1, 0.0]]))
    assert affinity[0, 1] == (6 + 2) / (6 + 4 + 4)
    assert affinity[0, 2] == 0.5
    assert affinity[1, 2] == (2 + 2) / (2 + 3 + 4)
    assert np.array_equal(affinity, affinity.T, equal_nan=True)
    assert np.isnan(affinity[3]).all()
    assert np.isnan(affinity.diagonal()).all()


def test_a_change_of_one_city_equals_building_anew():
    given = random_input(seed=3, n=40)
    given["languages"][int(given["ids"][1])] = ["uk", "pl", "de", "fr", "ro"]
    city = int(given["ids"][0])
    before = build_profiles(**given)
    for column, codes in {"needs": ["water"], "offers": ["energy", "culture"], "languages": ["fr"]}.items():
        given[column][city] = codes
    row = before.row_of(city)
    said = {name: given[name] for name in ("languages", "country_languages", "needs", "offers", "topics")}
    after = before.stating(**said)
    anew = build_profiles(**given)
    for name in ("needs", "offers", "languages", "standing", "country"):
        assert np.array_equal(after.cities[name], anew.cities[name], equal_nan=name == "standing")
    assert after.cities["needs"][row] != before.cities["needs"][row]


def test_no_cities_at_all_are_no_error():
    assert len(build_profiles(ids=[], country=[], population=[], latitude=[], longitude=[])) == 0
