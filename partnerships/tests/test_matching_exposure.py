"""Fair exposure: stable lists under a limit, and the numbers that describe a distribution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching.exposure import Exposure, gini, spread


@st.composite
def lists(draw):
    """Lists of a few holders over a few partners, best first, with equal scores among them."""
    holders, partners = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    table = np.full((holders, partners), -1)
    scores = np.full((holders, partners), np.nan, dtype=np.float32)
    for row in range(holders):
        listed = draw(st.permutations(range(partners)))[: draw(st.integers(0, partners))]
        values = sorted((draw(st.sampled_from([0.2, 0.5, 0.5, 0.9])) for _ in listed), reverse=True)
        table[row, : len(listed)] = listed
        scores[row, : len(listed)] = values
    return table, scores, draw(st.integers(1, 3)), draw(st.integers(1, 3))


def one_by_one(table, scores, keep, limit):
    """Deferred acceptance as the book tells it: one holder asks one partner at a time."""
    held = {partner: [] for partner in range(table.shape[1])}
    asked = [0] * len(table)
    while True:
        for row in range(len(table)):
            mine = sum(row in [holder for _score, holder in those] for those in held.values())
            if mine < keep and asked[row] < (table[row] >= 0).sum():
                break
        else:
            return {(row, partner) for partner, those in held.items() for _score, row in those}
        partner, score = table[row, asked[row]], scores[row, asked[row]]
        asked[row] += 1
        held[partner] = sorted([*held[partner], (-score, row)])[:limit]


@settings(max_examples=300, deadline=None)
@given(lists())
def test_it_is_deferred_acceptance(instance):
    table, scores, keep, limit = instance
    kept = spread(table, scores, keep, limit)
    found = {(int(row), int(table[row, place])) for row, place in zip(*np.nonzero(kept), strict=True)}
    assert found == one_by_one(table, scores, keep, limit)


@settings(max_examples=200, deadline=None)
@given(lists())
def test_who_is_left_out_stands_in_lists_it_fits_better(instance):
    table, scores, keep, limit = instance
    kept = spread(table, scores, keep, limit)
    assert kept.sum(axis=1).max() <= keep
    counts = np.bincount(table[kept], minlength=table.shape[1])
    assert counts.max(initial=0) <= limit
    for row, place in zip(*np.nonzero((table >= 0) & ~kept), strict=True):
        if kept[row].sum() == keep and np.flatnonzero(kept[row]).max() < place:
            continue  # the list is full of better ones
        rivals = scores[kept & (table == table[row, place])]
        assert len(rivals) == limit
        assert rivals.min() >= scores[row, place]


def test_without_a_scarcity_everybody_keeps_the_first():
    table = np.array([[3, 1, 2], [0, 1, 2], [2, -1, -1]])
    kept = spread(table, np.ones(table.shape), keep=2, limit=3)
    assert kept.tolist() == [[True, True, False], [True, True, False], [True, False, False]]


def test_no_lists_are_no_error():
    assert spread(np.empty((0, 5), dtype=int), np.empty((0, 5)), 2, 2).shape == (0, 5)


@pytest.mark.parametrize(("keep", "limit"), [(0, 1), (1, 0)])
def test_numbers_below_one_are_refused(keep, limit):
    with pytest.raises(ValueError, match="at least 1"):
        spread(np.array([[0]]), np.array([[0.5]]), keep, limit)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=20).filter(any))
def test_gini_is_half_the_relative_mean_difference(counts):
    values = np.array(counts)
    differences = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(differences / (2 * values.mean()))


def test_a_distribution_in_numbers():
    found = Exposure.of(np.array([0, 0, 4, 0]))
    assert (found.cities, found.places, found.none, found.most) == (4, 4, 0.75, 4)
    assert found.gini == pytest.approx(0.75)
    assert np.isnan(Exposure.of(np.zeros(3, dtype=int)).gini)
