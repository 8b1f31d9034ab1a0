"""What a page of the directory of financial partners lists, and its files."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import StreamingHttpResponse
from django.utils.formats import date_format

from cities import exports
from cities.editing import plain
from cities.facets import Rows
from cities.selection import Selection
from partnerships.organisations import listing
from partnerships.organisations.listing import SOURCE, FoundAs, OrganisationCard

from . import money
from .directory import FinancialDirectory
from .models import FundingCall

FIELDS = (
    "name", "other_name", "city_geonames_id", "city", "country", "country_name", "region", "region_name",
    "institution", "scope", "offers", "applicants", "topics", "countries", "ticket_from", "ticket_to",
    "currency", "calls", "next_deadline", "languages", "website", "demonstration", "url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FinancialCard(OrganisationCard):
    """One financial partner of a list."""

    institution: str
    scope: str
    offers: list[str]
    ticket: str
    call: str
    deadline: str


def cards(directory: FinancialDirectory, rows: Rows, found_as: FoundAs = None) -> list[FinancialCard]:
    """The partners of some rows. `found_as` maps rows to the names that a search found them by."""
    institutions, scopes = directory.labels("institution"), directory.labels("scope")
    instruments, calls = directory.labels("instrument"), directory.labels("call")
    return [
        FinancialCard(
            **head,
            institution=institutions.get(directory.institution.codes_of(row)[0], ""),
            scope=scopes.get(directory.scope.codes_of(row)[0], ""),
            offers=[instruments[code] for code in directory.instrument.codes_of(row)],
            ticket=money.range_in_words(*directory.tickets[row]),
            call=calls[directory.call.codes_of(row)[0]],
            deadline=date_format(day, "DATE_FORMAT") if (day := directory.next_deadline(row)) else "",
        )
        for row, head in listing.heads(directory, rows, "financial-partners", found_as)
    ]


def csv_response(directory: FinancialDirectory, selection: Selection) -> StreamingHttpResponse:
    """The partners as a spreadsheet."""
    return exports.csv_file("financial-partners", FIELDS, records(directory, selection))


def json_response(directory: FinancialDirectory, selection: Selection) -> StreamingHttpResponse:
    """An object with the query, the source and the list of partners."""
    rows = records(directory, selection)
    return exports.json_file("financial-partners", "financial_partners", SOURCE, selection, rows)


def records(directory: FinancialDirectory, selection: Selection) -> Iterator[exports.Record]:
    """The partners of a selection, in its order, one dictionary each. Contacts are not among it.

    Sums are texts of digits, so that they stay exact; days are ISO texts.
    """
    for row, record in listing.records(directory, selection, "financial-partners"):
        low, high, currency = directory.tickets[row]
        more = {
            "institution": directory.institution.codes_of(row)[0],
            "scope": directory.scope.codes_of(row)[0],
            "offers": list(directory.instrument.codes_of(row)),
            "applicants": list(directory.applicant.codes_of(row)),
            "topics": list(directory.topic.codes_of(row)),
            "countries": list(directory.served.codes_of(row)),
            "ticket_from": plain(low),
            "ticket_to": plain(high),
            "currency": currency,
            "calls": [code for code in directory.call.codes_of(row) if code in FundingCall.Status],
            "next_deadline": plain(directory.next_deadline(row)),
        }
        yield {**record, **more}
