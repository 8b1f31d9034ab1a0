"""Tables that are shown on a page and exported from the same rows, so that both say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: name in files, label on the page, and how its values are shown."""

    name: str
    label: Any
    kind: str = "text"  # or link, number (None: not known), money (euros), date, month, days


@dataclass(frozen=True)
class Table:
    """A table. A row has a value by the name of each column.

    A link's is a pair of text and address, a month's its first day.
    """

    code: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    meaning: str = ""

    @property
    def cells(self) -> list[list[tuple[Column, Any]]]:
        """The rows as the page goes through them."""
        return [[(column, row[column.name]) for column in self.columns] for row in self.rows]

    def records(self) -> Iterable[dict[str, Any]]:
        """The rows as a file has them: a link is its text, and its whole address in a column of its own."""
        for row in self.rows:
            record: dict[str, Any] = {}
            for column in self.columns:
                value = row[column.name]
                if column.kind == "link":
                    value, address = value
                    record[f"{column.name}_url"] = settings.SITE_URL.rstrip("/") + address
                if isinstance(value, date):
                    value = f"{value:%Y-%m}" if column.kind == "month" else value.isoformat()
                record[column.name] = value
            yield record

    @property
    def fields(self) -> list[str]:
        """The columns of the file."""
        links = [f"{column.name}_url" for column in self.columns if column.kind == "link"]
        return [column.name for column in self.columns] + links
