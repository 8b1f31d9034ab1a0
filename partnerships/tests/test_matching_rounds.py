"""Matching rounds: the best total under capacities, held to an enumeration of all assignments."""

import time
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching import rounds
from partnerships.matching.rounds import InfeasibleError, assign


@st.composite
def instances(draw):
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    k, capacity = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    values = st.one_of(st.just(float("nan")), st.sampled_from([0, 0.25, 0.5, 0.5, 0.75, 0.8, 0.9, 1]))
    scores = draw(st.lists(values, min_size=m * n, max_size=m * n))
    return np.array(scores, dtype=np.float32).reshape(m, n), k, capacity


def best_by_enumeration(scores, k, capacity):
    """The best total of all assignments; None without any."""
    choices = [combinations(np.flatnonzero(~np.isnan(row)), k) for row in scores]
    totals = [
        sum(float(scores[row, place]) for row, places in enumerate(chosen) for place in places)
        for chosen in product(*map(list, choices))
        if max(np.bincount([place for places in chosen for place in places])) <= capacity
    ]
    return max(totals, default=None)


@settings(max_examples=300, deadline=None)
@given(instances())
def test_no_assignment_is_better(instance):
    scores, k, capacity = instance
    best = best_by_enumeration(scores, k, capacity)
    if best is None:
        with pytest.raises(InfeasibleError) as refused:
            assign(scores, k, capacity)
        short = refused.value.takers
        assert refused.value.wanted == k * len(short) > refused.value.available
        assert best_by_enumeration(scores[short], k, capacity) is None
        return
    found = assign(scores, k, capacity)
    assert found.total == pytest.approx(best, abs=1e-6)
    check(found, scores, k, capacity)


def check(found, scores, k, capacity):
    """What holds of every assignment."""
    assert found.partners.shape == (len(scores), k)
    assert all(len(set(row)) == k for row in found.partners.tolist())
    assert np.bincount(found.partners.ravel()).max() <= capacity
    assert np.array_equal(found.scores, np.take_along_axis(scores, found.partners, axis=1))
    assert not np.isnan(found.scores).any()
    assert (np.diff(found.scores, axis=1) <= 0).all()
    assert found.total <= found.unconstrained + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_pairs_left_out_of_the_first_search_are_brought_in(seed, monkeypatch):
    """Everybody wants the same: the best of each are not enough, and prices say which others are needed."""
    random = np.random.default_rng(seed)
    scores = (random.random(200) * 0.7 + random.random((60, 200)) * 0.3).astype(np.float32)
    monkeypatch.setattr(rounds, "FIRST_PAIRS", 8)
    few = assign(scores, 2, 2)
    assert few.searches > 1
    assert few.pairs < scores.size / 2
    check(few, scores, 2, 2)
    monkeypatch.setattr(rounds, "FIRST_PAIRS", 200)
    whole = assign(scores, 2, 2)
    assert (whole.searches, whole.pairs) == (1, scores.size)
    assert few.total == pytest.approx(whole.total, abs=1e-6)


def test_without_a_scarcity_everybody_gets_the_best():
    scores = np.random.default_rng(0).random((20, 50), dtype=np.float32)
    found = assign(scores, 3, 20)
    assert np.array_equal(found.partners, rounds._best_places(rounds._whole(scores), 3))
    assert found.total == pytest.approx(found.unconstrained)


@pytest.mark.parametrize(
    ("possible", "k", "capacity", "short", "available"),
    [
        ([[1, 1, 0], [1, 1, 1]], 3, 2, [0], 2),  # one city has two candidates and asks for three
        ([[1, 0], [1, 0], [1, 1]], 1, 1, [0, 1], 1),  # two cities have the same single candidate
        ([[1, 1], [1, 1], [1, 1]], 2, 2, [0, 1, 2], 4),
    ],
)
def test_it_says_who_is_short_of_partners(possible, k, capacity, short, available):
    scores = np.where(np.array(possible) == 1, 0.5, np.nan).astype(np.float32)
    with pytest.raises(InfeasibleError) as refused:
        assign(scores, k, capacity)
    assert refused.value.takers.tolist() == short
    assert (refused.value.wanted, refused.value.available) == (k * len(short), available)


@pytest.mark.parametrize(("k", "capacity"), [(0, 1), (1, 0), (-1, 1)])
def test_numbers_below_one_are_refused(k, capacity):
    with pytest.raises(ValueError, match="at least 1"):
        assign(np.ones((1, 1), dtype=np.float32), k, capacity)


def test_too_many_pairs_are_refused(monkeypatch):
    monkeypatch.setattr(rounds, "MOST_PAIRS", 3)
    with pytest.raises(ValueError, match="too many"):
        assign(np.ones((2, 2), dtype=np.float32), 1, 1)


def test_seven_hundred_communities_among_three_thousand_cities_take_seconds():
    random = np.random.default_rng(7)
    scores = (random.random(3000) * 0.6 + random.random((700, 3000)) * 0.4).astype(np.float32)
    began = time.perf_counter()
    found = assign(scores, 3, 2)
    assert time.perf_counter() - began < 60
    check(found, scores, 3, 2)
