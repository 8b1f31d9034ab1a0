"""The proposed partners of a business as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.urls import reverse

from cities.directory import reader_language
from cities.facets import Rows
from partnerships.city_matches.places import place_among
from partnerships.city_matches.proposals import Bar, bars
from partnerships.matching.trade import WEIGHTS
from partnerships.matching.trade_explain import TradeExplanation, explain_trade
from partnerships.models import BusinessMatch

from . import directory as businesses
from .directory import BusinessDirectory
from .keys import sides
from .listing import BusinessCard, cards
from .models import BusinessProfile, BusinessStatement
from .ranking import BusinessRanking, ranking
from .reasons import Words, label, reasons
from .texts import common_words

Sides = tuple[str, str]
"""What a business writes that it does, and that it seeks."""


@dataclass(frozen=True)
class BusinessProposal:
    """A proposed partner: the business, its place among all possible partners, and why."""

    card: BusinessCard
    pair_url: str
    rank: int | None
    place: str
    percent: int
    bars: list[Bar]
    reasons: list[str]


def proposals(directory: BusinessDirectory, ranked: BusinessRanking, rows: Rows) -> list[BusinessProposal]:
    """What is shown of some partners (rows of the directory): two queries, for what is written."""
    written = texts_of(directory.ids[[ranked.business, *rows.tolist()]].tolist())
    return _proposals(directory, ranked, rows, written)


def best_proposals(ids: Sequence[int], most: int) -> Mapping[int, list[BusinessProposal]]:
    """The best stored partners of some public businesses, by the businesses' ids: three queries.

    Before the first run the best are ranked at once. Businesses that are not public are left out.
    """
    at_hand = businesses.current()
    own = {key: row for key, row in zip(ids, at_hand.rows_of(ids).tolist(), strict=True) if row >= 0}
    stored: dict[int, list[int]] = {key: [] for key in own}
    best = BusinessMatch.objects.filter(business__in=own, rank__lte=most).order_by("business_id", "rank")
    for key, partner in best.values_list("business_id", "partner_id"):
        stored[key].append(partner)
    shown = {}
    for key, row in own.items():
        ranked, rows = ranking(at_hand, row, WEIGHTS), at_hand.rows_of(stored[key])
        shown[key] = ranked, rows[rows >= 0] if len(rows) else ranked.rows[:most]
    partners = [at_hand.ids[rows].tolist() for _ranked, rows in shown.values()]
    written = texts_of({*own, *chain(*partners)})
    return {key: _proposals(at_hand, ranked, rows, written) for key, (ranked, rows) in shown.items()}


def _proposals(
    directory: BusinessDirectory, ranked: BusinessRanking, rows: Rows, written: Mapping[int, Sides]
) -> list[BusinessProposal]:
    ids = directory.ids[[ranked.business, *rows.tolist()]].tolist()
    made = []
    for card, row, other in zip(cards(directory, rows), rows.tolist(), ids[1:], strict=True):
        explanation = explained(ranked, ids[0], other)
        rank, names = ranked.place(row), (directory.name[ranked.business], card.name)
        made.append(
            BusinessProposal(
                card=card,
                pair_url=pair_url(directory, ranked.business, row),
                rank=rank,
                place=place_among(rank, len(ranked)) if rank else "",
                percent=round(100 * explanation.score),
                bars=bars(explanation.parts, label),
                reasons=reasons(names, explanation, words_of(written, ids[0], other)),
            )
        )
    return made


def explained(ranked: BusinessRanking, business: int, other: int) -> TradeExplanation:
    """The explanation of a pair (ids) under the weights of a ranking."""
    here, there = ranked.businesses.rows_of([business, other]).tolist()
    return explain_trade(ranked.businesses, here, there, ranked.weights)


def texts_of(ids: Iterable[int]) -> Mapping[int, Sides]:
    """What some businesses write, by id: two queries."""
    wanted = list(ids)
    notes: dict[int, list[tuple[str, str, str]]] = {}
    stated = BusinessStatement.objects.filter(organisation__in=wanted)
    for key, *note in stated.values_list("organisation_id", "kind", "note_en", "note_uk"):
        notes.setdefault(key, []).append((note[0], note[1], note[2]))
    found = {}
    profiles = BusinessProfile.objects.filter(pk__in=wanted)
    for key, english, ukrainian in profiles.values_list("pk", "summary_en", "summary_uk"):
        does, seeks = sides(english, ukrainian, notes.get(key, []))
        found[key] = "\n".join(does), "\n".join(seeks)
    return found


def words_of(written: Mapping[int, Sides], business: int, other: int) -> Words:
    """The words that what one seeks and what the other does have in common, both ways."""
    language, nothing = reader_language(), ("", "")
    (does, seeks), (other_does, other_seeks) = written.get(business, nothing), written.get(other, nothing)
    return common_words(seeks, other_does, language), common_words(other_seeks, does, language)


def pair_url(directory: BusinessDirectory, row: int, other: int) -> str:
    """The address of the page that compares two businesses, from the side of the first."""
    return reverse("business-pair", args=[directory.slug[row], directory.slug[other]])
