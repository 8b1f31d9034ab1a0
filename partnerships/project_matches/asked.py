"""What a project asks of those who could help it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cities.models import Twinning
from partnerships.businesses.texts import features
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
    """A project with what it looks for; made of a project of `with_open_data`."""

    project: Project

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
    def twins(self) -> frozenset[int]:
        """Ids of the cities that its city is twinned with."""
        ties = Twinning.objects.of(self.project.city).values_list("city_a_id", "city_b_id")
        return frozenset(one for tie in ties for one in tie) - {self.project.city_id}

    def words_of(self, need: ProjectNeed) -> dict[str, float]:
        """What is compared of a need's text, with weights: see `businesses.texts`."""
        return features(self.text_of(need))

    def text_of(self, need: ProjectNeed) -> str:
        """A need with the title of its project, in both languages."""
        project = self.project
        return "\n".join([*need.names, need.note_en, need.note_uk, project.title_en, project.title_uk])

    def _euros(self, amount: Any) -> float | None:
        euros = None if amount is None else self.project.in_euros(amount)
        return None if euros is None else float(euros)


def asking() -> list[Asked]:
    """The published projects that look for something, the one updated last first; a few queries."""
    found = Project.objects.published().filter(needs__state__in=SOUGHT).distinct()
    return [Asked(project) for project in found.with_open_data().order_by("-updated_at", "-pk")]
