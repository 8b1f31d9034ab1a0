"""What a page of the directory of businesses lists, and its files."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import StreamingHttpResponse

from cities import exports, nace
from cities.facets import Rows
from cities.selection import Selection
from partnerships.organisations import listing
from partnerships.organisations.listing import SOURCE, FoundAs, OrganisationCard

from .directory import BusinessDirectory

FIELDS = (
    "name", "other_name", "city_geonames_id", "city", "country", "country_name", "region", "region_name",
    "nace_section", "nace_division", "nace_code", "nace_title", "offers", "seeks", "size", "founded",
    "export_markets", "languages", "website", "demonstration", "url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BusinessCard(OrganisationCard):
    """One business of a list."""

    activity: str
    size: str
    offers: list[str]
    needs: list[str]


def cards(directory: BusinessDirectory, rows: Rows, found_as: FoundAs = None) -> list[BusinessCard]:
    """The businesses of some rows. `found_as` maps rows to the names that a search found them by."""
    trades, sizes = directory.labels("offer"), directory.labels("size")
    return [
        BusinessCard(
            **head,
            activity=nace.title(directory.activity.codes_of(row)[0]),
            size=sizes.get(directory.size.codes_of(row)[0], ""),
            offers=[trades[code] for code in directory.offer.codes_of(row)],
            needs=[trades[code] for code in directory.need.codes_of(row)],
        )
        for row, head in listing.heads(directory, rows, "businesses", found_as)
    ]


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
    for row, record in listing.records(directory, selection, "businesses"):
        activity = directory.activity.codes_of(row)[0]
        said = {
            "nace_section": directory.section.codes_of(row)[0],
            "nace_division": directory.division.codes_of(row)[0],
            "nace_code": activity,
            "nace_title": nace.title(activity),
            "offers": list(directory.offer.codes_of(row)),
            "seeks": list(directory.need.codes_of(row)),
            "size": directory.size.codes_of(row)[0],
            "founded": int(directory.founded[row]) or None,
            "export_markets": list(directory.market.codes_of(row)),
        }
        yield {**record, **said, **(more[row] if more else {})}
