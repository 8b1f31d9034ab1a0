"""To whom, and about what, an expression of interest is: from the query string of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from accounts.models import User
from cities.kinds import memberships_of
from cities.models import City, Topic
from partnerships.models import Organisation
from projects.models import Project, ProjectNeed

from .models import Party

LONGEST_NUMBER = 15


@dataclass(frozen=True)
class Addressed:
    """Who is written to: a city or an organisation; and about which project, need and topic, if any."""

    to: Any
    project: Project | None = None
    need: ProjectNeed | None = None
    topic: Topic | None = None

    @property
    def name(self) -> str:
        """What the other side is called."""
        return self.to.display_name if isinstance(self.to, City) else str(self.to)

    def about(self) -> dict[str, Any]:
        """The project and its need, as fields of an Interest."""
        return {"project": self.project, "need": self.need}


def addressed(said: Mapping[str, str]) -> Addressed:
    """Read ?city=, ?organisation= (ids) or ?project= (slug), with ?need= and ?topic=. Raises Http404."""
    topic = Topic.objects.filter(pk=said.get("topic", "")[:40]).first()
    if slug := said.get("project", ""):
        project = Project.objects.public().select_related("city__country").filter(slug=slug[:200]).first()
        if project is None:
            raise Http404
        need = _numbered(project.needs, said.get("need", ""))
        return Addressed(project.city, project, need, topic or (need.topic if need else None))
    for key, rows in [
        ("city", City.objects.select_related("country")),
        ("organisation", Organisation.objects.select_related("city__country")),
    ]:
        if key in said and (found := _numbered(rows, said[key])) is not None:
            return Addressed(found, topic=topic)
    raise Http404


def _numbered(rows: Any, number: str) -> Any:
    if not number.isascii() or not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    return rows.filter(pk=number).first()


def sides_of(user: User) -> list[Party]:
    """The sides that a person speaks for, made where they are none yet."""
    return [Party.objects.of(one.represented) for one in memberships_of(user) if one.is_approved]
