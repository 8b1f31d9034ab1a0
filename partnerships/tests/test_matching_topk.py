import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching.components import COMPONENTS
from partnerships.matching.profiles import Profiles, build_profiles
from partnerships.matching.scoring import score_partners, weight_vector
from partnerships.matching.topk import FEW_ROWS, Matcher, possible_partners
from partnerships.scoring.changed_city import rescored
from partnerships.tests.matching_worlds import TOPICS, Reference, random_input, random_world

weightings = st.fixed_dictionaries({c.code: st.floats(0, 1) for c in COMPONENTS}).filter(
    lambda weights: sum(weights.values()) > 0.01
)


def brute_force(profiles: Profiles, row: int, k: int, weights=None) -> list[tuple[float, int]]:
    """The k best (score, partner row) of a city by scoring and sorting all, ties by the lower row."""
    tied = set(profiles.partners_of(row).tolist())
    abroad = [
        other
        for other in range(len(profiles))
        if profiles.cities["country"][other] != profiles.cities["country"][row] and other not in tied
    ]
    scores, _ = score_partners(profiles, row, np.array(abroad, dtype=int), weights)
    ranked = sorted(zip((-scores).tolist(), abroad, strict=True))[:k]
    return [(-score, other) for score, other in ranked]


def listed(block, i=0) -> list[tuple[float, int]]:
    pairs = zip(block.scores[i].tolist(), block.partners[i].tolist(), strict=True)
    return [(score, partner) for score, partner in pairs if partner >= 0]


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(0, 90),
    k=st.integers(1, 12),
    block_size=st.integers(1, 9),
    weights=weightings,
)
@settings(max_examples=60, deadline=None)
def test_the_bounded_search_finds_exactly_what_scoring_all_pairs_finds(seed, n, k, block_size, weights):
    profiles, vector = random_world(seed, n), weight_vector(weights)
    matcher = Matcher(profiles, vector, block_size)
    block = matcher.best_partners(np.arange(n), k)
    for row in range(n):
        assert listed(block, row) == brute_force(profiles, row, k, vector)


def test_the_lists_are_those_of_the_definition_of_the_score():
    given = random_input(seed=11, n=40)
    profiles = build_profiles(**given)
    scores = Reference(given).scores()
    block = Matcher.of(profiles).best_partners(np.arange(40), k=5)
    for row, city in enumerate(profiles.ids.tolist()):
        tied = set(profiles.ids[profiles.partners_of(row)].tolist())
        best = sorted((s for (a, b), s in scores.items() if a == city and b not in tied), reverse=True)[:5]
        np.testing.assert_allclose([s for s, _ in listed(block, row)], best, atol=1e-6)


def test_own_country_and_twinned_cities_are_never_proposed():
    profiles = random_world(seed=12, n=80)
    block = Matcher.of(profiles).best_partners(np.arange(80), k=80)
    for row in range(80):
        partners = [partner for _, partner in listed(block, row)]
        assert profiles.cities["country"][row] not in profiles.cities["country"][partners]
        assert not set(partners) & set(profiles.partners_of(row).tolist())
        assert sorted(partners) == possible_partners(profiles, row).tolist()
    assert len(profiles.ties.partners) > 40


def test_equal_scores_stand_in_the_order_of_ids():
    n = 30
    profiles = build_profiles(
        ids=np.arange(n)[::-1], country=["UA"] + ["PL"] * (n - 1), population=[1000] * n,
        latitude=[50] * n, longitude=[20] * n,
    )  # fmt: skip
    matcher = Matcher(profiles, weight_vector(), 4)
    rows = [profiles.row_of(n - 1), *range(FEW_ROWS)]
    for wanted in (rows, rows[:1]):  # by blocks, and by scoring all
        block = matcher.best_partners(wanted, k=10)
        assert block.partners[0].tolist() == list(range(10))


def test_a_run_gives_every_city_once_in_order_and_says_how_far_it_is():
    profiles = random_world(seed=13, n=70)
    matcher, calls = Matcher.of(profiles), []
    blocks = list(matcher.run(k=7, batch_rows=16, progress=lambda *done: calls.append(done)))
    whole = matcher.best_partners(np.arange(70), k=7)
    assert np.concatenate([block.rows for block in blocks]).tolist() == list(range(70))
    assert calls == [(16, 70), (32, 70), (48, 70), (64, 70), (70, 70)]
    for name in ("partners", "scores", "components"):
        together = np.concatenate([getattr(block, name) for block in blocks])
        assert np.array_equal(together, getattr(whole, name), equal_nan=name != "partners")


def test_a_broken_off_run_is_taken_up_with_the_rows_that_are_missing():
    matcher = Matcher.of(random_world(seed=14, n=50))
    run = matcher.run(k=5, batch_rows=10)
    first = [next(run), next(run)]
    run.close()
    rest = list(matcher.run(k=5, batch_rows=10, rows=np.arange(20, 50)))
    together = np.concatenate([block.partners for block in first + rest])
    assert np.array_equal(together, matcher.best_partners(np.arange(50), k=5).partners)


def test_one_row_equals_the_full_search():
    profiles = random_world(seed=15, n=60)
    matcher = Matcher.of(profiles)
    block = matcher.best_partners(np.arange(60), k=8)
    for row in range(60):
        single = matcher.best_partners([row], k=8)
        assert np.array_equal(single.partners[0], block.partners[row])
        assert np.array_equal(single.scores[0], block.scores[row], equal_nan=True)
        assert np.array_equal(single.components[0], block.components[row], equal_nan=True)


def state(given, city, **said):
    """Let a city (id) state needs, offers and languages in the input of `build_profiles`."""
    for name, codes in said.items():
        given[name][city] = list(codes)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_after_a_change_the_affected_lists_alone_need_a_new_search(seed):
    k, n = 6, 60
    given = random_input(seed, n)
    before = build_profiles(**given)
    stored = Matcher.of(before).best_partners(np.arange(n), k).partners
    stored_scores = Matcher.of(before).best_partners(np.arange(n), k).scores
    row = seed % n
    state(given, int(before.ids[row]), needs=TOPICS[:2], offers=TOPICS[2:4], languages=["uk"])
    after = build_profiles(**given)
    _own, enters = rescored(Matcher.of(after), row, k, stored_scores[:, -1], stored[:, -1])
    names_it = np.flatnonzero((stored == row).any(axis=1))
    anew = np.union1d(np.union1d(enters, names_it), [row])
    stored[anew] = Matcher.of(after).best_partners(anew, k).partners
    assert np.array_equal(stored, Matcher.of(after).best_partners(np.arange(n), k).partners)


def test_a_change_that_makes_a_city_better_affects_lists_that_did_not_name_it():
    given = random_input(seed=16, n=60)
    given["needs"], given["offers"] = (
        {int(i): [topic] for i in given["ids"]} for topic in ("energy", "water")
    )
    before = build_profiles(**given)
    block = Matcher.of(before).best_partners(np.arange(60), 5)
    state(given, int(before.ids[3]), needs=["water"], offers=["energy"], languages=["uk"])
    after = build_profiles(**given)
    _own, enters = rescored(Matcher.of(after), 3, 5, block.scores[:, -1], block.partners[:, -1])
    assert set(enters.tolist()) - set(np.flatnonzero((block.partners == 3).any(axis=1)).tolist())


def test_a_single_city_has_no_partners():
    profiles = build_profiles(ids=[1], country=["UA"], population=[9], latitude=[50], longitude=[30])
    block = Matcher.of(profiles).best_partners([0], k=3)
    assert block.partners.tolist() == [[-1, -1, -1]]
    assert np.isnan(block.scores).all()
    assert np.isnan(block.components).all()


def test_rows_that_do_not_exist_are_refused():
    profiles = random_world(seed=17, n=4)
    with pytest.raises(IndexError, match="no row 4"):
        Matcher.of(profiles).best_partners([4])
    with pytest.raises(IndexError, match="no row -1"):
        Matcher.of(profiles).best_partners([-1])
    with pytest.raises(ValueError, match="k must be"):
        Matcher.of(profiles).best_partners([0], k=0)


def test_a_list_that_ends_with_an_equal_score_is_entered_by_the_lower_id_only():
    profiles = build_profiles(
        ids=[1, 2, 3, 4], country=["PL", "PL", "PL", "UA"], population=[1000] * 4,
        latitude=[50] * 4, longitude=[20] * 4,
    )  # fmt: skip
    block = Matcher.of(profiles).best_partners(np.arange(4), k=2)
    assert block.partners[3].tolist() == [0, 1]
    last = block.scores[:, -1], block.partners[:, -1]
    for row, enters in [(1, [3]), (2, [])]:
        assert rescored(Matcher.of(profiles), row, 2, *last)[1].tolist() == enters
