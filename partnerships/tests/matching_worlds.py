"""Made-up cities for the tests of the matcher, and the score of a pair written down a second time, slowly."""

from math import asin, cos, exp, log, nan, radians, sin, sqrt
from typing import Any

import numpy as np

from partnerships.matching.components import COMPONENTS
from partnerships.matching.profiles import Profiles, build_profiles
from partnerships.matching.prominence import FITTED

TOPICS = ("energy", "water", "housing", "culture", "transport")
LANGUAGES = ("uk", "pl", "de", "fr", "ro")


def random_input(seed: int, n: int) -> dict[str, Any]:
    """Input of `build_profiles` with everything that can be missing, and many cities exactly alike."""
    rng = np.random.default_rng(seed)
    ids = rng.permutation(10 * n)[:n] + 1

    def some(share: float, codes: tuple[str, ...]) -> dict[int, list[str]]:
        return {int(i): list(rng.choice(codes, rng.integers(0, 4))) for i in ids if rng.random() < share}

    country = rng.choice(["UA", "PL", "DE", "FR", "MT"], n, p=[0.3, 0.25, 0.2, 0.15, 0.1])
    tied = ids[country != "MT"]  # a country without ties has no known affinity
    ties = rng.choice(tied, (n // 2, 2)) if len(tied) else np.empty((0, 2), dtype=int)
    return {
        "ids": ids,
        "country": country,
        "population": rng.choice([0, 500, 500, 20_000, 300_000, 2_500_000], n),
        "latitude": rng.choice([35.0, 50.45, 52.23], n) + rng.choice([0, 0.5], n),
        "longitude": rng.choice([-9.1, 13.4, 30.52], n),
        "is_capital": rng.random(n) < 0.1,
        "names": rng.integers(0, 40, n),
        "languages": some(0.3, LANGUAGES),
        "country_languages": {"UA": ["uk"], "PL": ["pl", "de"], "DE": ["de"]},
        "needs": some(0.5, TOPICS),
        "offers": some(0.5, TOPICS),
        "topics": TOPICS,
        "ties": ties[ties[:, 0] != ties[:, 1]],
    }


def random_world(seed: int, n: int) -> Profiles:
    """Profiles of n cities."""
    return build_profiles(**random_input(seed, n))


def reference_scores(given: dict[str, Any]) -> dict[tuple[int, int], float]:
    """The score of every two cities (ids) of different countries, from the definitions, by plain loops."""
    return {
        (a, b): sum(
            c.weight * (c.neutral if value != value else value)
            for c, value in zip(COMPONENTS, reference_components(given, a, b), strict=True)
        )
        for a in map(int, given["ids"])
        for b in map(int, given["ids"])
        if _of(given, "country", a) != _of(given, "country", b)
    }


def reference_components(given: dict[str, Any], a: int, b: int) -> list[float]:
    """The components of two cities (ids) of different countries in the order of COMPONENTS."""
    size = [_of(given, "population", city) for city in (a, b)]
    spoken = [_languages(given, city) for city in (a, b)]
    partners = [_partners(given, city) for city in (a, b)]
    common = sum(1 / log(1 + len(_partners(given, z))) for z in partners[0] & partners[1])
    return [
        _needs(given, a, b),
        sqrt(min(size) / max(size)) if min(size) else nan,
        1 / (1 + _distance(given, a, b) / 100),
        1 - 0.25 ** len(spoken[0] & spoken[1]) if spoken[0] and spoken[1] else nan,
        1 - exp(-common) if partners[0] and partners[1] else nan,
        _affinity(given, _of(given, "country", a), _of(given, "country", b)),
        _place(given, a, b),
        (_prominence(given, a) + _prominence(given, b)) / 2,
    ]


def _prominence(given: dict[str, Any], city: int) -> float:
    standing = _standing(given, city)
    known = {
        "ties": log(1 + len(_partners(given, city))),
        "names": log(1 + _of(given, "names", city)),
        "population": log(max(500, _of(given, "population", city))),
        "standing": 1 if standing != standing else standing,
    }
    return sum(
        float(np.interp(known[name], shape["knots"], shape["values"]))
        for name, shape in FITTED["prominence"].items()
    )


def _of(given: dict[str, Any], column: str, city: int) -> Any:
    return given[column][list(given["ids"]).index(city)]


def _languages(given: dict[str, Any], city: int) -> set[str]:
    return {
        *given["languages"].get(city, ()),
        *given["country_languages"].get(_of(given, "country", city), ()),
    }


def _partners(given: dict[str, Any], city: int) -> set[int]:
    return {int(x) for pair in given["ties"] if city in pair for x in pair if x != city}


def _needs(given: dict[str, Any], a: int, b: int) -> float:
    met = []
    for one, other in ((a, b), (b, a)):
        needed, offered = set(given["needs"].get(one, ())), set(given["offers"].get(other, ()))
        met.append(len(needed & offered) / len(needed) if needed and offered else None)
    if met == [None, None]:
        return nan
    first, second = (0.25 if share is None else share for share in met)
    return sqrt(first * second)


def _distance(given: dict[str, Any], a: int, b: int) -> float:
    (n1, e1), (n2, e2) = (
        (radians(_of(given, "latitude", c)), radians(_of(given, "longitude", c))) for c in (a, b)
    )
    haversine = sin((n1 - n2) / 2) ** 2 + cos(n1) * cos(n2) * sin((e1 - e2) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(haversine))


def _affinity(given: dict[str, Any], one: str, other: str) -> float:
    pairs = {tuple(sorted(map(int, pair))) for pair in given["ties"]}
    ends = [tuple(_of(given, "country", city) for city in pair) for pair in pairs]
    abroad = {c: sum(c in pair and pair[0] != pair[1] for pair in ends) for c in (one, other)}
    if not all(abroad.values()):
        return nan
    people = dict.fromkeys(given["country"], 0)
    for country, population in zip(given["country"], given["population"], strict=True):
        people[country] += int(population)
    total = sum(people.values())
    seen = sum(set(pair) == {one, other} for pair in ends)
    expected = 0.0
    for c, d in ((one, other), (other, one)):
        if total > people[c]:
            expected += abroad[c] * people[d] / (total - people[c]) / 2
    return (seen + 2) / (seen + expected + 4)


def _place(given: dict[str, Any], a: int, b: int) -> float:
    capitals = [bool(_of(given, "is_capital", city)) for city in (a, b)]
    if all(capitals):
        return 1.0
    standing = [_standing(given, city) for city in (a, b)]
    return (1 - abs(standing[0] - standing[1])) * (0.75 if any(capitals) else 1)


def _standing(given: dict[str, Any], city: int) -> float:
    population, country = _of(given, "population", city), _of(given, "country", city)
    rivals = [p for p, c in zip(given["population"], given["country"], strict=True) if c == country and p > 0]
    if not population:
        return nan
    return log(1 + sum(p > population for p in rivals)) / log(max(2, len(rivals)))
