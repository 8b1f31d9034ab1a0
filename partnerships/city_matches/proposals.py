"""The proposed partners of a city as pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.urls import reverse

from cities.directory import Directory
from cities.facets import Rows
from cities.listing import Card, cards, city_url
from partnerships.matching.explain import Explanation, Part, explain
from partnerships.matching.profiles import Profiles
from partnerships.models import CityMatch, MatchRun, SpreadMatch
from partnerships.scoring.project_topics import told_of
from partnerships.weights.in_force import Weights

from .places import place_among
from .ranking import Ranking
from .reasons import label, reasons


@dataclass(frozen=True)
class Stored:
    """The stored matches of a city: rows of the directory by rank, with what was stored of each."""

    rows: Rows
    by_row: dict[int, tuple[int, float, list[float]]]  # rank, score, components


@dataclass(frozen=True)
class Bar:
    """A component of a score: its share of the bar in percent, None where it is unknown."""

    label: str
    percent: int | None


@dataclass(frozen=True)
class Proposal:
    """A proposed partner: the city, its place among all possible partners, and why.

    rank, and place in words: None and empty for a city that cannot be proposed any more.
    """

    card: Card
    pair_url: str
    rank: int | None
    place: str
    percent: int
    bars: list[Bar]
    reasons: list[str]
    is_public_data_only: bool


def stored_matches(directory: Directory, city_id: int) -> Stored:
    """The matches of a city in the order of their rank: one query."""
    return _stored(directory, CityMatch.objects.filter(city=city_id))


def spread_matches(directory: Directory, city_id: int) -> Stored:
    """The spread top ten of a member city, empty for others: one query."""
    return _stored(directory, SpreadMatch.objects.filter(city=city_id))


def left_out(stored: Stored, shown: Rows, spread: Stored) -> Rows:
    """Rows of the matches that would stand among those shown of a spread list, had they room there.

    Where the whole list is shown and is not full, every match would.
    """
    is_full = len(shown) < len(spread.rows) or len(shown) == SpreadMatch.LAST_RANK
    least = min(spread.by_row[row][1] for row in shown.tolist()) if is_full else 0.0
    taken = spread.by_row.keys()
    return np.array(
        [row for row in stored.rows.tolist() if row not in taken and stored.by_row[row][1] > least],
        dtype=np.int64,
    )


def _stored(directory: Directory, matches: QuerySet[Any]) -> Stored:
    found = list(matches.values_list("partner_id", "rank", "score", "components"))
    rows = directory.reference.rows_of([partner for partner, *_rest in found])
    by_row = {
        row: tuple(rest) for row, (_partner, *rest) in zip(rows.tolist(), found, strict=True) if row >= 0
    }
    return Stored(rows[rows >= 0], by_row)  # type: ignore[arg-type]


def explained(at_hand: Profiles, row: int, partner: int, weights: Weights) -> Explanation:
    """The explanation of a pair (rows) as `reasons` takes it: partners in common by their ids."""
    found = explain(at_hand, row, partner, weights)
    common = tuple(int(at_hand.ids[between]) for between in found.facts.common_partners)
    return replace(found, facts=replace(found.facts, common_partners=common))


def proposals(directory: Directory, ranking: Ranking, rows: Rows) -> list[Proposal]:
    """What is shown of some partners (rows) of the ranking's city, in the order of `rows`."""
    name, arrays = directory.name(ranking.city), ranking.profiles
    ids = directory.reference.ids[[ranking.city, *rows.tolist()]]
    here, *partners = arrays.rows_of(ids).tolist()
    own, *theirs = told_of(directory, ids.tolist())
    made = []
    for card, partner, told in zip(cards(directory, rows), partners, theirs, strict=True):
        explanation, rank = explained(arrays, here, partner, ranking.weights), ranking.place(card.row)
        made.append(
            Proposal(
                card=card,
                pair_url=pair_url(directory, ranking.city, card.row),
                rank=rank,
                place=place_among(rank, len(ranking)) if rank else "",
                percent=round(100 * explanation.score),
                bars=bars(explanation.parts, label),
                reasons=reasons(directory, (name, card.name), (own, told), explanation),
                is_public_data_only=_is_public_data_only(explanation),
            )
        )
    return made


def pair_url(directory: Directory, row: int, other: int) -> str:
    """The address of the page that compares two cities, from the side of the first."""
    return f"{city_url(directory, row, reverse('cities'))}matches/{city_url(directory, other, '')}"


def bars(parts: Iterable[Part], label: Callable[[str], str]) -> list[Bar]:
    """The parts of a score as bars."""
    return [Bar(label(part.code), None if part.value is None else round(100 * part.value)) for part in parts]


def _is_public_data_only(explanation: Explanation) -> bool:
    """Whether nothing is known of what either city needs that the other offers."""
    return any(part.code == "needs" and part.value is None for part in explanation.parts)


def run_at_work() -> MatchRun | None:
    """The run that is scoring all cities now, if any."""
    return MatchRun.objects.filter(state=MatchRun.State.RUNNING).first()


def nearest_first(directory: Directory, city_row: int, rows: Rows) -> Rows:
    """Rows ordered by their distance from a city."""
    return rows[np.argsort(directory.reference.distances(city_row, rows), kind="stable")]


def offering_first(directory: Directory, city_row: int, topic: str, rows: Rows) -> Rows:
    """Rows with the cities that offer a topic first; apart from that in their order.

    Among those that offer it, and among the others, cities that need something the city offers come first.
    """
    offer, need = directory.statements.offer, directory.statements.need
    offers = offer.holds([topic], offer.sets[rows])
    needs = need.holds(offer.codes_of(city_row), need.sets[rows])
    return rows[np.argsort(-(2 * offers + needs.astype(np.int64)), kind="stable")]
