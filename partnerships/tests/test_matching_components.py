import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching import kernels
from partnerships.matching.components import COMPONENTS
from partnerships.matching.profiles import build_profiles
from partnerships.matching.scoring import NEUTRAL, score_partners, weight_vector
from partnerships.tests.matching_worlds import Reference, random_input, random_world

topic_sets = st.integers(0, 2**64 - 1).map(np.uint64)


def test_the_registry_is_in_order_and_its_weights_sum_to_one():
    codes = [component.code for component in COMPONENTS]
    assert [codes[i] for i in (kernels.NEEDS, kernels.SIZE, kernels.PLACE)] == ["needs", "size", "place"]
    assert len(codes) == len(set(codes)) == kernels.PROMINENCE + 1
    assert sum(component.weight for component in COMPONENTS) == pytest.approx(1)
    assert all(0 <= component.neutral <= 1 for component in COMPONENTS)


@pytest.mark.parametrize(
    ("needs_a", "offers_a", "needs_b", "offers_b", "expected"),
    [
        (0b11, 0b100, 0b100, 0b01, np.sqrt(0.5 * 1)),  # half of a's needs are met, all of b's
        (0b11, 0b100, 0b1000, 0b11, 0),  # nothing comes back: as good as the weaker side
        (0b11, 0, 0, 0b11, np.sqrt(1 * 0.25)),  # one direction is known only
        (0b11, 0, 0b11, 0, np.nan),  # both only need
        (0, 0b1, 0, 0b1, np.nan),
        (0, 0, 0b1, 0b1, np.nan),  # one has stated nothing
    ],
)
def test_needs_met(needs_a, offers_a, needs_b, offers_b, expected):
    sets = [np.uint64(x) for x in (needs_a, offers_a, needs_b, offers_b)]
    assert kernels.needs_met(*sets) == pytest.approx(expected, nan_ok=True)


@given(topic_sets, topic_sets, topic_sets, topic_sets, topic_sets)
@settings(max_examples=200, deadline=None)
def test_offering_more_never_lowers_needs_met(needs_a, offers_a, needs_b, offers_b, more):
    before = kernels.needs_met(needs_a, offers_a, needs_b, offers_b)
    after = kernels.needs_met(needs_a, offers_a, needs_b, offers_b | more)
    assert before == kernels.needs_met(needs_b, offers_b, needs_a, offers_a) or np.isnan(before)
    if offers_b:
        assert np.isnan(before) or after >= before


@given(topic_sets)
@settings(max_examples=200, deadline=None)
def test_bits_are_counted(word):
    assert kernels.bit_count(word) == int(word).bit_count()


def test_distance_of_kyiv_and_warsaw():
    profiles = build_profiles(
        ids=[1, 2], country=["UA", "PL"], population=[0, 0], latitude=[50.45, 52.23], longitude=[30.52, 21.01]
    )
    chord = kernels.chord(profiles.cities[0], profiles.cities[1])
    assert kernels.great_circle_km(chord) == pytest.approx(690, abs=1)
    assert kernels.nearness(chord) == pytest.approx(1 - np.log(47) / np.log(1 + np.pi * 6371 / 15), abs=1e-3)
    assert kernels.nearness(0.0) == 1
    assert kernels.nearness(2.0) == pytest.approx(0, abs=1e-12)
    assert kernels.great_circle_km(2.0) == pytest.approx(np.pi * 6371.0088)


def test_size_counts_by_how_many_times_one_is_larger():
    assert kernels.size_likeness(300.0, 300.0) == 1
    assert kernels.size_likeness(np.sqrt(100_000), np.sqrt(1_000)) == pytest.approx(0.5)
    assert kernels.size_likeness(np.sqrt(10_000_000), np.sqrt(500)) == 0
    assert np.isnan(kernels.size_likeness(300.0, 0.0))


def test_capitals_pair_with_capitals():
    assert kernels.place_likeness(0.0, True, 0.4, True) == 1
    assert kernels.place_likeness(0.0, True, 0.0, False) == 0.75
    assert kernels.place_likeness(0.5, False, 0.2, False) == pytest.approx(0.7)
    assert np.isnan(kernels.place_likeness(np.nan, False, 0.2, False))


def test_all_components_equal_their_definitions():
    given = random_input(seed=5, n=30)
    profiles, reference = build_profiles(**given), Reference(given)
    seen = set()
    for a in profiles.ids[:10]:
        row = profiles.row_of(a)
        abroad = np.flatnonzero(profiles.cities["country"] != profiles.cities["country"][row])
        expected = [reference.components(int(a), int(b)) for b in profiles.ids[abroad]]
        _, components = score_partners(profiles, row, abroad)
        np.testing.assert_allclose(components, np.array(expected), atol=1e-6)
        seen |= set(np.flatnonzero(np.isnan(components).any(axis=0)))
    # Distance and prominence are always known: the world must have tested the unknown of all others.
    assert seen == set(range(len(COMPONENTS))) - {kernels.DISTANCE, kernels.PROMINENCE}


def test_scores_equal_the_definition_and_are_the_same_from_both_sides():
    given = random_input(seed=6, n=30)
    profiles = build_profiles(**given)
    everyone = np.arange(len(profiles))
    scores = np.array([score_partners(profiles, row, everyone)[0] for row in everyone])
    assert np.array_equal(scores, scores.T)
    for (a, b), expected in Reference(given).scores().items():
        assert scores[profiles.row_of(a), profiles.row_of(b)] == pytest.approx(expected, abs=1e-6)


def test_components_lie_between_0_and_1():
    profiles = random_world(seed=7, n=60)
    for row in range(len(profiles)):
        scores, components = score_partners(profiles, row, np.arange(len(profiles)))
        known = components[~np.isnan(components)]
        assert known.min() >= 0
        assert known.max() <= 1
        assert scores.min() >= 0
        assert scores.max() <= 1


def test_what_is_unknown_neither_helps_nor_harms_against_the_neutral_value():
    values, weights = np.full(len(COMPONENTS), 0.6), weight_vector()
    values[kernels.NEEDS] = np.nan
    unknown = kernels.weighted_sum(values, weights, NEUTRAL)
    for share, better in ((0.1, False), (0.3, True)):
        values[kernels.NEEDS] = share
        assert (kernels.weighted_sum(values, weights, NEUTRAL) > unknown) is better


def test_weights_can_be_changed_and_are_renormalised():
    weights = weight_vector({"needs": 0, "distance": 0.36, "affinity": 0.17})
    assert weights[kernels.NEEDS] == 0
    assert weights.sum() == pytest.approx(1)
    assert weights[kernels.DISTANCE] / weights[kernels.AFFINITY] == pytest.approx(0.36 / 0.17)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"charm": 1}, "no component 'charm'"),
        ({"size": -1}, "weight of size must be"),
        ({"size": float("nan")}, "weight of size must be"),
        ({component.code: 0 for component in COMPONENTS}, "At least one weight"),
    ],
)
def test_wrong_weights_are_refused(weights, sentence):
    with pytest.raises(ValueError, match=sentence):
        weight_vector(weights)
