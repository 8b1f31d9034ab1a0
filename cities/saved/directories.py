"""The directories whose searches can be saved. Each app adds its own when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from cities.filters import DirectoryQuery
from cities.listing import chips
from cities.selection import Selectable


@dataclass(frozen=True)
class Searchable:
    """A directory: the name of its address, what it is called, and how it is searched.

    `rows_of` finds the rows of a text in a copy of the directory; `key` and `name` tell the lasting number
    and the name, in the reader's language, of a row.
    """

    code: str
    label: Promise
    read: Callable[[QueryDict], DirectoryQuery]
    current: Callable[[], Any]
    rows_of: Callable[[str, Any], Any]
    key: Callable[[Any, int], int]
    name: Callable[[Any, int], str]

    def canonical(self, data: QueryDict) -> DirectoryQuery:
        """What a query string asks for, without what is only its looks."""
        return self.read(data).but(view="cards", sort="", expanded=())

    def listed(self, query: str) -> tuple[Selectable, dict[int, int]]:
        """The directory as it is now, and the rows of a search in it by their lasting numbers."""
        at_hand, asked = self.current(), self.read(QueryDict(query))
        rows = self.rows_of(asked.q, at_hand) if asked.q else None
        found = at_hand.select(asked, rows).rows.tolist()
        return at_hand, {self.key(at_hand, row): row for row in found}

    def title(self, query: DirectoryQuery) -> str:
        """A search in words, in the reader's language."""
        filters = ", ".join(chip.label for chip in chips(self.current(), query))
        return f"{self.label}: {filters}" if filters else str(self.label)

    def address(self, query: str) -> str:
        """The page of a search, in the reader's language."""
        return reverse(self.code) + (f"?{query}" if query else "")


_directories: dict[str, Searchable] = {}


def add(directory: Searchable) -> None:
    """Make a directory known. Raises ValueError if its word is taken."""
    if directory.code in _directories:
        raise ValueError(f"There is a directory {directory.code!r} already.")
    _directories[directory.code] = directory


def directory_of(code: str) -> Searchable | None:
    """The directory with this word, None where there is none."""
    return _directories.get(code)


def saving_address(code: str, query: DirectoryQuery) -> str:
    """Where the search that a page shows can be saved."""
    pairs = query.but(view="cards", sort="", expanded=()).query_string
    return reverse("search-new", args=[code]) + (f"?{pairs}" if pairs else "")
