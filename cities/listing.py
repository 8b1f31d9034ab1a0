"""What a page of a directory shows: facet panel, chips, cards, pager. Built once for both its templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from .directory import SIZES, Directory, Selection, reader_language
from .facets import Rows
from .filters import FACETS, DirectoryQuery

PAGE_SIZE = 24
OPTIONS_SHOWN = 10  # of a facet, before "show all"
TOPICS_SHOWN = 4  # on a card
IN_ORDER = {"size", "member"}  # facets whose values have an order of their own; others go by count
NO_BREAK_SPACE = "\u00a0"


def grouped(number: int) -> str:
    """A whole number with its thousands grouped as the reader's language does it."""
    text = f"{number:,}"
    return text.replace(",", NO_BREAK_SPACE) if reader_language() == "uk" else text


def city_url(directory: Directory, row: int) -> str:
    """The address of a city's page."""
    country = directory.facets["country"].codes_of(row)[0]
    return f"{reverse('cities')}{country.lower()}/{directory.reference.slug[row]}/"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    code: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True)
class FacetGroup:
    """A facet as shown: `options` at once, `more` on demand."""

    name: str
    label: str
    options: list[Option]
    more: list[Option]


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


def facet_groups(directory: Directory, selection: Selection) -> list[FacetGroup]:
    """The facet panel. Values that would list nothing are left out unless chosen."""
    chosen = selection.query.chosen
    names = [name for name in FACETS if name in selection.counts]
    if not {"country", "region"} & chosen.keys():
        names.remove("region")  # of one country they help; of all Europe they are a thousand
    return [group for name in names if (group := _facet_group(directory, selection, name))]


def _facet_group(directory: Directory, selection: Selection, name: str) -> FacetGroup | None:
    codes, counts = directory.facets[name].codes, selection.counts[name]
    chosen, labels = selection.query.chosen.get(name, ()), directory.labels(name)
    places = np.flatnonzero(counts)
    if name not in IN_ORDER:
        places = places[np.argsort(-counts[places], kind="stable")]
    options = [
        Option(codes[place], labels[codes[place]], grouped(int(counts[place])), codes[place] in chosen)
        for place in places.tolist()
        if codes[place]
    ]
    listed = {option.code for option in options}
    options += [
        Option(code, labels[code], "0", True) for code in chosen if code in labels and code not in listed
    ]
    if not options:
        return None
    shown = [option for place, option in enumerate(options) if place < OPTIONS_SHOWN or option.is_chosen]
    more = [option for option in options[OPTIONS_SHOWN:] if not option.is_chosen]
    if len(more) == 1:  # a click for one value is a click too many
        shown, more = shown + more, []
    return FacetGroup(name, str(FACETS[name]), shown, more)


def chips(directory: Directory, query: DirectoryQuery) -> list[Chip]:
    """The filters in force, each with the state without it."""
    found = [
        Chip(name, labels[code], query.toggle(name, code))
        for name, codes in query.chosen.items()
        for labels in [directory.labels(name)]
        for code in codes
        if code in labels
    ]
    if query.q:
        label = _("Name like “%(text)s”") % {"text": query.q}
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
    topics = directory.labels("need")
    made = []
    for row in rows.tolist():
        country, region = facets["country"].codes_of(row)[0], facets["region"].codes_of(row)[0]
        name = directory.name(row)
        names = found_as.get(row, ()) if found_as else ()
        made.append(
            Card(
                row=row,
                name=name,
                url=city_url(directory, row),
                country=countries[country],
                region=regions.get(region, ""),
                population=grouped(int(reference.population[row])),
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


def relaxations(directory: Directory, query: DirectoryQuery, within: Rows | None) -> list[Relaxation]:
    """For a result without cities: single filters whose removal would list some, most first."""
    candidates = [(str(FACETS[name]), query.choosing(name, ()), within) for name in query.chosen]
    if query.bounds:
        candidates.append((_("Part of the map"), query.but(bounds=None), within))
    if query.q:
        candidates.append((_("Name like “%(text)s”") % {"text": query.q}, query.but(q=""), None))
    counted = [
        Relaxation(label, wider.url, count, grouped(count))
        for label, wider, rows in candidates
        for count in [len(directory.select(wider, rows))]
    ]
    return sorted((one for one in counted if one.count), key=lambda one: -one.count)


def size_label(directory: Directory, row: int) -> str:
    """The size band of a city, in words."""
    return str(SIZES[directory.facets["size"].codes_of(row)[0]][1])
