"""The rankings a process keeps: one a city and weights, as new as the data, and not too many."""

import numpy as np
import pytest

from cities import directory
from cities.tests.factories import TwinningFactory
from partnerships.city_matches import ranking as module
from partnerships.city_matches.ranking import ranking
from partnerships.matching.scoring import weight_vector
from partnerships.matching.topk import Matcher
from tests.world import small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_world()


def of(city, weights=None):
    at_hand = directory.current()
    return ranking(at_hand, int(at_hand.reference.rows_of(city.pk)), weight_vector(weights))


def test_it_is_the_order_and_the_scores_of_the_stored_list(world):
    ranked = of(world["Lviv"])
    arrays, at_hand = ranked.profiles, directory.current()
    best = Matcher.of(arrays).best_partners([arrays.row_of(world["Lviv"].pk)], k=len(ranked))
    assert at_hand.reference.ids[ranked.rows].tolist() == arrays.ids[best.partners[0]].tolist()
    np.testing.assert_array_equal(ranked.scores, best.scores[0])


def test_places_begin_at_one_and_what_cannot_be_proposed_has_none(world):
    ranked, at_hand = of(world["Lviv"]), directory.current()
    assert [ranked.place(row) for row in ranked.rows.tolist()] == [1, 2, 3, 4]
    for name in ("Lviv", "Kyiv", "Wrocław"):
        assert ranked.place(int(at_hand.reference.rows_of(world[name].pk))) is None
    with pytest.raises(KeyError):
        ranked.columns[int(at_hand.reference.rows_of(world["Kyiv"].pk))]


def test_it_is_kept_for_the_same_city_and_weights_until_the_data_change(world):
    first = of(world["Lviv"])
    assert of(world["Lviv"]) is first
    assert of(world["Lviv"], {"distance": 1.0}) is not first
    assert of(world["Kyiv"]) is not first
    TwinningFactory(city_a=world["Lviv"], city_b=world["Gdańsk"])
    assert len(of(world["Lviv"])) == len(first) - 1


def test_no_more_are_kept_than_the_limit(world, monkeypatch):
    monkeypatch.setattr(module, "MOST_RANKINGS", 2)
    first = of(world["Lviv"])
    of(world["Kyiv"])
    assert of(world["Lviv"]) is first  # asked for last, so Kyiv's goes next
    of(world["Stryi"])
    assert of(world["Lviv"]) is first
    assert len(module._rankings._kept) == 2
