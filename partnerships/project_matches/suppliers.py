"""Businesses that can deliver what a project needs, and projects that need what a business does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.urls import reverse
from django.utils.translation import gettext as _

from cities import nace
from cities.city_page import language_names
from cities.directory import reader_language
from partnerships.businesses import arrays, directory, texts
from partnerships.businesses.directory import BusinessDirectory
from partnerships.businesses.models import BusinessProfile, Trade
from partnerships.matching.businesses import HAS_DOES, Businesses
from partnerships.matching.projects import SAME_COUNTRY, SUPPLIERS, nearness, scores
from partnerships.matching.trade import ALIKE, TRADES, UNLIKE
from partnerships.matching.trade_scoring import SCALE
from projects.models import ProjectNeed

from .asked import DELIVERED, Asked
from .proposal import Proposal, percent
from .sectors import divisions_of

TRADES_OF: dict[str, tuple[str, ...]] = {
    ProjectNeed.Kind.CONTRACTOR: ("service", "subcontracting", "public-tender"),
    ProjectNeed.Kind.EQUIPMENT: ("product", "technology", "distribution"),
    ProjectNeed.Kind.EXPERTISE: ("service", "technology"),
}
"""What a business may offer that helps with a kind of need."""
ACTIVITY, TEXTS = 0, 1
"""Where these stand among SUPPLIERS."""
USUAL_SUPPLIER = 0.7
"""What a business counts whose activity supplies the one that a need names, at most."""
OF_THE_SECTOR = 0.6
"""What it counts if the need names no activity, and its own is usual in the sector."""
LEAST_ACTIVITY, LEAST_LIKENESS = 0.5, 0.35
"""A business is proposed only if one of the two is reached: else it has nothing to do with the need."""
MOST_WORDS = 5
PARTS = 16
"""In how many parts the texts are compared, so that few are in memory as wider numbers at a time."""
Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Supply:
    """A business (its row among the arrays) for a need."""

    row: int
    need: ProjectNeed
    values: Floats
    score: float


def suppliers(asked: Asked, businesses: Businesses, rows: Rows | None = None, most: int = 1) -> list[Supply]:
    """The businesses (of some rows) that fit a need of a project best; each once, the best first."""
    rows = np.arange(len(businesses)) if rows is None else rows
    found: dict[int, Supply] = {}
    of_place = _of_place(asked, businesses, rows)
    for need in asked.needs_of(DELIVERED):
        for supply in _for_need(asked, need, businesses, rows, of_place, most):
            if supply.row not in found or supply.score > found[supply.row].score:
                found[supply.row] = supply
    return sorted(found.values(), key=lambda one: (-one.score, one.row))[:most]


def _for_need(
    asked: Asked, need: ProjectNeed, businesses: Businesses, rows: Rows, of_place: Floats, most: int
) -> list[Supply]:
    values = np.column_stack(
        [
            _activities(asked, need, businesses)[businesses.division[rows]],
            _likeness(asked, need, businesses, rows),
            _trades(need, businesses)[businesses.stated[rows]],
            of_place,
        ]
    )
    fit = np.nan_to_num(values[:, [ACTIVITY, TEXTS]])
    is_fit = (fit[:, 0] >= LEAST_ACTIVITY) | (fit[:, 1] >= LEAST_LIKENESS)
    values, rows = values[is_fit], rows[is_fit]
    score = scores(values, SUPPLIERS)
    best = np.lexsort((rows, -score))[:most]
    return [Supply(int(rows[one]), need, values[one], float(score[one])) for one in best]


def _of_place(asked: Asked, businesses: Businesses, rows: Rows) -> Floats:
    """The last values of SUPPLIERS, which no need changes: cities, language and distance; shape (rows, 3)."""
    places, at = np.unique(businesses.city[rows].astype(np.int64), return_inverse=True)
    return np.column_stack(
        [
            _ties(asked, businesses, places)[at],
            _languages(asked, businesses)[businesses.languages.number[rows]],
            nearness(asked.distances(businesses.places.ids[places]))[at],
        ]
    )


def _activities(asked: Asked, need: ProjectNeed, businesses: Businesses) -> Floats:
    """What each activity counts, shape (divisions + 1,); unknown where a business states none."""
    codes = [one.code for one in nace.divisions()]
    counts = np.zeros(len(codes) + 1)
    if need.division in codes:
        wanted = codes.index(need.division) + 1
        counts = USUAL_SUPPLIER * businesses.supply[:, wanted]
        counts[wanted] = 1.0
    else:
        usual = divisions_of(asked.project.sectors)
        counts[1:] = [OF_THE_SECTOR * (code in usual) for code in codes]
    counts[0] = np.nan
    return np.asarray(counts)


def _likeness(asked: Asked, need: ProjectNeed, businesses: Businesses, rows: Rows) -> Floats:
    """How alike the need and what each business does are, shape (rows,); unknown without a text."""
    vector = asked.vectors[need.pk]
    parts = [businesses.does[some].astype(np.float32) @ vector for some in np.array_split(rows, PARTS)]
    cosines = np.concatenate(parts) / SCALE  # of whole numbers below 2**24: exact
    alike = np.clip((cosines - UNLIKE) / (ALIKE - UNLIKE), 0.0, 1.0)
    return np.where(businesses.texts[rows] & HAS_DOES, alike, np.nan)


def _trades(need: ProjectNeed, businesses: Businesses) -> Floats:
    """Whether what is offered helps, by what is stated, shape (t,); unknown where nothing is offered."""
    wanted = sum(1 << TRADES.index(trade) for trade in TRADES_OF[need.kind])
    offered = businesses.trades[:, 0].astype(np.int64)
    return np.where(offered, (offered & wanted) > 0, np.nan).astype(np.float64)


def _ties(asked: Asked, businesses: Businesses, places: Rows) -> Floats:
    """1 for the project's city and its twins, SAME_COUNTRY within its country, else 0; shape (places,)."""
    known, city = businesses.places, asked.project.city
    is_partner = np.isin(known.ids[places], [city.pk, *asked.twins])
    codes = np.array([*known.country_codes])
    return np.where(is_partner, 1.0, SAME_COUNTRY * (codes[known.country[places]] == city.country_id))


def _languages(asked: Asked, businesses: Businesses) -> Floats:
    """Whether a language of the city's country is among those stated, shape (sets,); unknown without any."""
    spoken = businesses.languages.naming(asked.project.city.country.languages).any(axis=1)
    is_stated = businesses.languages.bits.any(axis=1)
    return np.where(is_stated, spoken, np.nan).astype(np.float64)


def businesses_for(asked: Asked, most: int) -> list[Proposal]:
    """The businesses that can deliver something a project needs, the best first."""
    at_hand = directory.current()
    if not asked.needs_of(DELIVERED) or not len(at_hand):
        return []
    compared = arrays.of(at_hand)
    found = suppliers(asked, compared, most=most)
    rows = at_hand.rows_of(compared.ids[[one.row for one in found]].tolist()).tolist()
    said = profiles_of(compared, found)
    home = reverse("businesses")
    return [
        Proposal(
            name=at_hand.name[row],
            url=f"{home}{at_hand.slug[row]}/",
            place=_place(at_hand, row),
            percent=percent(supply.score),
            reasons=reasons(asked, supply, compared, said[int(compared.ids[supply.row])]),
            is_demonstration=bool(at_hand.is_demonstration[row]),
        )
        for supply, row in zip(found, rows, strict=True)
    ]


def projects_for(ids: Collection[int], asking: Sequence[Asked], most: int) -> Mapping[int, list[Proposal]]:
    """The projects that need what some businesses do, the best first, by the businesses' ids: two queries."""
    compared = arrays.of(directory.current())
    own = compared.rows_of(sorted(ids)).astype(np.int64)
    own = own[own >= 0]
    if not len(own):
        return {}
    found = [(supply, asked) for asked in asking for supply in suppliers(asked, compared, own, len(own))]
    found.sort(key=lambda one: -one[0].score)
    best = {row: [one for one in found if one[0].row == row][:most] for row in own.tolist()}
    said = profiles_of(compared, [supply for listed in best.values() for supply, _asked in listed])
    return {
        key: [
            Proposal.of_project(asked.project, supply.score, reasons(asked, supply, compared, said[key]))
            for supply, asked in best[row]
        ]
        for row in best
        for key in [int(compared.ids[row])]
    }


def profiles_of(businesses: Businesses, found: Sequence[Supply]) -> dict[int, BusinessProfile]:
    """The profiles of some businesses with what they offer, by id: two queries."""
    ids = {int(businesses.ids[one.row]) for one in found}
    profiles = BusinessProfile.objects.select_related("organisation")
    return profiles.prefetch_related("organisation__businessstatements").in_bulk(ids)


def reasons(asked: Asked, supply: Supply, businesses: Businesses, profile: BusinessProfile) -> list[str]:
    """What speaks for a business, in sentences; the need first."""
    need, values = supply.need, dict(zip((one.code for one in SUPPLIERS), supply.values, strict=True))
    found = [_("For the need “%(need)s”.") % {"need": str(need)}]
    activity = nace.title(profile.activity)
    if values["activity"] == 1.0:
        found.append(_("Its activity is the one asked for: %(activity)s.") % {"activity": activity})
    elif values["activity"] >= LEAST_ACTIVITY:
        found.append(_("Its activity is usual in such projects: %(activity)s.") % {"activity": activity})
    offers = [one for one in profile.organisation.businessstatements.all() if one.kind == one.Kind.OFFER]
    about = [profile.summary_en, profile.summary_uk]
    about += [text for one in offers for text in (one.note_en, one.note_uk)]
    if values["texts"] > 0:
        words = texts.common_words(asked.text_of(need), "\n".join(about), reader_language())[:MOST_WORDS]
        if words:
            found.append(_("Both write of: %(words)s.") % {"words": ", ".join(words)})
    if values["trade"] == 1.0:
        helpful = [str(Trade(one.trade).label) for one in offers if one.trade in TRADES_OF[need.kind]]
        found.append(_("It offers: %(trades)s.") % {"trades": ", ".join(helpful)})
    if values["cities"] == 1.0:
        found.append(_("Its city is the project’s own or twinned with it."))
    if values["language"] == 1.0:
        spoken = [code for code in asked.project.city.country.languages if code in profile.languages]
        found.append(_("It works in: %(languages)s.") % {"languages": ", ".join(language_names(spoken))})
    return found


def _place(at_hand: BusinessDirectory, row: int) -> str:
    country = at_hand.labels("country")[at_hand.facets["country"].codes_of(row)[0]]
    return f"{at_hand.cities.name(int(at_hand.city[row]))}, {country}"
