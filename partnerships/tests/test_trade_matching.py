"""The matcher of businesses against plain loops that were written without looking at it."""

import math

import numpy as np
import pytest

from partnerships.matching.businesses import Businesses, Places, Sets, mutual
from partnerships.matching.trade import COMPONENTS, NEUTRAL, TRADES, WEIGHTS
from partnerships.matching.trade_explain import explain_trade
from partnerships.matching.trade_topk import TradeMatcher

COUNTRIES = ("DE", "PL", "UA")
CITIES = [(49.8, 24.0, "UA"), (50.4, 30.5, "UA"), (54.4, 18.6, "PL"), (52.4, 16.9, "PL"), (51.3, 12.4, "DE")]
TIES = {(0, 2): 1.0, (1, 3): 0.6, (0, 4): 0.6}
TIED_COUNTRIES = {("UA", "PL")}
SIZES = [0, 1, 2, 3, 4]


def world(n, seed):
    """n businesses as plain dictionaries, and as the arrays of the matcher."""
    dice = np.random.default_rng(seed)

    def some(codes, most):
        return set(dice.choice(codes, dice.integers(0, most + 1), replace=False).tolist())

    def text():
        return np.rint(dice.normal(0, 9, 128) + 12 * subjects[dice.integers(4)]).clip(-127, 127)

    subjects = dice.normal(size=(4, 128))
    supply = np.round(dice.random((7, 7)), 1)
    plain = [
        {
            "city": int(dice.integers(len(CITIES))),
            "offers": some(TRADES, 3),
            "needs": some(TRADES, 3),
            "division": int(dice.integers(7)),
            "size": int(dice.integers(5)),
            "languages": some(["en", "uk", "pl", "de"], 3),
            "markets": some(["DE", "PL", "UA", "US"], 2),
            "seeks": text() * (dice.random() < 0.7),
            "does": text() * (dice.random() < 0.8),
        }
        for _ in range(n)
    ]
    return plain, supply, arrays(plain, supply)


def arrays(plain, supply):
    north, east = (np.radians([city[axis] for city in CITIES]) for axis in (0, 1))
    both = [*TIES.items(), *(((b, a), level) for (a, b), level in TIES.items())]
    ties = sorted((a, b, level) for (a, b), level in both)
    tied = np.zeros((3, 3), dtype=bool)
    for one, other in TIED_COUNTRIES:
        tied[COUNTRIES.index(one), COUNTRIES.index(other)] = True
    places = Places(
        ids=np.arange(len(CITIES)),
        x=np.cos(north) * np.cos(east),
        y=np.cos(north) * np.sin(east),
        z=np.sin(north),
        country=np.array([COUNTRIES.index(code) for *_degrees, code in CITIES]),
        country_codes=COUNTRIES,
        starts=np.searchsorted([a for a, _b, _level in ties], np.arange(len(CITIES) + 1)),
        others=np.array([b for _a, b, _level in ties]),
        levels=np.array([level for *_pair, level in ties]),
        tied=tied | tied.T,
    )

    def bits(name):
        return np.array([sum(1 << TRADES.index(code) for code in one[name]) for one in plain], dtype=np.uint8)

    def sets(name, codes):
        return Sets.of(
            codes,
            np.arange(len(plain)),
            np.array([[float(code in one[name]) for code in codes] for one in plain]),
        )

    return Businesses(
        ids=np.arange(100, 100 + len(plain)),
        places=places,
        city=np.array([one["city"] for one in plain], dtype=np.int32),
        stated=np.arange(len(plain), dtype=np.int32),
        trades=mutual(bits("offers"), bits("needs")),
        division=np.array([one["division"] for one in plain], dtype=np.int32),
        supply=supply,
        size=np.array([one["size"] for one in plain], dtype=np.int32),
        languages=sets("languages", ["de", "en", "pl", "uk"]),
        markets=sets("markets", ["DE", "PL", "UA", "US"]),
        seeks=np.array([one["seeks"] for one in plain], dtype=np.int8),
        does=np.array([one["does"] for one in plain], dtype=np.int8),
    )


def share(needs, offers):
    return len(needs & offers) / len(needs) if needs and offers else None


def with_mutual(one):
    shared = (one["offers"] | one["needs"]) & {"joint-venture", "public-tender"}
    return one["offers"] | shared, one["needs"] | shared


def expected(a, b, supply):
    """The components of a pair by code; None for unknown."""
    (offers_a, needs_a), (offers_b, needs_b) = with_mutual(a), with_mutual(b)
    met_a, met_b = share(needs_a, offers_b), share(needs_b, offers_a)
    needs = None
    if met_a is not None or met_b is not None:
        one, other = met_a or 0, met_b or 0
        needs = math.sqrt(max(one, other / 4) * max(other, one / 4))
    country_a, country_b = CITIES[a["city"]][2], CITIES[b["city"]][2]
    named = [country_b in a["markets"]] * bool(a["markets"]) + [country_a in b["markets"]] * bool(
        b["markets"]
    )
    texts = []
    for seeks, does in [(a["seeks"], b["does"]), (b["seeks"], a["does"])]:
        if seeks.any() and does.any():
            texts.append(min(1, max(0, (float(seeks @ does) / 127**2 - 0.15) / 0.4)))
    shared = len(a["languages"] & b["languages"])
    pair = tuple(sorted((a["city"], b["city"])))
    cities = TIES.get(pair)
    if cities is None and country_a != country_b:
        is_tied = (country_a, country_b) in TIED_COUNTRIES or (country_b, country_a) in TIED_COUNTRIES
        cities = 0.2 if is_tied else 0.0
    return {
        "needs": needs,
        "supply": max(supply[a["division"], b["division"]], supply[b["division"], a["division"]])
        if a["division"] and b["division"]
        else None,
        "texts": sum(texts) / len(texts) if texts else None,
        "markets": sum(named) / len(named) if named and country_a != country_b else None,
        "language": 1 - 0.25**shared if a["languages"] and b["languages"] else None,
        "size": [1, 0.85, 0.55, 0.3][abs(a["size"] - b["size"])] if a["size"] and b["size"] else None,
        "distance": 1 - math.log(1 + kilometres(a, b) / 15) / math.log(1 + math.pi * 6371.0088 / 15),
        "cities": cities,
    }


def kilometres(a, b):
    (north, east, _a), (other_north, other_east, _b) = CITIES[a["city"]], CITIES[b["city"]]
    north, east, other_north, other_east = map(math.radians, (north, east, other_north, other_east))
    half = (
        math.sin((north - other_north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((east - other_east) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def score(values):
    return sum(
        one.weight * (one.neutral if values[one.code] is None else values[one.code]) for one in COMPONENTS
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_components_scores_and_explanations_are_those_of_plain_loops(seed):
    plain, supply, businesses = world(30, seed)
    matcher = TradeMatcher.of(businesses)
    for row, one in enumerate(plain):
        others = np.array([other for other in range(30) if other != row], dtype=np.int32)
        scores, components = matcher.score_partners(row, others)
        for place, other in enumerate(others.tolist()):
            values = expected(one, plain[other], supply)
            known = [np.nan if value is None else value for value in values.values()]
            np.testing.assert_allclose(components[place], known, atol=1e-6)
            assert scores[place] == pytest.approx(score(values), abs=1e-6)
            explained = explain_trade(businesses, row, other, WEIGHTS)
            assert sum(part.contribution for part in explained.parts) == explained.score
            assert explained.score == pytest.approx(scores[place], abs=1e-6)


def test_what_is_unknown_is_neither_for_nor_against_a_pair():
    nothing = {
        "offers": set(), "needs": set(), "division": 0, "size": 0, "languages": set(), "markets": set(),
        "seeks": np.zeros(128), "does": np.zeros(128),
    }  # fmt: skip
    businesses = arrays([{**nothing, "city": 0}, {**nothing, "city": 4}], np.zeros((7, 7)))
    [part_scores], [components] = TradeMatcher.of(businesses).score_partners(0, np.array([1], dtype=np.int32))
    assert np.isnan(components[:6]).all()
    known = WEIGHTS[6:] @ components[6:]
    assert part_scores == pytest.approx(WEIGHTS[:6] @ NEUTRAL[:6] + known, abs=1e-6)


@pytest.mark.parametrize(("k", "group", "chunk"), [(3, 2, 7), (50, 16, 2048)])
def test_the_best_are_exact_in_parts_of_any_size(monkeypatch, k, group, chunk):
    """Every third business twice, so that equal scores are common: the lower id stands first."""
    monkeypatch.setattr("partnerships.matching.trade_topk.GROUP_ROWS", group)
    monkeypatch.setattr("partnerships.matching.trade_topk.CHUNK", chunk)
    plain, supply, _businesses = world(40, 5)
    plain += plain[::3]
    businesses = arrays(plain, supply)
    matcher = TradeMatcher.of(businesses)
    blocks = list(matcher.run(k, batch_rows=10))
    assert sorted(row for block in blocks for row in block.rows.tolist()) == list(range(len(plain)))
    for block in blocks:
        for place, row in enumerate(block.rows.tolist()):
            possible = matcher.possible_partners(row)
            scores, components = matcher.score_partners(row, possible)
            best = np.argsort(-scores, kind="stable")[:k]
            found = block.partners[place][block.partners[place] >= 0]
            np.testing.assert_array_equal(found, possible[best])
            np.testing.assert_array_equal(block.scores[place][: len(best)], scores[best])
            np.testing.assert_array_equal(block.components[place][: len(best)], components[best])


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        (({"product"}, {"distribution"}), ({"distribution"}, {"product"}), 1.0),
        (({"product"}, {"distribution"}), ({"distribution"}, {"service"}), 0.5),
        ((set(), {"distribution"}), ({"distribution"}, set()), 0.5),
        (({"joint-venture"}, set()), ({"joint-venture"}, set()), 1.0),
        (({"product"}, {"service"}), ({"product"}, {"service"}), 0.0),
        ((set(), {"product", "service"}), ({"product"}, set()), 0.25),
        (({"product"}, set()), ({"product"}, set()), None),
    ],
)
def test_offers_meet_needs(a, b, value):
    """One side served counts half; a joint venture is the same from both sides."""
    one, other = ({"offers": offers, "needs": needs} for offers, needs in (a, b))
    plain, supply, _businesses = world(2, 0)
    businesses = arrays([{**plain[0], **one}, {**plain[1], **other}], supply)
    found = explain_trade(businesses, 0, 1, WEIGHTS).parts[0].value
    assert found == (value if value is None else pytest.approx(value))


def test_that_cities_are_partners_lifts_a_business_and_nothing_else_changes():
    plain, supply, _businesses = world(1, 3)
    at = [{**plain[0], "city": city} for city in (0, 2, 3)]  # Gdańsk is twinned with the first, Poznań is not
    matcher = TradeMatcher.of(arrays(at, supply))
    scores, components = matcher.score_partners(0, np.array([1, 2], dtype=np.int32))
    assert components[:, -1].tolist() == pytest.approx([1.0, 0.2])
    assert scores[0] - scores[1] > 0.1
