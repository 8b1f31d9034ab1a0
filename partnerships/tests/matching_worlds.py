"""Made-up cities for the tests of the matcher, and the score of a pair written down a second time, slowly."""

from itertools import pairwise, product
from math import asin, cos, exp, log, nan, pi, prod, radians, sin, sqrt
from typing import Any

import numpy as np

from partnerships.matching.components import COMPONENTS
from partnerships.matching.fitted import FITTED
from partnerships.matching.profiles import Profiles, build_profiles

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


class Reference:
    """The score of two cities (ids) of different countries, from the definitions, by plain loops."""

    def __init__(self, given: dict[str, Any]) -> None:
        columns = ("country", "population", "latitude", "longitude", "is_capital", "names")
        self.given, self.cities = given, [int(city) for city in given["ids"]]
        self.of = {
            city: {column: given[column][place] for column in columns}
            for place, city in enumerate(self.cities)
        }
        self.countries = sorted({str(c) for c in given["country"]})
        self.partners: dict[int, set[int]] = {city: set() for city in self.cities}
        for a, b in given["ties"]:
            self.partners[int(a)].add(int(b))
            self.partners[int(b)].add(int(a))
        self._expect()

    def scores(self) -> dict[tuple[int, int], float]:
        """The score of every two cities of different countries."""
        return {
            (a, b): sum(
                c.weight * (c.neutral if value != value else value)
                for c, value in zip(COMPONENTS, self.components(a, b), strict=True)
            )
            for a in self.cities
            for b in self.cities
            if self.country(a) != self.country(b)
        }

    def components(self, a: int, b: int) -> list[float]:
        """The components of two cities of different countries in the order of COMPONENTS."""
        spoken = [self._languages(city) for city in (a, b)]
        affinity = self._affinity(self.country(a), self.country(b))
        return [
            self._needs(a, b),
            self._size(a, b),
            self._nearness(a, b),
            1 - 0.25 ** len(spoken[0] & spoken[1]) if spoken[0] and spoken[1] else nan,
            self._closeness(a, b) if self.partners[a] and self.partners[b] else nan,
            affinity,
            nan if affinity != affinity else self._abroad(a, b) + self._abroad(b, a),
            self._place(a, b),
            (self._prominence(a) + self._prominence(b)) / 2,
        ]

    def country(self, city: int) -> str:
        return str(self.of[city]["country"])

    def _expect(self) -> None:
        """Ties to be expected: by two countries, and by city and country."""
        self.pool = [c for c in self.cities if self.partners[c] or self.of[c]["population"] >= 50_000]
        ties = sum(map(len, self.partners.values()))
        pull = {city: exp(self._appeal(city)) for city in self.pool}
        drawn = {
            (a, b): pull[a] * pull[b] * self._drawn(a, b)
            for a in self.pool
            for b in self.pool
            if self.country(a) != self.country(b)
        }
        scale = ties / sum(drawn.values()) if drawn else 0
        self.activity = {
            a: (len(self.partners[a]) + 1) / (scale * sum(x for (one, _), x in drawn.items() if one == a) + 1)
            for a in self.pool
        }
        active = {(a, b): self.activity[a] * self.activity[b] * x for (a, b), x in drawn.items()}
        scale = ties / sum(active.values()) if active else 0
        self.between = dict.fromkeys(product(self.countries, repeat=2), 0.0)
        for (a, b), x in active.items():
            self.between[self.country(a), self.country(b)] += scale * x
        self.expected: dict[tuple[int, str], float] = dict.fromkeys(product(self.cities, self.countries), 0.0)
        for (a, b), x in active.items():
            one, other = self.country(a), self.country(b)
            lift = (self._ties(one, other) + 2) / (self.between[one, other] + 2)
            self.expected[a, other] += scale * x * lift

    def _drawn(self, a: int, b: int) -> float:
        values = {"size": self._size(a, b), "distance": self._nearness(a, b), "place": self._place(a, b)}
        neutral = {c.code: c.neutral for c in COMPONENTS}
        weights = FITTED["gravity"]["weights"]
        return exp(sum(w * (neutral[c] if values[c] != values[c] else values[c]) for c, w in weights.items()))

    def _nearness(self, a: int, b: int) -> float:
        return 1 - log(1 + self._distance(a, b) / 15) / log(1 + pi * 6371.0088 / 15)

    def _ties(self, one: str, other: str) -> int:
        return sum(
            self.country(b) == other for a in self.cities if self.country(a) == one for b in self.partners[a]
        )

    def _affinity(self, one: str, other: str) -> float:
        for country in (one, other):
            if not sum(self._ties(country, c) for c in self.countries if c != country):
                return nan
        seen = self._ties(one, other)
        return (seen + 2) / (seen + self.between[one, other] + 4)

    def _abroad(self, city: int, partner: int) -> float:
        country = self.country(partner)
        around = {other: self._share(city, other) for other in self.pool if other != city}
        alike = {other: self._likeness(city, other) for other in self.pool if other != city}
        found = {
            "own": (self._seen(city, country) + 1) / (self.expected[city, country] + 1),
            "surroundings": self._of_others(around, country),
            "compatriots": self._of_others(alike, country),
        }
        total = sum(_along(FITTED["abroad"][name], log(ratio)) for name, ratio in found.items())
        return min(max(total, 0.0), 0.5)

    def _of_others(self, shares: dict[int, float], country: str) -> float:
        seen = sum(share * self._seen(other, country) for other, share in shares.items())
        expected = sum(share * self.expected[other, country] for other, share in shares.items())
        return (seen + 1.5) / (expected + 1.5)

    def _seen(self, city: int, country: str) -> int:
        return sum(self.country(partner) == country for partner in self.partners[city])

    def _share(self, city: int, other: int) -> float:
        """What a city counts in the surroundings of another: from the middle of its half degree."""
        middle = [round(2 * self.of[city][axis]) / 2 for axis in ("latitude", "longitude")]
        distance = _haversine(*middle, self.of[other]["latitude"], self.of[other]["longitude"])
        return exp(-((distance / 250) ** 2) / 2) if distance <= 1000 else 0.0

    def _likeness(self, city: int, other: int) -> float:
        """What a city counts among the compatriots of like size of another."""
        if self.country(city) != self.country(other):
            return 0.0
        sizes = [log(max(1, self.of[c]["population"])) for c in (city, other)]
        return exp(-(((round(10 * sizes[0]) / 10 - sizes[1]) / 0.6) ** 2) / 2)

    def _closeness(self, a: int, b: int) -> float:
        def counts(*path: int) -> float:
            steps = pairwise(path)
            return prod(1 / sqrt(len(self.partners[x]) * len(self.partners[y])) for x, y in steps)

        paths = 0.5 * sum(counts(a, z, b) for z in self.partners[a] & self.partners[b])
        paths += sum(
            counts(a, y, z, b)
            for y in self.partners[a] - {b}
            for z in self.partners[b] - {a}
            if z in self.partners[y]
        )
        return min(log(1 + paths / 0.01) / log(1 + 1 / 0.01), 1.0)

    def _appeal(self, city: int) -> float:
        standing = self._standing(city)
        known = {
            "names": log(1 + self.of[city]["names"]),
            "population": log(max(500, self.of[city]["population"])),
            "standing": 1 if standing != standing else standing,
        }
        return sum(_along(shape, known[name]) for name, shape in FITTED["gravity"]["appeal"].items())

    def _prominence(self, city: int) -> float:
        fitted = FITTED["prominence"]
        active = _along(fitted["activity"], log(self.activity.get(city, 1)))
        return min(max(fitted["appeal"] * self._appeal(city) + active, 0.0), 1.0)

    def _languages(self, city: int) -> set[str]:
        return {
            *self.given["languages"].get(city, ()),
            *self.given["country_languages"].get(self.country(city), ()),
        }

    def _needs(self, a: int, b: int) -> float:
        met = []
        for one, other in ((a, b), (b, a)):
            needed, offered = set(self.given["needs"].get(one, ())), set(self.given["offers"].get(other, ()))
            met.append(len(needed & offered) / len(needed) if needed and offered else None)
        if met == [None, None]:
            return nan
        first, second = (0.25 if share is None else share for share in met)
        return sqrt(first * second)

    def _size(self, a: int, b: int) -> float:
        sizes = [int(self.of[city]["population"]) for city in (a, b)]
        return max(0.0, 1 - log(max(sizes) / min(sizes)) / log(10_000)) if min(sizes) else nan

    def _distance(self, a: int, b: int) -> float:
        one, other = self.of[a], self.of[b]
        return _haversine(one["latitude"], one["longitude"], other["latitude"], other["longitude"])

    def _place(self, a: int, b: int) -> float:
        capitals = [bool(self.of[city]["is_capital"]) for city in (a, b)]
        if all(capitals):
            return 1.0
        standing = [self._standing(city) for city in (a, b)]
        return (1 - abs(standing[0] - standing[1])) * (0.75 if any(capitals) else 1)

    def _standing(self, city: int) -> float:
        population = self.of[city]["population"]
        rivals = [self.of[c]["population"] for c in self.cities if self.country(c) == self.country(city)]
        rivals = [rival for rival in rivals if rival > 0]
        if not population:
            return nan
        return log(1 + sum(rival > population for rival in rivals)) / log(max(2, len(rivals)))


def _along(shape: dict[str, list[float]], value: float) -> float:
    return float(np.interp(value, shape["knots"], shape["values"]))


def _haversine(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    n1, e1, n2, e2 = (radians(x) for x in (latitude, longitude, other_latitude, other_longitude))
    haversine = sin((n1 - n2) / 2) ** 2 + cos(n1) * cos(n2) * sin((e1 - e2) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(haversine))
