"""What a page of the directory of businesses lists, and its files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import StreamingHttpResponse
from django.urls import reverse

from cities import exports
from cities.facets import Rows
from cities.listing import city_url
from cities.selection import Selection

from .directory import BusinessDirectory

FIELDS = (
    "name", "other_name", "city_geonames_id", "city", "country", "country_name", "region", "region_name",
    "nace_section", "nace_division", "nace_title", "offers", "seeks", "size", "founded", "export_markets",
    "languages", "website", "demonstration", "url",
)  # fmt: skip
SOURCE = "Profiles: Mayors' Portal; cities: GeoNames (https://www.geonames.org/), CC BY 4.0"


@dataclass(frozen=True, slots=True)
class BusinessCard:
    """One business of a list."""

    name: str
    url: str
    city: str
    city_url: str
    country: str
    activity: str
    size: str
    is_demonstration: bool
    offers: list[str]
    needs: list[str]
    other_name: str
    found_as: str


def cards(
    directory: BusinessDirectory, rows: Rows, found_as: Mapping[int, Sequence[str]] | None = None
) -> list[BusinessCard]:
    """The businesses of some rows. `found_as` maps rows to the names that a search found them by."""
    facets, home, cities_home = directory.facets, reverse("businesses"), reverse("cities")
    countries, activities = directory.labels("country"), directory.labels("division")
    trades, sizes = directory.labels("offer"), directory.labels("size")
    made = []
    for row in rows.tolist():
        name, city = directory.name[row], int(directory.city[row])
        names = found_as.get(row, ()) if found_as else ()
        made.append(
            BusinessCard(
                name=name,
                url=f"{home}{directory.slug[row]}/",
                city=directory.cities.name(city),
                city_url=city_url(directory.cities, city, cities_home),
                country=countries[facets["country"].codes_of(row)[0]],
                activity=activities.get(directory.division.codes_of(row)[0], "")[3:],
                size=sizes.get(directory.size.codes_of(row)[0], ""),
                is_demonstration=bool(directory.is_demonstration[row]),
                offers=[trades[code] for code in directory.offer.codes_of(row)],
                needs=[trades[code] for code in directory.need.codes_of(row)],
                other_name=directory.other_name[row],
                found_as=names[0] if names and name not in names else "",
            )
        )
    return made


def csv_response(
    directory: BusinessDirectory,
    selection: Selection,
    name: str = "businesses",
    more: exports.More | None = None,
) -> StreamingHttpResponse:
    """The businesses as a spreadsheet; `more` has further columns of each row, the same for all."""
    fields = [*FIELDS, *next(iter(more.values()), ())] if more else FIELDS
    return exports.csv_file(name, fields, records(directory, selection, more))


def json_response(
    directory: BusinessDirectory,
    selection: Selection,
    name: str = "businesses",
    more: exports.More | None = None,
) -> StreamingHttpResponse:
    """An object with the query, the source and the list of businesses; `more` as for `csv_response`."""
    return exports.json_file(name, "businesses", SOURCE, selection, records(directory, selection, more))


def records(
    directory: BusinessDirectory, selection: Selection, more: exports.More | None = None
) -> Iterator[exports.Record]:
    """The businesses of a selection, in its order, one dictionary each. Contacts are not among it."""
    reference, facets = directory.cities.reference, directory.facets
    countries, regions = directory.labels("country"), directory.labels("region")
    activities = directory.labels("division")
    home = settings.SITE_URL.rstrip("/") + reverse("businesses")
    for row in selection.rows.tolist():
        city = int(directory.city[row])
        country, region = facets["country"].codes_of(row)[0], facets["region"].codes_of(row)[0]
        division = directory.division.codes_of(row)[0]
        yield {
            "name": directory.name[row],
            "other_name": directory.other_name[row],
            "city_geonames_id": int(reference.ids[city]),
            "city": reference.name[city],
            "country": country,
            "country_name": countries[country],
            "region": region,
            "region_name": regions.get(region, ""),
            "nace_section": directory.section.codes_of(row)[0],
            "nace_division": division,
            "nace_title": activities.get(division, "")[3:],
            "offers": list(directory.offer.codes_of(row)),
            "seeks": list(directory.need.codes_of(row)),
            "size": directory.size.codes_of(row)[0],
            "founded": int(directory.founded[row]) or None,
            "export_markets": list(directory.market.codes_of(row)),
            "languages": list(directory.language.codes_of(row)),
            "website": directory.website[row],
            "demonstration": bool(directory.is_demonstration[row]),
            "url": f"{home}{directory.slug[row]}/",
            **(more[row] if more else {}),
        }
