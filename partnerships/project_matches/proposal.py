"""What pages show of somebody who could help, or of a project that could be helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projects.models import Project


@dataclass(frozen=True)
class Proposal:
    """One line of a list: who or what, where, how well it fits (of 100), and why."""

    name: str
    url: str
    place: str
    percent: int
    reasons: Sequence[str]
    is_demonstration: bool

    @classmethod
    def of_project(cls, project: Project, score: float, reasons: Sequence[str]) -> Proposal:
        """A project that could be helped."""
        city = project.city
        return cls(
            name=str(project),
            url=project.get_absolute_url(),
            place=f"{city.display_name}, {city.country}",
            percent=percent(score),
            reasons=reasons,
            is_demonstration=project.is_demonstration,
        )


def percent(score: float) -> int:
    """A score in [0, 1] of 100."""
    return round(100 * score)
