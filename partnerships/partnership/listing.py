"""What a page of the register lists: cards, the network of ties on a map, figures, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities import mapping
from cities.exports import Record
from cities.facets import Rows
from cities.listing import city_url, grouped
from cities.selection import Selection

from .register import Entry, Register

SOURCE = "Partnerships: Mayors' Portal; cities: GeoNames (https://www.geonames.org/), CC BY 4.0"
FIELDS = (
    "number", "one", "one_kind", "one_city_geonames_id", "one_city", "one_country", "other", "other_kind",
    "other_city_geonames_id", "other_city", "other_country", "stage", "since", "twin_cities_since", "topics",
    "demonstration", "url",
)  # fmt: skip
UKRAINE = "UA"
MONTHS = 12


class ShownSide(NamedTuple):
    """A side of a card: name, address, where it is."""

    name: str
    url: str
    place: str


@dataclass(frozen=True, slots=True)
class Card:
    """One partnership of a list."""

    sides: list[ShownSide]
    url: str
    stage: str
    since: str
    topics: list[str]
    is_demonstration: bool


def cards(register: Register, rows: Rows) -> list[Card]:
    """The partnerships of some rows."""
    stages, topics = register.labels("stage"), register.labels("topic")
    countries = register.labels("country")
    made = []
    for entry in entries(register, rows):
        sides = []
        for side in entry.sides:
            country = countries[register.cities.facets["country"].codes_of(side.city)[0]]
            city = register.cities.name(side.city)
            place = country if side.kind == "city" else f"{city}, {country}"
            sides.append(ShownSide(side.shown, side.url, place))
        said = [topics[code] for code in entry.topics]
        since = date_format(entry.since, "DATE_FORMAT")
        made.append(Card(sides, entry.url, stages[entry.stage], since, said, entry.is_demonstration))
    return made


def entries(register: Register, rows: Rows) -> list[Entry]:
    """The partnerships of some rows, in their order."""
    return [register.entries[row] for row in rows.tolist()]


def network(register: Register, selection: Selection) -> str:
    """The map of the ties of a selection: a mark a city, a line between two that are tied."""
    pairs = [[side.city for side in one.sides] for one in entries(register, selection.rows)]
    home = reverse("cities")
    ties = Counter(city for pair in pairs for city in set(pair))
    rows = np.array(sorted(ties), dtype=np.int64)
    reference = register.cities.reference
    x, y = mapping.project(reference.latitude[rows], reference.longitude[rows])
    at = dict(zip(rows.tolist(), zip(x.tolist(), y.tolist(), strict=True), strict=True))
    window = mapping.window_around(x, y) if selection.query.is_filtered else mapping.EVERYWHERE
    marks = [
        mapping.Mark(
            x=px,
            y=py,
            radius=(5 + 2 * min(ties[city], 5)) * window.unit,
            label=_tied(register, city, ties[city]),
            url=city_url(register.cities, city, home),
            kind="member",
        )
        for city, (px, py) in at.items()
    ]
    lines = {tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]}
    paths = [mapping.tie_path(*at[one], *at[other]) for one, other in sorted(lines)]
    text = ngettext(
        "Map of the ties of %(count)s partnership", "Map of the ties of %(count)s partnerships", len(pairs)
    )
    picture = mapping.Picture(text % {"count": grouped(len(pairs))}, window, marks, paths)
    return render_to_string("components/map.html", {"map": picture})


def _tied(register: Register, city: int, count: int) -> str:
    text = ngettext("%(city)s: %(count)s partnership", "%(city)s: %(count)s partnerships", count)
    return text % {"city": register.cities.name(city), "count": grouped(count)}


class Bar(NamedTuple):
    """A line of a chart: its label, its number, and its length in percent of the longest."""

    label: str
    number: int
    width: float


@dataclass(frozen=True)
class Chart:
    """A chart, which is a table too."""

    title: str
    of: str
    bars: list[Bar]


def charts(register: Register, selection: Selection) -> list[Chart]:
    """New ones a month, Ukraine and the rest of Europe, topics: of a selection."""
    found = entries(register, selection.rows)
    topics = register.labels("topic")
    by_topic = Counter(code for one in found for code in one.topics)
    where = Counter(_where(register, one) for one in found)
    return [
        Chart(_("New a month"), _("Month"), _bars(_months(found))),
        Chart(
            _("Ukraine and the rest of Europe"),
            _("Between"),
            _bars(
                [
                    (_("Ukraine and the rest of Europe"), where[1]),
                    (_("Within Ukraine"), where[2]),
                    (_("Within the rest of Europe"), where[0]),
                ]
            ),
        ),
        Chart(
            _("By topic"),
            _("Topic"),
            _bars([(topics[code], count) for code, count in by_topic.most_common()]),
        ),
    ]


def _where(register: Register, entry: Entry) -> int:
    """How many of the two sides are in Ukraine."""
    country = register.cities.facets["country"]
    return sum(country.codes_of(side.city)[0] == UKRAINE for side in entry.sides)


def _months(found: Iterable[Entry]) -> list[tuple[str, int]]:
    """How many were begun in each of the last MONTHS months, this one included, the oldest first."""
    counts = Counter((one.since.year, one.since.month) for one in found)
    today = timezone.localdate()
    last = today.year * 12 + today.month - 1
    months = [divmod(number, 12) for number in range(last - MONTHS + 1, last + 1)]
    return [
        (date_format(date(year, month + 1, 1), "YEAR_MONTH_FORMAT"), counts[year, month + 1])
        for year, month in months
    ]


def _bars(counted: list[tuple[str, int]]) -> list[Bar]:
    most = max((count for _label, count in counted), default=0) or 1
    return [Bar(label, count, 100 * count / most) for label, count in counted]


def records(register: Register, selection: Selection) -> Iterator[Record]:
    """What the files say of the partnerships of a selection, in its order."""
    reference = register.cities.reference
    site = settings.SITE_URL.rstrip("/")
    for entry in entries(register, selection.rows):
        sides: Record = {}
        for name, side in zip(("one", "other"), entry.sides, strict=True):
            sides |= {
                name: side.name,
                f"{name}_kind": side.kind,
                f"{name}_city_geonames_id": int(reference.ids[side.city]),
                f"{name}_city": reference.name[side.city],
                f"{name}_country": register.cities.facets["country"].codes_of(side.city)[0],
            }
        yield {
            "number": entry.number,
            **sides,
            "stage": entry.stage,
            "since": entry.since.isoformat(),
            "twin_cities_since": entry.twins_since,
            "topics": list(entry.topics),
            "demonstration": entry.is_demonstration,
            "url": site + entry.url,
        }
