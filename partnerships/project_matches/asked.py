"""What a project asks of those who could help it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cities.directory import Directory, Reference, Versions
from cities.keeper import Keeper
from cities.models import DataVersion, Twinning
from partnerships.businesses.texts import features, vector
from projects.directory import PROJECTS
from projects.models import Project, ProjectNeed

from .sectors import topics_of

Kind = ProjectNeed.Kind
DELIVERED = (Kind.CONTRACTOR, Kind.EQUIPMENT, Kind.EXPERTISE)
"""Kinds of needs that businesses can meet."""
LEARNT = (Kind.PARTNER_CITY, Kind.EXPERTISE)
"""Kinds of needs that cities can meet."""
SOUGHT = (ProjectNeed.State.OPEN, ProjectNeed.State.TALKS)
"""States of needs that are not met yet."""


@dataclass(frozen=True)
class Asked:
    """A project of `with_needs_and_money`, with what it looks for.

    twins: ids of the cities that its city is twinned with. reference: the cities.
    """

    project: Project
    twins: frozenset[int]
    reference: Reference

    @classmethod
    def of(cls, projects: Collection[Project], cities: Directory) -> list[Asked]:
        """What these projects look for: one query."""
        twins = Twinning.objects.twins_of({project.city_id for project in projects})
        return [cls(project, twins[project.city_id], cities.reference) for project in projects]

    @cached_property
    def needs(self) -> list[ProjectNeed]:
        """The needs that are open or talked about."""
        return [need for need in self.project.needs.all() if need.state in SOUGHT]

    def needs_of(self, kinds: Sequence[Any]) -> list[ProjectNeed]:
        """The needs of these kinds."""
        return [need for need in self.needs if need.kind in kinds]

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that the project touches: those of its needs and of its sectors."""
        return topics_of(self.project.sectors) | {need.topic_id for need in self.needs if need.topic_id}

    @cached_property
    def budget(self) -> float | None:
        """The budget in euros."""
        return self._euros(self.project.money.budget)

    @cached_property
    def wants_money(self) -> bool:
        """Whether a financial partner could give something: money for the gap, or help with expertise."""
        return bool(self.project.money.gap) or bool(self.needs_of((Kind.FINANCE, Kind.EXPERTISE)))

    @cached_property
    def vectors(self) -> dict[int, npt.NDArray[np.float32]]:
        """By the need's id the texts of what businesses can deliver, as `businesses.texts.vector` does."""
        needs = self.needs_of(DELIVERED)
        return {need.pk: vector(features(self.text_of(need))).astype(np.float32) for need in needs}

    def distances(self, cities: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """How far cities (ids) are from its own, in km."""
        home = int(self.reference.rows_of(self.project.city_id))
        return self.reference.distances(home, self.reference.rows_of(cities))

    def text_of(self, need: ProjectNeed) -> str:
        """A need with the title of its project, in both languages."""
        project = self.project
        return "\n".join([*need.names, need.note_en, need.note_uk, project.title_en, project.title_uk])

    def _euros(self, amount: Any) -> float | None:
        euros = None if amount is None else self.project.in_euros(amount)
        return None if euros is None else float(euros)


def _load(cities: Directory) -> list[Asked]:
    found = Project.objects.asking().with_needs_and_money().order_by("-updated_at", "-pk")
    return Asked.of(list(found), cities)


def _made_of(versions: Versions) -> Hashable:
    return tuple(versions.get(name) for name in (PROJECTS, DataVersion.REFERENCE, DataVersion.TIES))


_keeper = Keeper(_load, _made_of)
asking: Callable[[], list[Asked]] = _keeper.current
"""The published projects that look for something, the one updated last first; see `cities.keeper`."""
forget: Callable[[], None] = _keeper.forget
