"""Published projects and who could help them, where either of the two is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.db.models import Min
from django.urls import reverse

from partnerships.businesses import arrays, directory
from partnerships.finance.models import FinancialPartnerProfile
from partnerships.matching.businesses import Businesses
from partnerships.models import OrganisationMember, Party
from partnerships.project_matches.asked import Asked
from partnerships.project_matches.funders import funding, public_partners
from partnerships.project_matches.suppliers import suppliers
from projects.models import Project

from .finds import NEW_MATCHES, NEW_PROJECTS, About, Find, Group
from .lists import Names
from .strength import PLACES, PROJECTS

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Helpers:
    """Who could help projects, read once: businesses, financial partners, who of them joined lately (ids)."""

    businesses: Businesses
    partners: list[FinancialPartnerProfile]
    joined: frozenset[int]

    @classmethod
    def read(cls, since: datetime) -> Helpers:
        """As they are now; those joined whose first representative was approved since then."""
        approved = OrganisationMember.objects.approved().order_by().values("organisation")
        joined = approved.annotate(first=Min("decided_at")).filter(first__gte=since)
        return cls(
            arrays.of(directory.current()),
            public_partners(),
            frozenset(joined.values_list("organisation", flat=True)),
        )

    def strong(self, asked: Asked) -> list[int]:
        """The strong matches of a project (ids), the best first of each kind."""
        return self._suppliers(asked, None) + self._funders(asked, self.partners)

    def newly_strong(self, asked: Asked) -> list[int]:
        """Those of them who joined lately. Only where one of those fits at all are all looked at."""
        partners = [one for one in self.partners if one.pk in self.joined]
        found = []
        if self._suppliers(asked, self._rows_joined):
            found += self._suppliers(asked, None)
        if self._funders(asked, partners):
            found += self._funders(asked, self.partners)
        return [one for one in found if one in self.joined]

    @cached_property
    def _rows_joined(self) -> Rows:
        rows = self.businesses.rows_of(sorted(self.joined)).astype(np.int64)
        return np.asarray(rows[rows >= 0])

    def _suppliers(self, asked: Asked, rows: Rows | None) -> list[int]:
        if not len(self.businesses if rows is None else rows):
            return []
        best = suppliers(asked, self.businesses, rows, PLACES)
        return [int(self.businesses.ids[one.row]) for one in best if one.score >= PROJECTS]

    def _funders(self, asked: Asked, partners: list[FinancialPartnerProfile]) -> list[int]:
        best = funding(asked, partners)[:PLACES]
        return [one.profile.pk for one in best if one.score >= PROJECTS]


def new_pairs(at_hand: Mapping[About, Party], asking: Iterable[Asked], since: datetime) -> list[Find]:
    """For cities who could newly help their projects, for organisations the new projects they could serve."""
    helpers, others, found = Helpers.read(since), set[About](), []
    names = Names(others)
    for asked in asking:
        published = asked.project.published_at
        is_new = published is not None and published >= since
        home = ("city", asked.project.city_id)
        for helper in helpers.strong(asked) if is_new else helpers.newly_strong(asked):
            other = ("organisation", helper)
            others.add(other)
            if home in at_hand:
                found.append(_helper_of(asked.project, home, other, names))
            if is_new and other in at_hand:
                found.append(_chance_of(asked.project, other, at_hand[other]))
    return found


def _helper_of(project: Project, home: About, other: About, names: Names) -> Find:
    """What a city hears of somebody who could help its project."""
    group = Group(NEW_MATCHES, "new_project_matches", project.get_absolute_url(), project)
    return Find(home, other, f"project {project.pk} {other[1]}", group, lambda: names.of(other))


def _chance_of(project: Project, side: About, party: Party) -> Find:
    """What an organisation hears of a new project that it could help."""
    return Find(
        side,
        ("city", project.city_id),
        f"project {project.pk}",
        Group(NEW_PROJECTS, "new_projects", reverse("desk"), party),
        lambda: f"{project}, {project.city.display_name}",
        url=project.get_absolute_url(),
    )
