"""Pictures of tables: lines and stacked columns over months, and stacked bars.

All places are in per cent of the picture, so that texts keep their size on every screen. What a colour says a
shape, a dash or a pattern says too; the table says it all again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from babel.numbers import format_compact_decimal
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.directory import reader_language
from cities.listing import grouped
from projects.tables import Row, Table

TOP, BOTTOM, EDGE = 8.0, 88.0, 93.0
MOST_TICKS = 5
MOST_MARKS = 36
MOST_BARS = 15
COLUMN = 0.7
"""Of the space that a month has."""
LINES = ("c1", "c2", "c3")
STACK = ("c3", "c2", "c4", "c1", "c5")
"""Classes that the style sheet knows, in the order in which columns take them."""


class Tick(NamedTuple):
    """A line across the picture, and what it means; or a place below it, perhaps at the edge."""

    at: float
    label: str
    is_at_the_edge: bool = False


class Segment(NamedTuple):
    """A piece of a line."""

    x1: float
    y1: float
    x2: float
    y2: float


class Mark(NamedTuple):
    """A value: its place, its size where it is a piece of a column or of a bar, and what it says."""

    x: float
    y: float
    says: str = ""
    width: float = 0.0
    height: float = 0.0


@dataclass
class Series:
    """One column of the table as it is drawn, in one style."""

    style: str
    label: str
    segments: list[Segment] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """A picture over months. kind: lines or stack."""

    code: str
    kind: str
    title: str
    description: str
    ticks: Sequence[Tick]
    months: Sequence[Tick]
    series: Sequence[Series]


class Bar(NamedTuple):
    """A group with its pieces, in per cent of the longest group."""

    label: str
    address: str
    pieces: Sequence[tuple[str, Mark]]


def value_of(number: Any) -> float | None:
    """How high a number is drawn: what is told as "fewer than" lies on the ground, None nowhere."""
    if number is None:
        return None
    return 0.0 if isinstance(number, str) else float(number)


def ticks(highest: float) -> list[float]:
    """Round numbers from 0 to the first that is not below `highest`: MOST_TICKS at most, beside 0."""
    size = 1.0
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * MOST_TICKS >= highest:
                count = max(1, -int(-highest // step))
                return [step * number for number in range(count + 1)]
        size *= 10


def lines(table: Table, *names: str) -> Chart | None:
    """Columns of a table over months as lines; a gap where nothing is known. None without any value."""
    values = {name: [value_of(row[name]) for row in table.rows] for name in names}
    highest = max((one for column in values.values() for one in column if one is not None), default=0.0)
    if not highest:
        return None
    scale = ticks(highest)
    drawn = []
    for style, name in zip(LINES, names, strict=False):
        series = Series(style, _label(table, name))
        places = [
            None if value is None else (_across(number, len(table.rows)), _up(value, scale[-1]))
            for number, value in enumerate(values[name])
        ]
        for here, there in pairwise(places):
            if here and there:
                series.segments.append(Segment(*here, *there))
        every = -(-len(places) // MOST_MARKS)
        for place, row in list(zip(places, table.rows, strict=True))[::-1][::every]:
            if place:
                series.marks.append(Mark(*place, _says(series.label, row, name)))
        drawn.append(series)
    return _chart("lines", table, scale, drawn, names)


def stack(table: Table, *names: str) -> Chart | None:
    """Columns of a table over months, one upon the other. None without any value."""
    heights = [sum(value_of(row[name]) or 0.0 for name in names) for row in table.rows]
    if not any(heights):
        return None
    scale, count = ticks(max(heights)), len(table.rows)
    drawn = [Series(style, _label(table, name)) for style, name in zip(STACK, names, strict=False)]
    width = 100 * COLUMN / count
    for number, row in enumerate(table.rows):
        ground = 0.0
        for series, name in zip(drawn, names, strict=False):
            if value := value_of(row[name]):
                low, high = _up(ground, scale[-1]), _up(ground + value, scale[-1])
                left = _across(number, count) - width / 2
                series.marks.append(Mark(left, high, _says(series.label, row, name), width, low - high))
                ground += value
    return _chart("stack", table, scale, drawn, names)


def bars(table: Table, group: str, *names: str) -> list[Bar]:
    """The first rows of a table as bars, pieces one after the other; none without any value."""
    rows = [row for row in table.rows if any(value_of(row[name]) for name in names)][:MOST_BARS]
    longest = max((sum(value_of(row[name]) or 0.0 for name in names) for row in rows), default=0.0)
    found = []
    for row in rows:
        pieces, start = [], 0.0
        for style, name in zip(LINES, names, strict=False):
            if width := 100 * (value_of(row[name]) or 0.0) / longest:
                pieces.append((style, Mark(start, 0, width=width)))
                start += width
        label, address = row[group] if isinstance(row[group], tuple) else (row[group], "")
        found.append(Bar(label, address, pieces))
    return found


def legend(table: Table, *names: str) -> list[tuple[str, str]]:
    """The styles of bars with what they mean."""
    return [(style, _label(table, name)) for style, name in zip(LINES, names, strict=False)]


def in_short(number: float) -> str:
    """A number beside a line across the picture: whole, or as 1.2M."""
    if number < 10_000:
        return grouped(round(number))
    return str(format_compact_decimal(number, fraction_digits=1, locale=reader_language()))


def _chart(
    kind: str, table: Table, scale: Sequence[float], series: Sequence[Series], names: Sequence[str]
) -> Chart:
    return Chart(
        code=table.code,
        kind=kind,
        title=table.title,
        description=_described(table, series, names),
        ticks=[Tick(_up(one, scale[-1]), in_short(one)) for one in scale],
        months=_months(table.rows),
        series=series,
    )


def _described(table: Table, series: Sequence[Series], names: Sequence[str]) -> str:
    """The picture in sentences: the period, and for each column its first and last number."""
    first, last = table.rows[0], table.rows[-1]
    period = _("From %(first)s to %(last)s.") % {"first": _month(first), "last": _month(last)}
    told = [
        _("%(what)s: %(before)s at the beginning, %(after)s at the end.")
        % {"what": one.label, "before": _number(first[name]), "after": _number(last[name])}
        for one, name in zip(series, names, strict=False)
    ]
    return " ".join([period, *told])


def _number(number: Any) -> str:
    if number is None:
        return _("not known")
    return number if isinstance(number, str) else grouped(round(number))


def _says(label: str, row: Row, name: str) -> str:
    return f"{label}, {_month(row)}: {_number(row[name])}"


def _month(row: Row) -> str:
    return str(date_format(row["month"], "F Y"))


def _months(rows: Sequence[Row]) -> list[Tick]:
    """Some of the months, the last one among them, so far apart that they do not touch on a telephone."""
    every = max(1, -(-len(rows) // 4))
    places = [(_across(number, len(rows)), number) for number in range(len(rows) - 1, -1, -every)]
    return [Tick(place, date_format(rows[number]["month"], "M Y"), place > EDGE) for place, number in places]


def _label(table: Table, name: str) -> str:
    return next(str(column.label) for column in table.columns if column.name == name)


def _across(number: int, count: int) -> float:
    return 100 * (number + 0.5) / count


def _up(value: float, highest: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / highest
