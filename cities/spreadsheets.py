"""Lists that people bring in files made with a spreadsheet: reading them, their columns, what is left out."""

import csv
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import tablib
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import load_workbook

from . import exports
from .listing import grouped

MOST_BYTES = 1024 * 1024
MOST_ROWS = 1000
MOST_COLUMNS = 50
MOST_UNPACKED = 30 * 1024 * 1024  # bytes of a spreadsheet
LONGEST_CELL = 5000
MOST_MIXED_WORDS = 0.05  # share of words with letters of both scripts in what is read as Windows-1251
DELIMITERS = ",;\t"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": exports.XLSX,
}
BROKEN = (
    *(BadZipFile, zlib.error, SyntaxError, OSError, ValueError, KeyError, TypeError, IndexError),
    *(AttributeError, EOFError, NotImplementedError),
)
"""What readers of damaged files raise; broken XML is a SyntaxError of whichever of them is installed."""


class CannotBeRead(Exception):
    """The file is not one of these; the message says what to do, to the person who chose it."""


class Table(NamedTuple):
    """headings: the first row. rows: of each other one that is not empty its number and its cells.

    All rows have as many cells as there are headings; cells are text without spaces around it.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]


class Column(NamedTuple):
    """A column: its code, its heading, and what it takes."""

    code: str
    heading: Any
    takes: Any


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of list.

    needed: sets of codes, one of each of which must be there. also: codes by other headings people write.
    """

    columns: Sequence[Column]
    needed: Sequence[Sequence[str]]
    also: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def headings(self) -> dict[str, str]:
        """The headings by code, in the reader's language."""
        return {column.code: str(column.heading) for column in self.columns}

    def places(self, headings: Sequence[str]) -> dict[str, int]:
        """The places of the columns by code. Raises CannotBeRead if one is missing or there twice."""
        known = self._known()
        found: dict[str, int] = {}
        for place, heading in enumerate(headings):
            code = known.get(_plain(heading))
            if code in found:
                message = _("The heading “%(heading)s” means a column that is there already.")
                raise CannotBeRead(message % {"heading": heading})
            if code:
                found[code] = place
        names = self.headings
        missing = [
            _(" or ").join(names[one] for one in codes) for codes in self.needed if not found.keys() & codes
        ]
        if missing:
            message = _("These columns are missing: %(names)s. The first row must have the headings.")
            raise CannotBeRead(message % {"names": ", ".join(missing)})
        return found

    def unused(self, headings: Sequence[str]) -> list[str]:
        """The headings that mean no column."""
        used = set(self.places(headings).values())
        return [heading for place, heading in enumerate(headings) if heading and place not in used]

    def template(self, file_format: str) -> bytes:
        """An empty list to fill in, with headings in the reader's language: "csv" or "xlsx"."""
        made = tablib.Dataset(headers=list(self.headings.values())).export(file_format)
        return made if isinstance(made, bytes) else f"\ufeff{made}".encode()

    def template_file(self, name: str, file_format: str) -> HttpResponse:
        """The empty list as an answer to a browser."""
        disposition = {"Content-Disposition": f'attachment; filename="{name}.{file_format}"'}
        return HttpResponse(self.template(file_format), content_type=TYPES[file_format], headers=disposition)

    def _known(self) -> Mapping[str, str]:
        """Codes by the headings that mean them, in every language of the portal."""
        known = {_plain(heading): code for heading, code in self.also.items()}
        for language, _name in settings.LANGUAGES:
            with override(language):
                known |= {_plain(heading): code for code, heading in self.headings.items()}
        return known | {_plain(column.code): column.code for column in self.columns}


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.casefold().replace("_", " ")))


def left_out(
    name: str, headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]
) -> HttpResponseBase:
    """A file `name`.csv of rows that are left out, as they were, each with the reason in one more column."""
    why = _("Why not")
    named = [heading or f"({place})" for place, heading in enumerate(headings, start=1)]
    records = ({**dict(zip(named, cells, strict=True)), why: reason} for cells, reason in rows)
    return exports.csv_file(name, [*dict.fromkeys([*named, why])], records)


def read_table(content: bytes, most_rows: int = MOST_ROWS) -> Table:
    """The table of a file. Raises CannotBeRead."""
    if len(content) > MOST_BYTES:
        raise CannotBeRead(_("The file is larger than 1 MB."))
    if content.startswith(OLD_EXCEL):
        raise CannotBeRead(_("This is a file of an old Excel. Save it as XLSX or CSV and choose that."))
    lines = _sheet(content) if content.startswith(b"PK\x03\x04") else _lines(text_of(content))
    return _table(lines, most_rows)


def _table(lines: Iterable[list[str]], most_rows: int) -> Table:
    headings: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(lines, start=1):
        if not any(cells):
            continue
        if not headings:
            headings = _headings(cells)
            continue
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise CannotBeRead(_("Row %(number)s has a cell that is too long.") % {"number": number})
        if any(cells[len(headings) :]):
            message = _(
                "Row %(number)s has more cells than there are headings. Are texts with commas quoted?"
            )
            raise CannotBeRead(message % {"number": number})
        rows.append((number, (cells + [""] * len(headings))[: len(headings)]))
        if len(rows) > most_rows:
            message = _("The file has more than %(count)s rows. Divide it.")
            raise CannotBeRead(message % {"count": grouped(most_rows)})
    if not rows:
        raise CannotBeRead(_("The file has no rows below the headings."))
    return Table(headings, rows)


def _headings(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise CannotBeRead(_("The file has too many columns: 50 at most."))
    return [cell[:100] for cell in cells]


def _sheet(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise CannotBeRead(_("The spreadsheet is too large when it is unpacked."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for cells in book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            yield [_shown(cell) for cell in cells]
    except BROKEN as error:
        raise CannotBeRead(_("The spreadsheet cannot be read: it is damaged or protected.")) from error


def _shown(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days without a time."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        cell = cell.date().isoformat() if isinstance(cell, datetime) else cell.isoformat()
    return _clean(str(cell))


def _clean(text: str) -> str:
    if "\x00" in text:
        raise CannotBeRead(_("The file has signs in it that are no text."))
    return text.strip()


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 (what Excel calls Unicode text) or Windows-1251.

    Raises CannotBeRead.
    """
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    text = content.decode("cp1251", errors="replace")
    words = [word for word in re.findall(r"\w+", text) if not word.isascii()]
    mixed = sum(bool(re.search("[a-zA-Z]", word)) for word in words)
    if "\ufffd" in text or mixed > MOST_MIXED_WORDS * len(words):
        raise CannotBeRead(_("The letters of the file cannot be told. Save it as XLSX, or as CSV in UTF-8."))
    return text


def _lines(text: str) -> Iterator[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_clean(cell) for cell in cells]
    except csv.Error as error:
        raise CannotBeRead(_("The file cannot be read as CSV: %(error)s") % {"error": error}) from error
