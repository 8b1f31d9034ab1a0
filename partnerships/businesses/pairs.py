"""What the page of two businesses shows: the score of any pair, part by part, and what is behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from cities.city_page import language_names
from partnerships.city_matches.emphasis import Emphasis
from partnerships.city_matches.pairs import Compared, Fact, both, lines_of
from partnerships.city_matches.places import place_among
from partnerships.matching.trade import COMPONENTS, WEIGHTS

from .directory import BusinessDirectory
from .listing import BusinessCard, cards
from .proposals import explained, texts_of, words_of
from .ranking import BusinessRanking, ranking
from .reasons import MEANINGS, label, reasons, shortfalls
from .words import market_names

MOST_REASONS = 10
BETWEEN_COUNTRIES = {"markets", "cities"}


@dataclass(frozen=True)
class BusinessSide:
    """One of the two businesses, and where the other stands for it.

    place: of the other among its possible partners, empty where it is none.
    """

    card: BusinessCard
    slug: str
    other: str
    place: str


@dataclass(frozen=True)
class BusinessPair(Compared):
    """Two businesses compared."""

    sides: tuple[BusinessSide, BusinessSide]


def compared(directory: BusinessDirectory, rows: tuple[int, int], emphasis: Emphasis) -> BusinessPair:
    """Compare any two businesses (rows of the directory) under a reader's weights."""
    weights = emphasis.weights(WEIGHTS)
    rankings = ranking(directory, rows[0], weights), ranking(directory, rows[1], weights)
    ids = directory.ids[list(rows)].tolist()
    found = explained(rankings[0], ids[0], ids[1])
    shown = cards(directory, np.array(rows))
    names = shown[0].name, shown[1].name
    words = words_of(texts_of(ids), ids[0], ids[1])
    country = directory.facets["country"].sets
    is_domestic = bool(country[rows[0]] == country[rows[1]])
    return BusinessPair(
        sides=(
            _side(directory, rows, shown, rankings[0]),
            _side(directory, rows[::-1], shown[::-1], rankings[1]),
        ),
        score=round(1000 * found.score) / 10,
        lines=lines_of(found.score, found.parts, COMPONENTS, _words(is_domestic=is_domestic)),
        reasons=reasons(names, found, words, MOST_REASONS),
        shortfalls=shortfalls(names, found),
        distance_km=round(found.facts.distance_km),
        is_domestic=is_domestic,
        facts=_facts(directory, rows, shown),
    )


def _words(*, is_domestic: bool) -> list[tuple[str, str, str]]:
    """Label and meaning of each component, and why it has no value where it has none."""
    idle = BETWEEN_COUNTRIES if is_domestic else set()
    absent = {True: _("does not apply within one country"), False: _("not known")}
    return [(label(one.code), str(MEANINGS[one.code]), absent[one.code in idle]) for one in COMPONENTS]


def _side(
    directory: BusinessDirectory, rows: tuple[int, int], shown: list[BusinessCard], ranked: BusinessRanking
) -> BusinessSide:
    place = ranked.place(rows[1])
    return BusinessSide(
        card=shown[0],
        slug=directory.slug[rows[0]],
        other=shown[1].name,
        place=place_among(place, len(ranked)) if place else "",
    )


def _facts(directory: BusinessDirectory, rows: tuple[int, int], shown: list[BusinessCard]) -> list[Fact]:
    founded = [int(directory.founded[row]) for row in rows]
    return [
        both(_("City"), (f"{card.city}, {card.country}" for card in shown)),
        both(_("Activity"), (card.activity for card in shown)),
        both(_("Offers"), (", ".join(card.offers) for card in shown)),
        both(_("Seeks"), (", ".join(card.needs) for card in shown)),
        both(_("Size"), (card.size for card in shown)),
        both(_("Founded"), (str(year or "") for year in founded)),
        both(_("Export markets"), (", ".join(market_names(directory.market.codes_of(row))) for row in rows)),
        both(_("Languages"), (", ".join(language_names(directory.language.codes_of(row))) for row in rows)),
    ]
