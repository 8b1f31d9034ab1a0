"""The directory of published projects in memory, as columns beside those of the city directory.

Row r is the project updated r-th last, so that ascending rows are the usual order. What belongs to its city
is taken from the city directory's copy, on which this one rests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
from django.db import connection
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.alphabet import english_key, ukrainian_key
from cities.directory import Directory, Versions, reader_language
from cities.facets import Facet, Rows
from cities.keeper import Keeper
from cities.models import DataVersion
from cities.romanised import romanised
from cities.selection import Degrees, Selectable, in_order_of

from .codelists import codelist, numbered_goals
from .models import Project, ProjectNeed
from .models.money import NOTHING, Money
from .models.texts import Bilingual

PROJECTS = "projects"
"""The name in cities.DataVersion that counts changes of projects."""

BANDS: Mapping[str, tuple[Decimal, Promise]] = {
    "over-100m": (Decimal("100000000"), _("€100 million or more")),
    "10m-100m": (Decimal("10000000"), _("€10 to 100 million")),
    "1m-10m": (Decimal("1000000"), _("€1 to 10 million")),
    "100k-1m": (Decimal("100000"), _("€100,000 to 1 million")),
    "under-100k": (Decimal("0.01"), _("Under €100,000")),
}
"""Bands of amounts in euros: code to least amount and label, largest first."""
NO_GAP, UNKNOWN = "none", "unknown"


@dataclass(frozen=True)
class Entry:
    """One project of a list, whatever the reader's language."""

    title_en: str
    title_uk: str
    summary_en: str
    summary_uk: str
    slug: str
    currency: str
    money: Money
    steps: int
    steps_done: int
    start: date | None
    is_demonstration: bool

    title = Bilingual("title")
    summary = Bilingual("summary")


@dataclass(frozen=True)
class ProjectDirectory(Selectable):
    """One consistent copy of n published projects.

    Arrays have shape (n,). `city` are rows of `cities`; `budget` and `gap` are euros for sorting only, -1
    where they are not known; `titles` and `texts` are search keys.
    """

    cities: Directory
    ids: Rows
    city: Rows
    entries: Sequence[Entry]
    latitude: Degrees
    longitude: Degrees
    budget: Degrees
    gap: Degrees
    titles: Sequence[str]
    texts: Sequence[str]
    own_facets: Mapping[str, Facet]

    @classmethod
    def load(cls, cities: Directory) -> ProjectDirectory:
        """Read all published projects whose cities the copy has."""
        found = Project.objects.published().with_open_data().order_by("-updated_at", "-pk")
        at = cities.reference.rows_of([project.city_id for project in found])
        projects = [project for project, city in zip(found, at.tolist(), strict=True) if city >= 0]
        city = at[at >= 0]
        entries = [_entry(project) for project in projects]
        euros = [_in_euros(project) for project in projects]
        placed = [project.latitude is not None for project in projects]
        reference = cities.reference
        return cls(
            cities=cities,
            ids=np.array([project.pk for project in projects], dtype=np.int64),
            city=city,
            entries=entries,
            latitude=np.where(placed, _floats(projects, "latitude"), reference.latitude[city]),
            longitude=np.where(placed, _floats(projects, "longitude"), reference.longitude[city]),
            budget=np.array([-1 if budget is None else float(budget) for budget, _gap in euros]),
            gap=np.array([-1 if gap is None else float(gap) for _budget, gap in euros]),
            titles=search_keys([f"{one.title_en} {one.title_uk}" for one in entries]),
            texts=search_keys([text_of(project) for project in projects]),
            own_facets=_facets(cities, city, projects, euros),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string."""
        reference = self.cities.reference
        return {
            "country": Facet(reference.country.codes, reference.country.sets[self.city]),
            "region": Facet(reference.region.codes, reference.region.sets[self.city]),
            **self.own_facets,
        }

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "country" | "region":
                return self.cities.labels(facet)
            case "city":
                return self.cities.names_of(self.own_facets["city"].codes)
            case "sector":
                return {code: str(title) for code, title in codelist("projectSector").items()}
            case "status":
                titles = codelist("projectStatus").items()
                return {code: capfirst(str(title)) for code, title in titles}
            case "goal":
                return {str(number): label for number, label in numbered_goals()}
            case "need":
                kinds = ProjectNeed.Kind.choices
                return {code: capfirst(str(label)) for code, label in kinds}
            case "budget":
                return {code: str(label) for code, (_least, label) in BANDS.items()} | {
                    UNKNOWN: str(_("Not known in euros"))
                }
            case "gap":
                return {**self.labels("budget"), NO_GAP: str(_("Fully covered"))}
        raise KeyError(facet)

    def places(self) -> tuple[Degrees, Degrees]:
        """Where the projects are; their city's place where that is not stated."""
        return self.latitude, self.longitude

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""
        match sort:
            case "updated":
                return rows if relevance is None else np.sort(rows)
            case "budget" | "gap":
                amounts = getattr(self, sort)
                return in_order_of(np.argsort(-amounts, kind="stable"), rows)
            case "start":
                return in_order_of(self._soonest_first, rows)
            case "title":
                return in_order_of(self._by_title[reader_language()], rows)
        return rows

    @cached_property
    def _soonest_first(self) -> Rows:
        starts = [one.start or date.max for one in self.entries]
        return np.array(sorted(range(len(self)), key=starts.__getitem__), dtype=np.int64)

    @cached_property
    def _by_title(self) -> Mapping[str, Rows]:
        titles = {
            "en": [english_key(one.title_en or one.title_uk) for one in self.entries],
            "uk": [ukrainian_key(one.title_uk or one.title_en) for one in self.entries],
        }
        return {
            language: np.array(sorted(range(len(self)), key=keys.__getitem__), dtype=np.int64)
            for language, keys in titles.items()
        }


def search_keys(texts: Sequence[str]) -> list[str]:
    """What PostgreSQL makes of texts for comparing: small Latin letters without accents. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_key(text) FROM unnest(%s::text[])"
            " WITH ORDINALITY AS given (text, place) ORDER BY place",
            [[romanised(text) for text in texts]],
        )
        return [key for (key,) in cursor.fetchall()]


def _entry(project: Project) -> Entry:
    milestones = list(project.milestones.all())
    return Entry(
        title_en=project.title_en,
        title_uk=project.title_uk,
        summary_en=project.summary_en,
        summary_uk=project.summary_uk,
        slug=project.slug,
        currency=project.currency,
        money=project.money,
        steps=len(milestones),
        steps_done=sum(one.done_on is not None for one in milestones),
        start=project.actual_start or project.planned_start,
        is_demonstration=project.is_demonstration,
    )


def _in_euros(project: Project) -> tuple[Decimal | None, Decimal | None]:
    """The budget and the gap."""
    budget, gap = project.money.budget, project.money.gap
    if budget is None or gap is None:
        return None, None
    return project.in_euros(budget), project.in_euros(gap)


def _floats(projects: Iterable[Project], name: str) -> Degrees:
    return np.array([getattr(project, name) or 0.0 for project in projects], dtype=np.float64)


def _facets(
    cities: Directory,
    city: Rows,
    projects: Sequence[Project],
    euros: Sequence[tuple[Decimal | None, Decimal | None]],
) -> dict[str, Facet]:
    ids = [str(key) for key in cities.reference.ids[city].tolist()]
    needs = [
        [need.kind for need in project.needs.all() if need.state == need.State.OPEN] for project in projects
    ]
    statuses = list(codelist("projectStatus"))
    return {
        "city": Facet.single(sorted(set(ids)), ids),
        "sector": many(codelist("projectSector"), [_with_wider(one.sectors) for one in projects]),
        "status": Facet.single(["", *statuses], [one.status for one in projects]),
        "need": many(ProjectNeed.Kind.values, needs),
        "gap": Facet.single([NO_GAP, *BANDS, UNKNOWN], [band_of(gap) for _budget, gap in euros]),
        "budget": Facet.single([*BANDS, NO_GAP, UNKNOWN], [band_of(budget) for budget, _gap in euros]),
        "goal": many(codelist("sdg"), [[str(goal) for goal in one.goals] for one in projects]),
    }


def _with_wider(sectors: Sequence[str]) -> set[str]:
    """Sectors with those that hold them: transport.rail is transport too."""
    known = codelist("projectSector")
    return {*sectors, *(wider for one in sectors if (wider := one.partition(".")[0]) in known)}


def narrowest(sectors: Sequence[str]) -> list[str]:
    """Sectors without those that hold another of them, and stand there for it only."""
    return [one for one in sectors if not any(other.startswith(f"{one}.") for other in sectors)]


def many(codes: Iterable[str], values: Sequence[Iterable[str]]) -> Facet:
    """A facet of several values a row; `values` has those of each row, `codes` all there are, in order."""
    return Facet.of_cities(list(codes), len(values), {row: set(one) for row, one in enumerate(values)})


def band_of(amount: Decimal | None) -> str:
    """The band of an amount in euros; NO_GAP for nothing, UNKNOWN for None."""
    if amount is None:
        return UNKNOWN
    if amount == NOTHING:
        return NO_GAP
    return next(code for code, (least, _label) in BANDS.items() if amount >= least)


def text_of(project: Project) -> str:
    """All words by which people look for a project; its needs and money are read."""
    city = project.city
    parts = [city.name, city.name_uk, project.summary_en, project.summary_uk]
    for part in (project.needs, project.budget_lines, project.funding_sources):
        parts += [name for one in part.all() for name in one.names]
    return " ".join([project.title_en, project.title_uk, *parts])


def _parts(versions: Versions) -> tuple[int | None, int | None]:
    return versions.get(PROJECTS), versions.get(DataVersion.REFERENCE)


_keeper = Keeper(ProjectDirectory.load, _parts)
current: Callable[[], ProjectDirectory] = _keeper.current
forget: Callable[[], None] = _keeper.forget
