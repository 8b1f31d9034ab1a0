"""Reading a table from a file that somebody made with a spreadsheet: XLSX, or text in one of its ways."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from cities.listing import grouped

MOST_BYTES = 1024 * 1024
MOST_ROWS = 1000
MOST_COLUMNS = 50
MOST_UNPACKED = 30 * 1024 * 1024  # bytes of a spreadsheet
LONGEST_CELL = 5000
MOST_MIXED_WORDS = 0.05  # share of words with letters of both scripts in what is read as Windows-1251
DELIMITERS = ",;\t"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
BROKEN = (BadZipFile, OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError)


class CannotBeRead(Exception):
    """The file is not one of these; the message says what to do, to the person who chose it."""


class Table(NamedTuple):
    """headings: the first row. rows: of each other one that is not empty its number and its cells.

    All rows have as many cells as there are headings; cells are text without spaces around it.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(content: bytes) -> Table:
    """The table of a file. Raises CannotBeRead."""
    if len(content) > MOST_BYTES:
        raise CannotBeRead(_("The file is larger than 1 MB."))
    if content.startswith(OLD_EXCEL):
        raise CannotBeRead(_("This is a file of an old Excel. Save it as XLSX or CSV and choose that."))
    lines = _sheet(content) if content.startswith(b"PK\x03\x04") else _lines(_text(content))
    return _table(lines)


def _table(lines: Iterable[list[str]]) -> Table:
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
        if len(rows) > MOST_ROWS:
            message = _("The file has more than %(count)s rows. Divide it.")
            raise CannotBeRead(message % {"count": grouped(MOST_ROWS)})
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


def _text(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 (what Excel calls Unicode text) or Windows-1251."""
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
