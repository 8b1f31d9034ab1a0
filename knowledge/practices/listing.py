"""What a page of the directory of practices lists, its map, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import ngettext

from cities import exports
from cities.exports import Record
from cities.facets import Rows
from cities.listing import city_url, grouped
from cities.mapping import Cluster, Floats
from cities.result_map import Place, ResultMap
from cities.selection import Selection
from knowledge.models import Practice, PracticeResult
from projects.amounts import amount_in_figures

from .directory import PracticeDirectory, year_of

PROBLEM_LETTERS = 180
ROWS_AT_ONCE = 200
SOURCE = (
    "Practices: Mayors' Portal and the cities named; cities: GeoNames (https://www.geonames.org/), CC BY 4.0"
)
FIELDS = (
    "slug", "city_geonames_id", "city", "country", "title_en", "title_uk", "problem_en", "problem_uk",
    "done_en", "done_uk", "lessons_en", "lessons_uk", "topics", "goals", "sizes", "cost", "currency",
    "started_on", "ended_on", "year", "results", "adopted_by", "published", "demonstration", "url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """One practice of a list."""

    title: str
    url: str
    city: str
    city_url: str
    country: str
    topics: list[str]
    problem: str
    result: PracticeResult | None
    before: str
    after: str
    results: int
    adoptions: int
    year: str
    is_demonstration: bool


def cards(directory: PracticeDirectory, rows: Rows) -> list[PracticeCard]:
    """The practices of some rows."""
    facets, home = directory.facets, reverse("cities")
    countries, topics = directory.labels("country"), directory.labels("topic")
    made = []
    for row in rows.tolist():
        entry, city = directory.entries[row], int(directory.city[row])
        made.append(
            PracticeCard(
                title=entry.title,
                url=reverse("practice", args=[entry.slug]),
                city=directory.cities.name(city),
                city_url=city_url(directory.cities, city, home),
                country=countries[facets["country"].codes_of(row)[0]],
                topics=[topics[code] for code in facets["topic"].codes_of(row)],
                problem=Truncator(entry.problem).chars(PROBLEM_LETTERS),
                result=entry.result,
                before=_figure(entry.result and entry.result.before),
                after=_figure(entry.result and entry.result.after),
                results=entry.results,
                adoptions=len(entry.adopters),
                year=str(entry.year),
                is_demonstration=entry.is_demonstration,
            )
        )
    return made


def _figure(amount: Decimal | None) -> str:
    return "" if amount is None else amount_in_figures(amount)


def csv_response(directory: PracticeDirectory, selection: Selection) -> StreamingHttpResponse:
    """The practices as a spreadsheet."""
    rows = ({**one, "results": _in_a_cell(one["results"])} for one in records(directory, selection))
    return exports.csv_file("practices", FIELDS, rows)


def json_response(directory: PracticeDirectory, selection: Selection) -> StreamingHttpResponse:
    """An object with the query, the source and the list of practices."""
    return exports.json_file("practices", "practices", SOURCE, selection, records(directory, selection))


def _in_a_cell(results: list[Record]) -> list[str]:
    return [
        f"{one['indicator_en'] or one['indicator_uk']}: {one['before'] or '?'} -> {one['after']}"
        f" {one['unit_en'] or one['unit_uk']}".strip()
        for one in results
    ]


def records(directory: PracticeDirectory, selection: Selection) -> Iterator[Record]:
    """The practices of a selection, in its order, with all their texts."""
    ids = directory.ids[selection.rows].tolist()
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        found = Practice.objects.published().with_parts().in_bulk(some)
        yield from (_record(found[key]) for key in some if key in found)


TEXTS = [
    f"{name}_{language}" for name in ("title", "problem", "done", "lessons") for language in ("en", "uk")
]


def _record(practice: Practice) -> Record:
    return {
        "slug": practice.slug,
        "city_geonames_id": practice.city_id,
        "city": practice.city.name,
        "country": practice.city.country_id,
        **{name: getattr(practice, name) for name in TEXTS},
        "topics": [topic.code for topic in practice.topics.all()],
        "goals": list(map(str, practice.goals)),
        "sizes": practice.sizes,
        "cost": None if practice.cost is None else str(practice.cost),
        "currency": "" if practice.cost is None else practice.currency,
        "started_on": practice.started_on and practice.started_on.isoformat(),
        "ended_on": practice.ended_on and practice.ended_on.isoformat(),
        "year": year_of(practice),
        "results": [_result(one) for one in practice.results.all()],
        "adopted_by": [one.city.name for one in practice.adoptions.all()],
        "published": practice.published_at and practice.published_at.date().isoformat(),
        "demonstration": practice.is_demonstration,
        "url": settings.SITE_URL.rstrip("/") + practice.get_absolute_url(),
    }


def _result(one: PracticeResult) -> Record:
    figures = {
        name: None if value is None else str(value)
        for name, value in (("before", one.before), ("after", one.after))
    }
    names = ("indicator_en", "indicator_uk", "unit_en", "unit_uk")
    return {**{name: getattr(one, name) for name in names}, **figures}


class PracticeMap(ResultMap):
    """The practices of a result, each at its city."""

    def __init__(self, directory: PracticeDirectory, selection: Selection) -> None:
        super().__init__(directory, selection)
        self.directory = directory

    def title(self) -> str:
        """How many practices the map shows."""
        total = len(self.selection)
        label = ngettext("Map of %(count)s practice found", "Map of %(count)s practices found", total)
        return label % {"count": grouped(total)}

    def weight(self) -> Floats:
        """The more cities adopted it, the more important."""
        return self.directory.adoptions[self.selection.rows].astype(float)

    def one(self, row: int) -> Place:
        """A practice leads to its page."""
        entry = self.directory.entries[row]
        return Place(f"{entry.title}, {self._city(row)}", reverse("practice", args=[entry.slug]))

    def several(self, row: int, cluster: Cluster) -> str:
        """A cluster is called by the city of the practice most adopted."""
        label = ngettext("%(city)s: %(count)s practice", "%(city)s: %(count)s practices", cluster.count)
        return label % {"city": self._city(row), "count": grouped(cluster.count)}

    def _city(self, row: int) -> str:
        return self.directory.cities.name(int(self.directory.city[row]))
