"""Matches on pages of other apps."""

from typing import Any

from django import template
from django.conf import settings
from django.db.models import Q

from cities import directory
from cities.directory import Directory
from cities.models import City
from partnerships.city_matches.proposals import (
    Stored,
    left_out,
    proposals,
    run_at_work,
    spread_matches,
    stored_matches,
)
from partnerships.city_matches.ranking import ranking
from partnerships.models import MatchingRound, RoundPair
from partnerships.weights.in_force import current_weights

register = template.Library()

MOST_LEFT_OUT = 5


@register.inclusion_tag("partnerships/panel.html")
def city_matches(city: City, most: int = 10) -> dict[str, Any]:
    """The best partners proposed for a city, with reasons: `{% city_matches city 3 %}`.

    A member city is shown its spread list, and which cities were left out of it. Before the first run the
    best are ranked at once, without a spread. Below stands what published matching rounds propose.
    """
    at_hand = directory.current()
    row = int(at_hand.reference.rows_of(city.id))
    context: dict[str, Any] = {"city": city, "rounds": rounds_of(city)}
    if row < 0:  # the copy in memory is a second older than this city
        return context
    stored, ranked = stored_matches(at_hand, city.id), ranking(at_hand, row, current_weights())
    if not len(stored.rows):
        return context | {
            "proposals": proposals(at_hand, ranked, ranked.rows[:most]),
            "is_before_first_run": True,
            "run": run_at_work(),
        }
    spread = spread_matches(at_hand, city.id)
    if not len(spread.rows):
        return context | {"proposals": proposals(at_hand, ranked, stored.rows[:most])}
    shown = spread.rows[:most]
    return context | {
        "proposals": proposals(at_hand, ranked, shown),
        "left_out": _names_left_out(at_hand, stored, left_out(stored, shown, spread)),
        "limit": settings.EXPOSURE_LIMIT,
    }


def _names_left_out(at_hand: Directory, stored: Stored, rows: Any) -> list[tuple[str, int]]:
    """Names and scores in percent of the first of these matches."""
    return [(at_hand.name(row), round(100 * stored.by_row[row][1])) for row in rows.tolist()[:MOST_LEFT_OUT]]


def rounds_of(city: City) -> list[tuple[MatchingRound, list[City], list[City]]]:
    """The published rounds that concern a city, newest first.

    With each: the partners it is given, and the cities to which it is given.
    """
    pairs = RoundPair.objects.filter(
        Q(city=city) | Q(partner=city), round__state=MatchingRound.State.PUBLISHED, is_excluded=False
    ).select_related("round", "city__country", "partner__country")
    found: dict[int, tuple[MatchingRound, list[City], list[City]]] = {}
    for pair in pairs.order_by("-round__published_at", "-round_id", "rank", "-score", "city_id"):
        _round, given, given_to = found.setdefault(pair.round_id, (pair.round, [], []))
        if pair.city_id == city.id:
            given.append(pair.partner)
        else:
            given_to.append(pair.city)
    return list(found.values())
