"""What the public projects of cities tell of them, by topic: what they have done, and what they look for.

A finished project counts in matches as an offer of experience in the main topic of each of its sectors; an
open need of a published one, of expertise or of a partner city, as a need in its topic. What a city states
itself comes first, and is left out here.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.html import format_html

from cities.directory import Directory
from cities.facets import Facet
from cities.models import in_active_language
from partnerships.project_matches.asked import LEARNT, SOUGHT
from partnerships.project_matches.sectors import main_topics_of
from projects.directory import PROJECTS
from projects.models import Project, ProjectNeed


@dataclass(frozen=True)
class Source:
    """A project that tells something."""

    slug: str
    title_en: str
    title_uk: str

    @property
    def link(self) -> str:
        """Its title in the reader's language, as a link."""
        title = in_active_language(self.title_en, self.title_uk)
        return format_html('<a href="{}">{}</a>', reverse("project", args=[self.slug]), title)


@dataclass(frozen=True)
class Told:
    """What projects tell of one city: by topic the newest project that has it."""

    done: Mapping[str, Source] = field(default_factory=dict)
    wanted: Mapping[str, Source] = field(default_factory=dict)


NOTHING = Told()
ProjectTopics = Mapping[int, Told]
"""By the id of a city, of those of which something is told."""

_lock = threading.Lock()
_made: tuple[Directory, ProjectTopics] | None = None


def of(source: Directory) -> ProjectTopics:
    """What projects tell beside what a copy of the city directory says; the same object while it is so."""
    global _made
    with _lock:
        if _made is None or not _same_data(_made[0], source):
            told = load(source)
            _made = source, _made[1] if _made and _made[1] == told else told
        return _made[1]


def _same_data(one: Directory, other: Directory) -> bool:
    is_same = one.reference is other.reference and one.statements is other.statements
    return is_same and one.versions.get(PROJECTS) == other.versions.get(PROJECTS)


def told_of(source: Directory, cities: Iterable[int]) -> list[Told]:
    """What projects tell of some cities (ids), in their order."""
    told = of(source)
    return [told.get(city, NOTHING) for city in cities]


def load(source: Directory) -> ProjectTopics:
    """Read it: two queries."""
    projects = Project.objects.public().finished().order_by("-pk")
    done = [
        (city, main_topics_of(sectors), Source(*about))
        for city, sectors, *about in projects.values_list("city", "sectors", *_fields(""))
    ]
    needs = ProjectNeed.objects.filter(project__state="published", state__in=SOUGHT, kind__in=LEARNT)
    wanted = [
        (city, [topic] if topic else main_topics_of(sectors), Source(*about))
        for city, sectors, topic, *about in needs.order_by("-project", "pk").values_list(
            "project__city", "project__sectors", "topic", *_fields("project__")
        )
    ]
    known = _unstated(source, source.statements.offer, done)
    missed = _unstated(source, source.statements.need, wanted)
    return {
        city: Told(known.get(city, {}), missed.get(city, {})) for city in sorted(known.keys() | missed.keys())
    }


def _fields(prefix: str) -> list[str]:
    return [f"{prefix}{name}" for name in ("slug", "title_en", "title_uk")]


def _unstated(
    source: Directory, stated: Facet, told: Iterable[tuple[int, Iterable[str], Source]]
) -> dict[int, dict[str, Source]]:
    """By city and topic the first project that tells of it, without what the city states itself."""
    found: dict[int, dict[str, Source]] = defaultdict(dict)
    for city, topics, project in told:
        row = int(source.reference.rows_of(city))
        if row >= 0:
            for topic in (set(topics) & set(stated.codes)).difference(stated.codes_of(row)):
                found[city].setdefault(topic, project)
    return dict(found)
