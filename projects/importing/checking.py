"""What a file would do: each project with its errors, or with what would become of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from projects.codelists import codelist
from projects.models import Project
from projects.models.imports import ProjectImport
from projects.models.money import NOTHING
from projects.models.texts import Part
from projects.open_data.oc4ids import identifier
from projects.rows import MOST_ROWS
from projects.words import field_label

from . import columns, records
from .forms import PARTS, Checker
from .items import Item, Typed


class Verdict(models.TextChoices):
    """What would become of a row."""

    NEW = "new", gettext_lazy("becomes a draft")
    SIMILAR = "similar", gettext_lazy("has the title of another project")
    KNOWN = "known", gettext_lazy("is there already")
    REPEATED = "repeated", gettext_lazy("stands in the file already")
    ELSEWHERE = "elsewhere", gettext_lazy("is a project of another city")
    ERROR = "error", gettext_lazy("has errors")


@dataclass
class Row:
    """A project of the file. number: its row, or its place. source: its cells, or its record.

    project and parts are not saved. other: the project that it is, or that has its title.
    """

    number: int
    source: Any
    item: Item
    project: Project
    parts: list[Part] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    verdict: Verdict = Verdict.NEW
    other: Project | None = None

    @property
    def budget(self) -> Decimal | None:
        """The sum of its budget lines; None without any."""
        amounts = [part.amount for part in self.of("budgetline") if part.amount is not None]
        return sum(amounts, NOTHING) if amounts else None

    @property
    def sectors(self) -> str:
        """Its sectors in the reader's language."""
        titles = codelist("projectSector")
        return ", ".join(str(titles[code]) for code in self.project.sectors if code in titles)

    @property
    def contents(self) -> list[tuple[str, int]]:
        """What it has besides its own fields, with how many."""
        kinds = [(form._meta.model._meta.verbose_name_plural, self.of(name)) for name, form in PARTS.items()]
        return [(str(name), len(found)) for name, found in kinds if found]

    @property
    def marks(self) -> set[str]:
        """Its titles, by which it may be the same as another project of the city."""
        return _marks(self.project.title_en, self.project.title_uk)

    def of(self, name: str) -> list[Any]:
        """The parts of the model of that name."""
        return [part for part in self.parts if part._meta.model_name == name]


def check(listed: ProjectImport, went_on: Callable[[int, int], None] = lambda done, total: None) -> list[Row]:
    """The projects of a file in their order; a constant number of queries, however many there are.

    Errors are told in the language in force. went_on: is told after each how many of how many are checked.
    """
    city, checker, rows = listed.city, Checker(listed.city), []
    items = _items(listed)
    for place, one in enumerate(items, start=1):
        rows.append(_row(checker, *one))
        went_on(place, len(items))
    _name_funders(rows)
    _compare(city, [row for row in rows if row.verdict != Verdict.ERROR])
    return rows


def _items(listed: ProjectImport) -> list[tuple[int, Any, Item]]:
    sources = listed.sources.items()
    if listed.kind == ProjectImport.Kind.OC4IDS:
        return [(place, one, records.item_of(one)) for place, one in sources]
    places = columns.COLUMNS.places(listed.content["headings"])
    currency = "UAH" if listed.city.country_id == "UA" else "EUR"
    return [
        (number, cells, columns.item_of({code: cells[at] for code, at in places.items()}, currency))
        for number, cells in sources
    ]


def _row(checker: Checker, number: int, source: Any, item: Item) -> Row:
    project, found = checker.project(item.project)
    project.is_demonstration = item.is_demonstration
    row = Row(number, source, item, project, errors=[*item.errors, *_told(Project, found)])
    for name, typed in item.parts.items():
        _add_parts(row, checker, name, typed)
    if row.errors:
        row.verdict = Verdict.ERROR
    return row


def _add_parts(row: Row, checker: Checker, name: str, typed: list[Typed]) -> None:
    model = PARTS[name]._meta.model
    about = capfirst(str(model._meta.verbose_name))
    if len(typed) > MOST_ROWS:
        kinds = model._meta.verbose_name_plural
        row.errors.append(_("More than %(count)s: %(what)s.") % {"count": MOST_ROWS, "what": kinds})
    for place, one in enumerate(typed[:MOST_ROWS], start=1):
        part, found = checker.part(name, {**one, "city": ""})
        if name == "fundingsource":
            part.city_id = one.get("city")
        row.errors += [f"{about} {place}: {text}" for text in _told(model, found)]
        row.parts.append(part)
    if unique := PARTS[name].UNIQUE:
        times = Counter(getattr(part, unique) for part in row.of(name))
        row.errors += [
            f"{about} {value}: {_('This is listed already.')}" for value in times if times[value] > 1
        ]


def _told(model: Any, found: dict[str, list[str]]) -> list[str]:
    """Errors with the names of their fields."""
    return [
        " ".join(texts) if name == "__all__" else f"{field_label(model, name)}: {' '.join(texts)}"
        for name, texts in found.items()
    ]


def _name_funders(rows: Iterable[Row]) -> None:
    """Leave out the numbers of cities that pay where the portal has no such city."""
    sources = [source for row in rows for source in row.of("fundingsource") if source.city_id]
    known = City.objects.in_bulk({source.city_id for source in sources}) if sources else {}
    for source in sources:
        source.city = known.get(source.city_id)


def _compare(city: City, rows: list[Row]) -> None:
    """Say of rows without errors which are there already, or have the title of another project."""
    there = list(Project.objects.filter(city=city).only("slug", "title_en", "title_uk", "state"))
    by_identifier: dict[str, Project | None] = {identifier(one): one for one in there}
    by_title: dict[str, Project | None] = {
        mark: one for one in there for mark in _marks(one.title_en, one.title_uk)
    }
    for row in rows:
        title = next((mark for mark in row.marks if mark in by_title), None)
        if row.item.city not in (None, city.pk):
            row.verdict = Verdict.ELSEWHERE
        elif row.item.identifier in by_identifier:
            row.other = by_identifier[row.item.identifier]
            row.verdict = Verdict.KNOWN if row.other else Verdict.REPEATED
        elif title is not None:
            row.verdict, row.other = Verdict.SIMILAR, by_title[title]
        if row.item.identifier:
            by_identifier.setdefault(row.item.identifier, None)
        by_title |= dict.fromkeys(row.marks - by_title.keys())


def _marks(*titles: str) -> set[str]:
    return {" ".join(title.casefold().split()) for title in titles if title}
