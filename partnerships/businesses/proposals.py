"""The proposed partners of a business as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from cities.directory import reader_language
from cities.facets import Rows
from partnerships.matching.trade_explain import TradeExplanation, explain_trade
from partnerships.places import place_among
from partnerships.proposals import Bar, bars

from .directory import BusinessDirectory
from .keys import sides
from .listing import BusinessCard, cards
from .models import BusinessProfile, BusinessStatement
from .ranking import BusinessRanking
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
    ids = directory.ids[[ranked.business, *rows.tolist()]].tolist()
    written = texts_of(ids)
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
