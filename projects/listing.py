"""What a page of the directory of projects lists, its map, and its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import ngettext

from cities import exports
from cities.facets import Rows
from cities.listing import city_url, grouped
from cities.mapping import Cluster, Floats
from cities.result_map import Place, ResultMap
from cities.selection import Selection

from .amounts import amount_in_words
from .directory import Entry, ProjectDirectory, narrowest
from .models import Project
from .open_data import oc4ids, tables
from .shares import Share, shares_of

SUMMARY_LETTERS = 160
ROWS_AT_ONCE = 200
SOURCE = "Projects: Mayors' Portal; cities: GeoNames (https://www.geonames.org/), CC BY 4.0"


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """One project of a list."""

    title: str
    url: str
    city: str
    city_url: str
    country: str
    status: str
    sectors: list[str]
    needs: list[str]
    summary: str
    budget: str
    gap: str
    shares: list[Share]
    steps: int
    steps_done: int
    is_demonstration: bool


def cards(directory: ProjectDirectory, rows: Rows) -> list[ProjectCard]:
    """The projects of some rows."""
    facets, cities_home = directory.facets, reverse("cities")
    countries, statuses = directory.labels("country"), directory.labels("status")
    sectors, needs = directory.labels("sector"), directory.labels("need")
    made = []
    for row in rows.tolist():
        entry, city = directory.entries[row], int(directory.city[row])
        made.append(
            ProjectCard(
                title=entry.title,
                url=reverse("project", args=[entry.slug]),
                city=directory.cities.name(city),
                city_url=city_url(directory.cities, city, cities_home),
                country=countries[facets["country"].codes_of(row)[0]],
                status=statuses.get(facets["status"].codes_of(row)[0], ""),
                sectors=[sectors[code] for code in narrowest(facets["sector"].codes_of(row))],
                needs=[needs[code] for code in facets["need"].codes_of(row)],
                summary=Truncator(entry.summary).chars(SUMMARY_LETTERS),
                budget=_amount(entry.money.budget, entry),
                gap=_amount(entry.money.gap, entry),
                shares=shares_of(entry.money),
                steps=entry.steps,
                steps_done=entry.steps_done,
                is_demonstration=entry.is_demonstration,
            )
        )
    return made


def _amount(amount: Decimal | None, entry: Entry) -> str:
    return "" if amount is None else amount_in_words(amount, entry.currency)


def csv_response(directory: ProjectDirectory, selection: Selection) -> StreamingHttpResponse:
    """The projects as a spreadsheet, with the columns of the open data."""
    return exports.csv_file("projects", list(tables.MEANINGS), records(directory, selection))


def json_response(directory: ProjectDirectory, selection: Selection) -> StreamingHttpResponse:
    """An object with the query, the source and the list of projects."""
    rows = records(directory, selection)
    return exports.json_file("projects", "projects", SOURCE, selection, rows, oc4ids.dumps)


def records(directory: ProjectDirectory, selection: Selection) -> Iterator[oc4ids.Record]:
    """The projects of a selection, in its order, one flat record each."""
    ids = directory.ids[selection.rows].tolist()
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        found = Project.objects.public().with_open_data().in_bulk(some)
        yield from tables.records(found[key] for key in some if key in found)


class ProjectMap(ResultMap):
    """The projects of a result, each at its place, or its city's where that is not stated."""

    def __init__(self, directory: ProjectDirectory, selection: Selection) -> None:
        super().__init__(directory, selection)
        self.directory = directory

    def title(self) -> str:
        """How many projects the map shows."""
        total = len(self.selection)
        label = ngettext("Map of %(count)s project found", "Map of %(count)s projects found", total)
        return label % {"count": grouped(total)}

    def weight(self) -> Floats:
        """The larger the budget, the more important."""
        return self.directory.budget[self.selection.rows]

    def one(self, row: int) -> Place:
        """A project leads to its page."""
        entry = self.directory.entries[row]
        return Place(f"{entry.title}, {self._city(row)}", reverse("project", args=[entry.slug]))

    def several(self, row: int, cluster: Cluster) -> str:
        """A cluster is called by the city of its largest project."""
        label = ngettext("%(city)s: %(count)s project", "%(city)s: %(count)s projects", cluster.count)
        return label % {"city": self._city(row), "count": grouped(cluster.count)}

    def _city(self, row: int) -> str:
        return self.directory.cities.name(int(self.directory.city[row]))
