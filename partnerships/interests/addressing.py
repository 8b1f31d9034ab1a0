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
        return self.to.display_name if self.is_city else str(self.to)

    @property
    def is_city(self) -> bool:
        """Whether it is a city."""
        return isinstance(self.to, City)

    def about(self) -> dict[str, Any]:
        """The project and its need, as fields of an Interest."""
        return {"project": self.project, "need": self.need}


def addressed(kind: str, key: str, said: Mapping[str, str]) -> Addressed:
    """Whom an address names: a city by id, an organisation or a project by slug.

    The query string may say more: ?topic=, and of a project ?need= (id). Raises Http404.
    """
    topic = Topic.objects.filter(pk=_clean(said.get("topic", ""))).first()
    match kind:
        case "city":
            city = _numbered(City.objects.select_related("country"), key)
            return Addressed(_or_404(city), topic=topic)
        case "organisation":
            found = Organisation.objects.select_related("city__country").filter(slug=_clean(key)).first()
            return Addressed(_or_404(found), topic=topic)
        case "project":
            projects = Project.objects.published().select_related("city__country")
            project = _or_404(projects.filter(slug=_clean(key)).first())
            need = _numbered(project.needs, said.get("need", ""))
            return Addressed(project.city, project, need, topic or (need.topic if need else None))
    raise Http404


def _or_404(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def _clean(code: str) -> str:
    return code.replace("\0", "")[:200]


def _numbered(rows: Any, number: str) -> Any:
    if not number.isascii() or not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    return rows.filter(pk=number).first()


def sides_of(user: User) -> list[Party]:
    """The sides that a person speaks for, made where they are none yet."""
    return [Party.objects.of(one.represented) for one in memberships_of(user) if one.is_approved]
