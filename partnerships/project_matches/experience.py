"""Cities that have done what a project is about, and whom they could help with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from cities.directory import Directory
from cities.listing import city_url
from cities.models import City
from partnerships.city_matches.reasons import between
from partnerships.matching.projects import (
    EXPERIENCE,
    UNDER_WAY,
    budget_fit,
    nearness,
    scores,
    sector_fit,
)
from projects import directory
from projects.amounts import amount_in_words
from projects.directory import ProjectDirectory, narrowest
from projects.querysets import FINISHED

from .asked import LEARNT, Asked
from .proposal import Proposal, percent

BEING_BUILT = "implementation"
NEAR_KM = 400
SECTOR = 0
"""Where the sector stands among EXPERIENCE."""


@dataclass(frozen=True)
class Past:
    """A project that another city has done: its row, and how it compares."""

    row: int
    values: np.ndarray
    score: float


def experienced(asked: Asked, at_hand: ProjectDirectory, rows: Iterable[int] | None = None) -> list[Past]:
    """Projects (of some rows) of other cities that are done or being built and near in sector, best first."""
    status = at_hand.facets["status"]
    done = np.flatnonzero(status.holds([*FINISHED, BEING_BUILT], status.sets))
    wanted = done if rows is None else np.intersect1d(done, np.array(list(rows), dtype=np.int64))
    home = int(at_hand.cities.reference.rows_of(asked.project.city_id))
    wanted = wanted[at_hand.city[wanted] != home]
    sectors = at_hand.facets["sector"]
    fits = [sector_fit(asked.project.sectors, narrowest(sectors.codes_of(row))) for row in wanted.tolist()]
    kept = [(row, fit) for row, fit in zip(wanted.tolist(), fits, strict=True) if fit]
    if not kept:
        return []
    cities = at_hand.city[[row for row, _fit in kept]]
    near = nearness(asked.distances(at_hand.cities.reference.ids[cities]))
    values = np.array(
        [[fit, *_others(asked, at_hand, row), km] for (row, fit), km in zip(kept, near, strict=True)]
    )
    found = [
        Past(row, value, score)
        for (row, _fit), value, score in zip(kept, values, scores(values, EXPERIENCE).tolist(), strict=True)
    ]
    return sorted(found, key=lambda past: (-past.score, past.row))


def _others(asked: Asked, at_hand: ProjectDirectory, row: int) -> list[float]:
    """The values of EXPERIENCE but for the first and the last: sector and distance."""
    cities, city = at_hand.cities, int(at_hand.city[row])
    euros = float(at_hand.budget[row])
    [status] = at_hand.facets["status"].codes_of(row)
    offers = set(cities.statements.offer.codes_of(city))
    return [
        budget_fit(asked.budget, euros if euros > 0 else None),
        1.0 if status in FINISHED else UNDER_WAY,
        float(bool(offers & asked.topics)) if offers else np.nan,
        float(int(cities.reference.ids[city]) in asked.twins),
    ]


def cities_for(asked: Asked, most: int) -> list[Proposal]:
    """The cities whose experience fits a project best, each with its best project."""
    at_hand, proposals, seen = directory.current(), [], set()
    home = reverse("cities")
    for past in experienced(asked, at_hand):
        city = int(at_hand.city[past.row])
        if city in seen:
            continue
        seen.add(city)
        proposals.append(
            Proposal(
                name=at_hand.cities.name(city),
                url=city_url(at_hand.cities, city, home),
                place=_country(at_hand.cities, city),
                percent=percent(past.score),
                reasons=reasons(asked, past, at_hand),
                is_demonstration=at_hand.entries[past.row].is_demonstration,
            )
        )
        if len(proposals) == most:
            break
    return proposals


def projects_for(city: City, asking: Sequence[Asked], most: int) -> list[Proposal]:
    """The projects of other cities that look for what this city has done, the best first."""
    at_hand = directory.current()
    own = np.flatnonzero(at_hand.city == at_hand.cities.reference.rows_of(city.pk)).tolist()
    best = [
        (found[0], asked)
        for asked in asking
        if asked.needs_of(LEARNT) and (found := experienced(asked, at_hand, own))
    ]
    best.sort(key=lambda one: -one[0].score)
    return [
        Proposal.of_project(asked.project, past.score, reasons(asked, past, at_hand))
        for past, asked in best[:most]
    ]


def reasons(asked: Asked, past: Past, at_hand: ProjectDirectory) -> list[str]:
    """What speaks for it, in sentences."""
    entry, cities = at_hand.entries[past.row], at_hand.cities
    city = int(at_hand.city[past.row])
    sectors = at_hand.labels("sector")
    budget = entry.money.budget
    about = {
        "title": entry.title,
        "sectors": ", ".join(
            sectors[code] for code in narrowest(at_hand.facets["sector"].codes_of(past.row))
        ),
        "budget": amount_in_words(budget, entry.currency) if budget else _("budget not stated"),
        "city": cities.name(city),
    }
    is_done = at_hand.facets["status"].codes_of(past.row)[0] in FINISHED
    found = [
        _("%(city)s has finished “%(title)s” (%(sectors)s, %(budget)s).") % about
        if is_done
        else _("%(city)s is building “%(title)s” (%(sectors)s, %(budget)s).") % about
    ]
    offers = set(cities.statements.offer.codes_of(city)) & asked.topics
    if offers:
        labels = cities.labels("offer")
        listed = ", ".join(sorted(labels[code] for code in offers))
        found.append(_("%(city)s offers help with: %(topics)s.") % {"city": about["city"], "topics": listed})
    if int(cities.reference.ids[city]) in asked.twins:
        found.append(_("The two cities are twinned."))
    [km] = asked.distances(cities.reference.ids[[city]]).tolist()
    if km <= NEAR_KM:
        found.append(between(km))
    return found


def _country(cities: Directory, city: int) -> str:
    return cities.labels("country")[cities.facets["country"].codes_of(city)[0]]
