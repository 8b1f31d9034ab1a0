"""What the page of two cities shows: the score of any pair, part by part, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from cities.city_page import language_names
from cities.directory import Directory
from cities.listing import Card, cards
from cities.models import City, CityProfile, Goal, Twinning
from partnerships.matching.components import COMPONENTS, Component
from partnerships.matching.explain import Explanation, Part
from partnerships.matching.points import rounded_to
from partnerships.scoring.project_topics import Told, told_of
from partnerships.weights.in_force import current_weights

from .emphasis import Emphasis
from .places import place_among
from .proposals import explained
from .ranking import Ranking, ranking
from .reasons import NEUTRAL, label, meaning, reasons, with_projects
from .shortfalls import lost, shortfalls

TENTHS = 1000  # of a point, in the best conceivable score
MOST_REASONS = 10
HALF = 0.5
BETWEEN_COUNTRIES = {"affinity", "abroad"}
NEVER_PRAISED = ("needs", "prominence")  # needs are told topic by topic, prominence not at all


@dataclass(frozen=True)
class Line:
    """One component of the score of a pair. Points: weight = points + lost, of 100 for all components.

    percent: its value, or, where there is none, what it counts as. absent: why there is none, empty where
    there is one.
    """

    label: str
    meaning: str
    absent: str
    percent: int
    points: float
    lost: float

    @property
    def weight(self) -> float:
        """The points it could add."""
        return round(self.points + self.lost, 1)


@dataclass(frozen=True)
class Fact:
    """A line of the comparison: what is so in the first city, and in the other."""

    label: str
    values: tuple[str, str]


@dataclass(frozen=True)
class Side:
    """One of the two cities, and where the other stands for it.

    other: the name of the other. place: of the other among its possible partners, empty where it is none.
    unsaid: what its profile does not say yet.
    """

    city: City
    card: Card
    other: str
    place: str
    unsaid: list[str]


@dataclass(frozen=True)
class Compared:
    """Two of a kind compared."""

    score: float
    lines: list[Line]
    reasons: list[str]
    shortfalls: list[str]
    distance_km: int
    is_domestic: bool
    facts: list[Fact]

    @property
    def total(self) -> float:
        """The points of the best conceivable pair: 100."""
        return round(sum(line.weight for line in self.lines), 1)

    @property
    def total_lost(self) -> float:
        """The points that the pair lacks of them."""
        return round(sum(line.lost for line in self.lines), 1)


@dataclass(frozen=True)
class Pair(Compared):
    """Two cities compared."""

    sides: tuple[Side, Side]
    is_twinned: bool
    since: int | None


def compared(
    directory: Directory, cities: tuple[City, City], rows: tuple[int, int], emphasis: Emphasis
) -> Pair:
    """Compare any two cities (rows of the directory) under a reader's weights."""
    weights = emphasis.weights(current_weights())
    rankings = ranking(directory, rows[0], weights), ranking(directory, rows[1], weights)
    arrays = rankings[0].profiles
    found = explained(arrays, arrays.row_of(cities[0].pk), arrays.row_of(cities[1].pk), weights)
    shown = cards(directory, np.array(rows))
    names = shown[0].name, shown[1].name
    stated = CityProfile.objects.in_bulk([city.pk for city in cities])
    goals = tuple(_goals(stated.get(city.pk)) for city in cities)
    one, other = told_of(directory, (cities[0].pk, cities[1].pk))
    tie = Twinning.objects.between([city.pk for city in cities]).first()
    is_domestic = cities[0].country_id == cities[1].country_id
    return Pair(
        sides=(
            _side(cities[0], shown[0], rankings[0], shown[1], stated),
            _side(cities[1], shown[1], rankings[1], shown[0], stated),
        ),
        score=round(TENTHS * found.score) / 10,
        lines=lines(found, is_domestic=is_domestic),
        reasons=[
            *reasons(directory, names, (one, other), _strengths(found), MOST_REASONS),
            *_shared_goals(goals[0], goals[1]),
        ],
        shortfalls=shortfalls(directory, names, _weaknesses(found, is_domestic=is_domestic)),
        distance_km=round(found.facts.distance_km),
        is_domestic=is_domestic,
        is_twinned=found.facts.twinned,
        since=tie.since if tie else None,
        facts=[
            *_facts(directory, rows, shown),
            both(_("What it wants of partners"), (", ".join(wanted) for wanted in goals)),
            *_from_projects(directory.labels("need"), (one, other)),
        ],
    )


def lines(explanation: Explanation, *, is_domestic: bool = False) -> list[Line]:
    """The parts of a score in points, rounded so that they sum to the score, and with the losses to 100."""
    words = [(label(one.code), meaning(one), _absent(one.code, is_domestic)) for one in COMPONENTS]
    return lines_of(explanation.score, explanation.parts, COMPONENTS, words)


def lines_of(
    score: float,
    parts: Sequence[Part],
    components: Sequence[Component],
    words: Iterable[tuple[str, str, str]],
) -> list[Line]:
    """One line a component; `words` are its label, its meaning, and why it has no value where it has none."""
    tenths = round(TENTHS * score)
    points = rounded_to(tenths, [TENTHS * part.contribution for part in parts])
    losses = rounded_to(TENTHS - tenths, [TENTHS * max(0.0, lost(part)) for part in parts])
    return [
        Line(
            label=name,
            meaning=about,
            absent="" if part.value is not None else absent,
            percent=round(100 * (component.neutral if part.value is None else part.value)),
            points=gained / 10,
            lost=loss / 10,
        )
        for component, part, gained, loss, (name, about, absent) in zip(
            components, parts, points, losses, words, strict=True
        )
    ]


def _absent(code: str, is_domestic: bool) -> str:
    """Why a component has no value."""
    if code in BETWEEN_COUNTRIES and is_domestic:
        return _("does not apply within one country")
    return _("not known")


def _strengths(explanation: Explanation) -> Explanation:
    """The same with needs and what is praised alone."""
    parts = (part for part in explanation.parts if part.code == "needs" or _is_strong(part))
    return replace(explanation, parts=tuple(parts))


def _weaknesses(explanation: Explanation, *, is_domestic: bool) -> Explanation:
    """The same without what is praised, so that nothing is praised and blamed at once.

    A pair of one country is not blamed for what is compared between countries only.
    """
    skipped = BETWEEN_COUNTRIES if is_domestic else set()
    parts = (part for part in explanation.parts if part.code not in skipped and not _is_praised(part))
    return replace(explanation, parts=tuple(parts))


def _is_strong(part: Part) -> bool:
    """Whether a part is at least half as good as can be."""
    return (part.value or 0.0) >= HALF


def _is_praised(part: Part) -> bool:
    """Whether `reasons` speaks well of a part, and of nothing that lacks in it."""
    return part.code not in NEVER_PRAISED and _is_strong(part) and (part.value or 0.0) > NEUTRAL[part.code]


def _goals(profile: CityProfile | None) -> list[str]:
    """What a city wants of partners, in words."""
    return [str(Goal(code).label) for code in (profile.goals if profile else []) if code in Goal]


def _shared_goals(one: list[str], other: list[str]) -> list[str]:
    """What both want, in a sentence. The score knows nothing of it."""
    shared = ", ".join(goal for goal in one if goal in other)
    return [_("Both want of partners: %(goals)s.") % {"goals": shared}] if shared else []


def _side(city: City, card: Card, ranked: Ranking, other: Card, stated: dict[int, CityProfile]) -> Side:
    place, profile = ranked.place(other.row), stated.get(city.pk)
    unsaid = [
        (card.needs, _("what it looks for")),
        (card.offers, _("what it offers")),
        (profile and profile.languages, _("its working languages")),
        (profile and profile.goals, _("what it wants of partners")),
    ]
    return Side(
        city=city,
        card=card,
        other=other.name,
        place=place_among(place, len(ranked)) if place else "",
        unsaid=[text for said, text in unsaid if not said],
    )


def _facts(directory: Directory, rows: tuple[int, int], shown: list[Card]) -> list[Fact]:
    reference, languages = directory.reference, directory.statements.language
    yes_no = {True: _("yes"), False: _("no")}

    return [
        both(_("Country"), (card.country for card in shown)),
        both(_("Region"), (card.region for card in shown)),
        both(_("Inhabitants"), (card.population if reference.population[card.row] else "" for card in shown)),
        both(_("Place by inhabitants in its country"), (_standing(directory, row) for row in rows)),
        both(_("Capital"), (yes_no[bool(reference.is_capital[row])] for row in rows)),
        both(_("Languages"), (", ".join(language_names(languages.codes_of(row))) for row in rows)),
        both(_("Twinnings"), (str(card.twinnings) for card in shown)),
        both(_("Looks for"), (", ".join(card.needs) for card in shown)),
        both(_("Offers"), (", ".join(card.offers) for card in shown)),
        both(_("Member city"), (yes_no[bool(card.is_member)] for card in shown)),
    ]


def _from_projects(topics: Mapping[str, str], told: tuple[Told, Told]) -> list[Fact]:
    """What projects tell of the two, where they tell anything."""
    done = [with_projects(topics, one.done, one.done, {}) for one in told]
    wanted = [with_projects(topics, one.wanted, {}, one.wanted) for one in told]
    found = [(_("Has finished projects in"), done), (_("Its projects look for"), wanted)]
    return [both(name, values) for name, values in found if any(values)]


def both(name: str, values: Iterable[str]) -> Fact:
    """A line of the comparison from two values, of which either may be empty."""
    one, other = (value or _("not known") for value in values)
    return Fact(name, (one, other))


def _standing(directory: Directory, row: int) -> str:
    """The place of a city by inhabitants among those of its country of which they are known."""
    population, country = directory.reference.population, directory.reference.country.sets
    if not population[row]:
        return ""
    at_home = population[(country == country[row]) & (population > 0)]
    return place_among(1 + int(np.count_nonzero(at_home > population[row])), len(at_home))
