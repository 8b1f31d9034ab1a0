import numpy as np
import pytest

from partnerships.matching.components import COMPONENTS
from partnerships.matching.evaluation import (
    MATCHER,
    WITHOUT,
    Quality,
    baselines,
    matcher_rankings,
    rank_held_out,
)
from partnerships.matching.profiles import build_profiles
from partnerships.matching.scoring import score_partners
from partnerships.tests.matching_worlds import random_world


def world():
    """Two Ukrainian cities and four of other countries; the first is twinned with the last."""
    return build_profiles(
        ids=[1, 2, 3, 4, 5, 6], country=["UA", "UA", "PL", "PL", "DE", "FR"],
        population=[100, 90, 80, 70, 60, 50], latitude=[50, 50, 50, 50, 50, 50],
        longitude=[30, 29, 20, 19, 10, 0], ties=[(1, 6)],
    )  # fmt: skip


def test_figures_of_known_ranks():
    quality = Quality.of(np.array([1, 2, 40, 300]))
    assert quality.queries == 4
    assert quality.mrr == pytest.approx((1 + 1 / 2 + 1 / 40 + 1 / 300) / 4)
    assert quality.recall == {10: 0.5, 50: 0.75, 200: 0.75}
    assert quality.median_rank == 21


def test_both_ends_are_asked_among_possible_partners_only():
    seen = {}

    def score(row, candidates):
        seen[row] = candidates.tolist()
        return {"by row": -candidates.astype(float)}

    ranks = rank_held_out(world(), [(0, 4)], np.arange(6), score)
    # The first city may get rows 2 to 4: not its own country, nor the known partner.
    assert seen == {0: [2, 3, 4], 4: [0, 1, 2, 3, 5]}
    assert dict(zip(ranks.asking.tolist(), ranks.by_ranking["by row"].tolist(), strict=True)) == {0: 3, 4: 1}


def test_a_ranking_that_tells_nothing_apart_gets_the_middle():
    ranks = rank_held_out(world(), [(0, 4)], np.arange(6), lambda row, them: {"flat": np.zeros(len(them))})
    assert ranks.by_ranking["flat"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("tie", "candidates", "sentence"),
    [
        ((0, 5), range(6), "known already"),
        ((0, 1), range(6), "of one country"),
        ((0, 0), range(6), "of one country"),
        ((0, 4), range(4), "no candidate"),
    ],
)
def test_a_tie_that_cannot_be_asked_for_is_refused(tie, candidates, sentence):
    with pytest.raises(ValueError, match=sentence):
        rank_held_out(world(), [tie], list(candidates), baselines(world()))


def test_baselines_rank_as_they_are_called():
    ranks = rank_held_out(world(), [(1, 2), (1, 4)], np.arange(6), baselines(world())).by_ranking
    asked_by_second = slice(0, 2)
    assert ranks["nearest"][asked_by_second].tolist() == [1, 3]
    assert ranks["nearest in size"][asked_by_second].tolist() == [1, 3]
    assert ranks["largest"][asked_by_second].tolist() == [1, 3]


def test_the_random_baseline_is_a_matter_of_its_seed():
    profiles = random_world(seed=3, n=60)
    candidates = np.arange(60, dtype=np.int32)
    first, again, other = (baselines(profiles, seed)(0, candidates)["random"] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_matcher_is_the_sum_of_its_parts():
    profiles = random_world(seed=4, n=60)
    candidates = np.arange(1, 60, dtype=np.int32)
    rankings = matcher_rankings(profiles)(0, candidates)
    scores, _ = score_partners(profiles, 0, candidates)
    np.testing.assert_allclose(rankings[MATCHER], scores, atol=1e-6)
    left_out = sum(rankings[MATCHER] - rankings[WITHOUT + one.code] for one in COMPONENTS)
    np.testing.assert_allclose(left_out, scores, atol=1e-6)
