"""What a page of a directory of organisations lists, and its files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse

from cities.exports import Record
from cities.facets import Rows
from cities.listing import city_url, listed, relaxations
from cities.result_map import ResultMap
from cities.search import Found, suggestions
from cities.selection import Selection

from .directory import OrganisationDirectory

FOUND_ELSEWHERE = 3  # organisations shown that a search found outside the filters
SOURCE = "Profiles: Mayors' Portal; cities: GeoNames (https://www.geonames.org/), CC BY 4.0"
FoundAs = Mapping[int, Sequence[str]] | None
Columns = TypeVar("Columns", bound=OrganisationDirectory)


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """One organisation of a list."""

    name: str
    url: str
    city: str
    city_url: str
    country: str
    is_demonstration: bool
    other_name: str
    found_as: str


def heads(
    directory: OrganisationDirectory, rows: Rows, home: str, found_as: FoundAs
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the cards of some rows have in common, row by row. `home` is the name of the directory's address.

    `found_as` maps rows to the names that a search found them by.
    """
    seat, countries = directory.seats["country"], directory.labels("country")
    home, cities_home = reverse(home), reverse("cities")
    for row in rows.tolist():
        name, city = directory.name[row], int(directory.city[row])
        names = found_as.get(row, ()) if found_as else ()
        yield (
            row,
            {
                "name": name,
                "url": f"{home}{directory.slug[row]}/",
                "city": directory.cities.name(city),
                "city_url": city_url(directory.cities, city, cities_home),
                "country": countries[seat.codes_of(row)[0]],
                "is_demonstration": bool(directory.is_demonstration[row]),
                "other_name": directory.other_name[row],
                "found_as": names[0] if names and name not in names else "",
            },
        )


def records(
    directory: OrganisationDirectory, selection: Selection, home: str
) -> Iterator[tuple[int, Record]]:
    """What the files say of the organisations of a selection, in its order, whatever their kind.

    `home` is the name of the directory's address. Contacts are not among it.
    """
    reference, seats = directory.cities.reference, directory.seats
    countries, regions = directory.labels("country"), directory.labels("region")
    address = settings.SITE_URL.rstrip("/") + reverse(home)
    for row in selection.rows.tolist():
        city = int(directory.city[row])
        country, region = seats["country"].codes_of(row)[0], seats["region"].codes_of(row)[0]
        yield (
            row,
            {
                "name": directory.name[row],
                "other_name": directory.other_name[row],
                "city_geonames_id": int(reference.ids[city]),
                "city": reference.name[city],
                "country": country,
                "country_name": countries[country],
                "region": region,
                "region_name": regions.get(region, ""),
                "languages": list(directory.language.codes_of(row)),
                "website": directory.website[row],
                "demonstration": bool(directory.is_demonstration[row]),
                "url": f"{address}{directory.slug[row]}/",
            },
        )


def results(
    at_hand: Columns,
    selection: Selection,
    found: Found | None,
    cards: Callable[[Columns, Rows, FoundAs], Sequence[OrganisationCard]],
    map_of: Callable[[Columns, Selection], ResultMap],
) -> dict[str, Any]:
    """What the block of results shows, but for its words, orders and views."""
    around, rows = listed(at_hand, selection)
    query, total = selection.query, len(selection)
    is_map = query.view == "map"
    nothing_found = found is not None and not len(found.rows)
    return {
        **around,
        "map": map_of(at_hand, selection).html() if total and is_map else "",
        "cards": [] if is_map else cards(at_hand, rows, found.names(at_hand, rows) if found else None),
        "relaxations": [] if total else relaxations(at_hand, query, found.rows if found else None),
        "elsewhere": cards(at_hand, found.rows[:FOUND_ELSEWHERE], None) if found and not total else [],
        "suggestions": [(name, query.but(q=name).url) for name in suggestions(found.key, found.table)]
        if found and nothing_found
        else [],
        "is_empty": not len(at_hand),
    }
