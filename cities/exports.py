"""Everything a state of the directory lists, as a file. Rows are written as they are sent."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .directory import Directory
from .listing import city_url
from .selection import Selection

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SOURCE = "GeoNames (https://www.geonames.org/), CC BY 4.0; profiles: Mayors' Portal"
LIST_SEPARATOR = "; "
ROWS_A_CHUNK = 500
FIELDS = (
    "geonames_id", "name", "name_uk", "country", "country_name", "region", "region_name", "population",
    "latitude", "longitude", "member", "demonstration", "looks_for", "offers", "languages", "twinnings",
    "twinned_countries", "url",
)  # fmt: skip
Record = dict[str, Any]
More = Mapping[int, Mapping[str, Any]]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_response(
    directory: Directory, selection: Selection, name: str = "cities", more: More | None = None
) -> StreamingHttpResponse:
    """The cities as a spreadsheet.

    `more` has further columns of each row of the directory, the same for all.
    """
    fields = [*FIELDS, *next(iter(more.values()), ())] if more else FIELDS
    return csv_file(name, fields, records(directory, selection, more))


def json_response(
    directory: Directory, selection: Selection, name: str = "cities", more: More | None = None
) -> StreamingHttpResponse:
    """An object with the query, the source and the list of cities; `more` as for `csv_response`."""
    return json_file(name, "cities", SOURCE, selection, records(directory, selection, more))


def records(directory: Directory, selection: Selection, more: More | None = None) -> Iterator[Record]:
    """The cities of a selection, in its order, one dictionary each."""
    reference, statements, facets = directory.reference, directory.statements, directory.facets
    countries, regions = directory.labels("country"), directory.labels("region")
    home = settings.SITE_URL.rstrip("/") + reverse("cities")
    for row in selection.rows.tolist():
        country, region = facets["country"].codes_of(row)[0], facets["region"].codes_of(row)[0]
        yield {
            "geonames_id": int(reference.ids[row]),
            "name": reference.name[row],
            "name_uk": reference.name_uk[row],
            "country": country,
            "country_name": countries[country],
            "region": region,
            "region_name": regions.get(region, ""),
            "population": int(reference.population[row]),
            "latitude": float(reference.latitude[row]),
            "longitude": float(reference.longitude[row]),
            "member": statements.member.codes_of(row) == ("yes",),
            "demonstration": row in statements.demonstration,
            "looks_for": list(statements.need.codes_of(row)),
            "offers": list(statements.offer.codes_of(row)),
            "languages": list(statements.language.codes_of(row)),
            "twinnings": int(directory.ties.count[row]),
            "twinned_countries": list(directory.ties.twinned.codes_of(row)),
            "url": city_url(directory, row, home),
            **(more[row] if more else {}),
        }


def cell(value: Any) -> Any:
    """A value as a spreadsheet takes it: lists joined, and no text that it would run as a formula."""
    if isinstance(value, list):
        value = LIST_SEPARATOR.join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


class Asked(Protocol):
    """What a list was asked for."""

    @property
    def query_string(self) -> str:
        """As it stands in an address."""


class Listed(Protocol):
    """What is listed, and by which query."""

    @property
    def query(self) -> Asked:
        """What was asked for."""

    def __len__(self) -> int:
        """How many there are."""


class _Line:
    """A file for csv.writer that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def csv_file(name: str, fields: Sequence[str], rows: Iterable[Record]) -> StreamingHttpResponse:
    """A spreadsheet, in UTF-8 with a byte order mark (without it Excel takes Cyrillic for something else)."""
    return _response(_in_chunks(csv_lines(fields, rows)), "text/csv; charset=utf-8", f"{name}.csv")


def csv_lines(fields: Sequence[str], rows: Iterable[Record]) -> Iterator[str]:
    """The lines of a spreadsheet, the one with the names of its columns first; see `csv_file`."""
    writer = csv.DictWriter(_Line(), fields)
    yield "\ufeff" + writer.writeheader()
    for record in rows:
        yield writer.writerow({name: cell(value) for name, value in record.items()})


def xlsx_file(name: str, fields: Sequence[str], rows: Iterable[Record]) -> HttpResponse:
    """A spreadsheet in Excel's own format; all of it is made before it is sent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(fields))
    for record in rows:
        sheet.append([_writable(cell(record[field])) for field in fields])
    written = io.BytesIO()
    book.save(written)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(written.getvalue(), content_type=XLSX, headers=disposition)


def _writable(value: Any) -> Any:
    """Without the signs that a spreadsheet cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def json_file(
    name: str,
    things: str,
    source: str,
    selection: Listed,
    rows: Iterable[Record],
    written: Callable[[Record], str] | None = None,
) -> StreamingHttpResponse:
    """An object with the query, the source and the list, named for what it lists. `written` writes a row."""
    lines = map(written or partial(json.dumps, ensure_ascii=False), rows)
    chunks = _json_chunks(things, source, selection, lines)
    return _response(chunks, "application/json", f"{name}.json")


def _json_chunks(things: str, source: str, selection: Listed, lines: Iterable[str]) -> Iterator[str]:
    head = {
        "source": source,
        "licence": LICENCE,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "query": selection.query.query_string,
        "total": len(selection),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + f', "{things}": ['
    yield from _in_chunks(("\n" if not number else ",\n") + line for number, line in enumerate(lines))
    yield "\n]}\n"


def _in_chunks(lines: Iterator[str]) -> Iterator[str]:
    """Lines joined some hundreds at a time: sending each alone takes longer than making it."""
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == ROWS_A_CHUNK:
            yield "".join(chunk)
            chunk.clear()
    yield "".join(chunk)


def _response(chunks: Iterator[str], content_type: str, filename: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        chunks,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Link": f'<{LICENCE}>; rel="license"',
        },
    )
