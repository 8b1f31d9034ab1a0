"""What a page of a directory shows: facet panel, chips, cards, pager. Built once for both its templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from .directory import SIZES, Directory, reader_language
from .facets import Rows
from .filters import DirectoryQuery
from .selection import Selectable, Selection

PAGE_SIZE = 24
OPTIONS_SHOWN = 10  # of a facet, before "show all"
MOST_EXPANDED = 1500  # of a facet, after it
TOPICS_SHOWN = 4  # on a card
NO_BREAK_SPACE = "\u00a0"


def grouping() -> Callable[[int], str]:
    """A function that writes whole numbers with their thousands grouped as the reader's language does it."""
    if reader_language() == "uk":
        return lambda number: f"{number:,}".replace(",", NO_BREAK_SPACE)
    return lambda number: f"{number:,}"


def grouped(number: int) -> str:
    """A whole number as `grouping` writes it."""
    return grouping()(number)


def city_url(directory: Directory, row: int, home: str) -> str:
    """The address of a city's page; `home` is the directory's."""
    country = directory.facets["country"].codes_of(row)[0]
    return f"{home}{country.lower()}/{directory.reference.slug[row]}/"


class Option(NamedTuple):
    """One value of a facet."""

    code: str
    label: str
    cities: str
    is_chosen: bool


@dataclass(frozen=True)
class FacetGroup:
    """A facet as shown; `hidden` is how many more values it has. A long one can be expanded by a link."""

    name: str
    label: str
    options: list[Option]
    hidden: int
    is_long: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the state without it."""

    facet: str
    label: str
    without: DirectoryQuery


@dataclass(frozen=True, slots=True)
class Card:
    """One city of a list."""

    row: int
    name: str
    url: str
    country: str
    region: str
    population: str
    is_member: bool
    is_demonstration: bool
    needs: list[str]
    offers: list[str]
    twinnings: int
    found_as: str


@dataclass(frozen=True)
class Pager:
    """Where in the result a page is. `numbers` are pages to link to, None for a gap."""

    page: int
    pages: int
    first: int
    last: int
    numbers: list[int | None]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A filter that could be removed from a result without cities, and what that would list."""

    label: str
    url: str
    count: int
    shown: str


def facet_groups(directory: Selectable, selection: Selection) -> list[FacetGroup]:
    """The facet panel. Values that would list nothing are left out unless chosen."""
    query = selection.query
    names = [
        name
        for name in query.FACETS
        if name in selection.counts
        and (name not in query.NARROWER or query.chosen.keys() & set(query.NARROWER[name]))
    ]
    return [group for name in names if (group := _facet_group(directory, selection, name))]


def _facet_group(directory: Selectable, selection: Selection, name: str) -> FacetGroup | None:
    codes, counts = directory.facets[name].codes, selection.counts[name]
    chosen, labels, write = selection.query.chosen.get(name, ()), directory.labels(name), grouping()
    found = np.flatnonzero(counts)
    if name not in selection.query.IN_ORDER:
        found = found[np.argsort(-counts[found], kind="stable")]
    places = [place for place in found.tolist() if codes[place]]
    is_long = len(places) > OPTIONS_SHOWN + 1  # a click for one value more is a click too many
    is_open = name in selection.query.expanded or not is_long
    shown = places[: MOST_EXPANDED if is_open else OPTIONS_SHOWN]
    listed = [codes[place] for place in shown]
    options = [
        Option(code, labels[code], write(int(counts[place])), code in chosen)
        for code, place in zip(listed, shown, strict=True)
    ]
    options += [
        Option(code, labels[code], write(int(counts[directory.facets[name].place[code]])), True)
        for code in chosen
        if code in labels and code not in listed
    ]
    if not options:
        return None
    listed_now = sum(bool(counts[directory.facets[name].place[option.code]]) for option in options)
    hidden = 0 if is_open else len(places) - listed_now
    return FacetGroup(name, str(selection.query.FACETS[name]), options, hidden, is_long)


def chips(directory: Selectable, query: DirectoryQuery) -> list[Chip]:
    """The filters in force, each with the state without it."""
    found = [
        Chip(name, labels[code], query.toggle(name, code))
        for name, codes in query.chosen.items()
        for labels in [directory.labels(name)]
        for code in codes
        if code in labels
    ]
    if query.q:
        label = str(query.SEARCHED) % {"text": query.q}
        found.insert(0, Chip("q", label, query.but(q="")))
    if query.bounds:
        found.append(Chip("bounds", _("Part of the map"), query.but(bounds=None)))
    return found


def cards(
    directory: Directory, rows: Rows, found_as: Mapping[int, Sequence[str]] | None = None
) -> list[Card]:
    """The cities of some rows. `found_as` maps rows to the names that a search found them by."""
    reference, statements, facets = directory.reference, directory.statements, directory.facets
    countries, regions = directory.labels("country"), directory.labels("region")
    topics, home, write = directory.labels("need"), reverse("cities"), grouping()
    made = []
    for row in rows.tolist():
        country, region = facets["country"].codes_of(row)[0], facets["region"].codes_of(row)[0]
        name = directory.name(row)
        names = found_as.get(row, ()) if found_as else ()
        made.append(
            Card(
                row=row,
                name=name,
                url=city_url(directory, row, home),
                country=countries[country],
                region=regions.get(region, ""),
                population=write(int(reference.population[row])),
                is_member=statements.member.sets[row] == 0,
                is_demonstration=row in statements.demonstration,
                needs=[topics[code] for code in statements.need.codes_of(row)],
                offers=[topics[code] for code in statements.offer.codes_of(row)],
                twinnings=int(directory.ties.count[row]),
                found_as=names[0] if names and name not in names else "",
            )
        )
    return made


def pager(query: DirectoryQuery, total: int) -> Pager:
    """Pages of a result; a page beyond the last one is the last one."""
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(query.page, pages)
    near = sorted({1, 2, page - 1, page, page + 1, pages - 1, pages} & set(range(1, pages + 1)))
    numbers: list[int | None] = []
    for number in near:
        previous = numbers[-1] if numbers else number - 1
        if previous is not None and number - previous == 2:
            numbers.append(number - 1)
        elif previous is not None and number - previous > 2:
            numbers.append(None)
        numbers.append(number)
    first = (page - 1) * PAGE_SIZE
    return Pager(page, pages, min(first + 1, total), min(first + PAGE_SIZE, total), numbers)


def listed(directory: Selectable, selection: Selection) -> tuple[dict[str, Any], Rows]:
    """What results of any directory show around their list, and the rows of the page asked for."""
    query, total = selection.query, len(selection)
    pages = pager(query, total)
    context = {
        "query": query,
        "total": total,
        "unknown": selection.unknown,
        "facets": facet_groups(directory, selection),
        "chips": chips(directory, query),
        "pager": pages,
    }
    return context, selection.rows[(pages.page - 1) * PAGE_SIZE : pages.page * PAGE_SIZE]


def relaxations(
    directory: Selectable, query: DirectoryQuery, within: Rows | None, unsearched: Rows | None = None
) -> list[Relaxation]:
    """For a result without cities: single filters whose removal would list some, most first.

    `within` are the rows that the search leaves, `unsearched` those it chose from; None for all cities.
    """
    candidates = [(str(query.FACETS[name]), query.choosing(name, ()), within) for name in query.chosen]
    if query.bounds:
        candidates.append((_("Part of the map"), query.but(bounds=None), within))
    if query.q:
        candidates.append((str(query.SEARCHED) % {"text": query.q}, query.but(q=""), unsearched))
    counted = [
        Relaxation(label, wider.url, count, grouped(count))
        for label, wider, rows in candidates
        for count in [len(directory.select(wider, rows))]
    ]
    return sorted((one for one in counted if one.count), key=lambda one: -one.count)


def size_label(directory: Directory, row: int) -> str:
    """The size band of a city, in words."""
    return str(SIZES[directory.facets["size"].codes_of(row)[0]][1])
