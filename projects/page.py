"""What the public page of a project shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import mapping

from . import codelists
from .models import Document, FundingSource, Milestone, Photo, Project, ProjectNeed, ProjectUpdate
from .shares import shares_of
from .words import Names, told

LATEST_CHANGES = 10
MAP_WIDTH = 160.0  # viewBox units, some 900 km: the country can be recognised


@dataclass(frozen=True)
class Step:
    """A milestone on the timeline: done, late, next or planned, in words too."""

    milestone: Milestone
    kind: str
    days_late: int


def timeline(milestones: Iterable[Milestone], today: date) -> list[Step]:
    """The milestones by their planned day."""
    return [Step(one, _kind_of(one, today), one.days_late(today)) for one in milestones]


def _kind_of(milestone: Milestone, today: date) -> str:
    if milestone.done_on:
        return "done"
    return "late" if milestone.due_on < today else "planned"


def place_map(project: Project) -> mapping.Picture | None:
    """Where the project is, None where that is not stated."""
    if project.latitude is None or project.longitude is None:
        return None
    x, y = mapping.project(np.array([project.latitude]), np.array([project.longitude]))
    window = mapping.window_around(x, y, smallest=MAP_WIDTH)
    label = project.address or project.city.display_name
    mark = mapping.Mark(float(x[0]), float(y[0]), 9 * window.unit, label, kind="here")
    return mapping.Picture(_("Map of where the project is"), window, [mark])


def with_parts(slug: str, user: Any) -> Project | None:
    """The project of an address with all that its page shows, if the user may see it."""
    shown = Project.objects.visible_to(user).with_city().select_related("approved_by", "interests_by")
    return (
        shown.filter(slug=slug)
        .prefetch_related(
            "budget_lines",
            Prefetch("funding_sources", FundingSource.objects.select_related("city")),
            Prefetch("needs", ProjectNeed.objects.select_related("topic")),
            "milestones",
            "risks",
            Prefetch("documents", Document.objects.prefetch_related("versions")),
            "photos",
            "tenders",
            Prefetch("updates", ProjectUpdate.objects.select_related("author")),
        )
        .first()
    )


def project_context(project: Project) -> dict[str, Any]:
    """What templates/projects/project.html needs; `project` comes from `with_parts`."""
    names, steps = Names(project), timeline(project.milestones.all(), timezone.localdate())
    photos = list(project.photos.all())
    changes = list(project.changes.public().select_related("by")[: LATEST_CHANGES + 1])
    return {
        "project": project,
        "money": project.money,
        "shares": shares_of(project.money),
        "sectors": [codelists.codelist("projectSector")[code] for code in project.sectors],
        "goals": [(code, codelists.codelist("sdg")[str(code)]) for code in sorted(project.goals)],
        "steps": steps,
        "steps_done": sum(one.kind == "done" for one in steps),
        "map": place_map(project),
        "stages": [(stage, [one for one in photos if one.stage == stage]) for stage in Photo.Stage],
        "has_photos": bool(photos),
        "updates": [(one, names.person(one.author)) for one in project.updates.all()],
        "approver": names.person(project.approved_by),
        "stated_by": names.person(project.interests_by),
        "changes": told(changes[:LATEST_CHANGES], project),
        "has_more_changes": len(changes) > LATEST_CHANGES,
    }
