import numpy as np
import pytest

from partnerships.matching.components import COMPONENTS
from partnerships.matching.explain import explain
from partnerships.matching.profiles import build_profiles
from partnerships.matching.scoring import score_partners, weight_vector
from partnerships.tests.matching_worlds import random_world


@pytest.mark.parametrize("weights", [None, weight_vector({"needs": 2, "size": 0})])
def test_the_parts_sum_to_the_score_that_the_search_gives(weights):
    profiles = random_world(seed=21, n=30)
    for row, partner in [(a, b) for a in range(10) for b in range(10, 30)]:
        explanation = explain(profiles, row, partner, weights)
        scores, components = score_partners(profiles, row, [partner], weights)
        assert sum(part.contribution for part in explanation.parts) == explanation.score
        assert np.float32(explanation.score) == scores[0]
        assert [part.code for part in explanation.parts] == [component.code for component in COMPONENTS]
        values = [np.nan if part.value is None else part.value for part in explanation.parts]
        np.testing.assert_allclose(values, components[0], rtol=1e-6)


def test_an_unknown_component_counts_its_neutral_value():
    profiles = build_profiles(
        ids=[1, 2], country=["UA", "PL"], population=[0, 0], latitude=[50, 50], longitude=[30, 21]
    )
    parts = {part.code: part for part in explain(profiles, 0, 1).parts}
    assert [code for code, part in parts.items() if part.value is not None] == ["distance", "prominence"]
    neutral = {component.code: component.neutral for component in COMPONENTS}
    for code, part in parts.items():
        if code not in ("distance", "prominence"):
            assert part.contribution == part.weight * neutral[code]


def test_facts_are_told_from_the_side_of_the_first_city():
    profiles = build_profiles(
        ids=[1, 2, 3],
        country=["UA", "PL", "DE"],
        population=[1000, 4000, 0],
        latitude=[50.45, 52.23, 52.5],
        longitude=[30.52, 21.01, 13.4],
        is_capital=[True, True, False],
        languages={1: ["uk", "en", "pl"], 2: ["pl", "en"]},
        needs={1: ["energy", "water"], 2: ["culture", "housing"]},
        offers={1: ["culture"], 2: ["water"]},
        topics=["culture", "energy", "housing", "water"],
        ties=[(1, 3), (2, 3)],
    )
    facts = explain(profiles, 0, 1).facts
    assert facts.needs_met == ("water",)
    assert facts.needs_unmet == ("energy",)
    assert facts.offers_wanted == ("culture",)
    assert facts.offers_unmet == ("housing",)
    assert facts.common_partners == (2,)
    assert facts.shared_languages == ("en", "pl")
    assert facts.distance_km == pytest.approx(690, abs=1)
    assert facts.population_ratio == 0.25
    assert facts.countries_ties == 0
    assert facts.both_capitals
    assert not facts.twinned
    other_side = explain(profiles, 1, 0).facts
    assert other_side.needs_met == facts.offers_wanted
    with_tie = explain(profiles, 0, 2).facts
    assert with_tie.twinned
    assert with_tie.countries_ties == 1
    assert with_tie.population_ratio is None


def test_a_city_is_not_explained_to_itself_nor_a_row_that_does_not_exist():
    profiles = random_world(seed=22, n=4)
    with pytest.raises(ValueError, match="itself"):
        explain(profiles, 2, 2)
    with pytest.raises(IndexError):
        explain(profiles, 0, 4)
