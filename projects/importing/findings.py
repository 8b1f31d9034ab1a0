"""What a check found, as it is kept: what the page shows of each row, in every language of the portal.

JSON: {"lines": {language: [a line's fields, ...]}, "unused": [[name, how many projects have it], ...]}
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language, override

from projects.models.imports import ProjectImport

from .checking import Row, Verdict, check

MOST_ERRORS = 20  # told of one project
MOST_UNUSED = 100  # names told of one file
Went = Callable[[int, int], None]


@dataclass(frozen=True)
class Line:
    """A row of the file in one language; texts may be "", days None.

    other: the address and the title of the project that it is, or that has its title, if any.
    contents: what it has besides its own fields, with how many.
    """

    number: int
    verdict: Verdict
    title: str
    sectors: str
    status: str
    start: date | None
    end: date | None
    budget: Decimal | None
    currency: str
    contents: list[tuple[str, int]]
    errors: list[str]
    other: tuple[str, str] | None

    @property
    def reason(self) -> str:
        """Why it is not simply taken."""
        return "; ".join(self.errors) or str(self.verdict.label)


def find(listed: ProjectImport, went_on: Went) -> str:
    """Check a file in every language. went_on: is told how many checks of how many are done."""
    languages = [code for code, _name in settings.LANGUAGES]
    lines, rows = {}, []
    for place, language in enumerate(languages):
        with override(language):
            rows = check(listed, lambda done, of, at=place: went_on(at * of + done, len(languages) * of))  # type: ignore[misc]
            lines[language] = [_kept(row) for row in rows]
    return json.dumps({"lines": lines, "unused": _unused(rows)}, cls=DjangoJSONEncoder)


def lines_of(listed: ProjectImport) -> list[Line]:
    """What was found of each row, in the language in force; empty before the check."""
    return [_line(one) for one in _kept_in(listed).get("lines", {}).get(get_language(), [])]


def unused(listed: ProjectImport) -> list[tuple[str, int]]:
    """Names of what is not taken over of records, with of how many projects; at most MOST_UNUSED of them."""
    return _kept_in(listed).get("unused", [])


def _kept_in(listed: ProjectImport) -> Any:
    return json.loads(listed.findings or "{}")


def counts(lines: Iterable[Line]) -> list[tuple[Verdict, int]]:
    """How many lines have each verdict, without those that none has."""
    found = Counter(line.verdict for line in lines)
    return [(verdict, found[verdict]) for verdict in Verdict if found[verdict]]


def _kept(row: Row) -> dict[str, Any]:
    project = row.project
    line = Line(
        number=row.number,
        verdict=row.verdict,
        title=project.title or row.item.title,
        sectors=row.sectors,
        status=str(project.get_status_display()),
        start=project.planned_start,
        end=project.planned_end,
        budget=row.budget,
        currency=project.currency,
        contents=row.contents,
        errors=row.errors[:MOST_ERRORS],
        other=(row.other.slug, row.other.title) if row.other else None,
    )
    return asdict(line)


def _line(kept: dict[str, Any]) -> Line:
    start, end = (day and date.fromisoformat(day) for day in (kept["start"], kept["end"]))
    budget = None if kept["budget"] is None else Decimal(kept["budget"])
    return Line(**kept | {"verdict": Verdict(kept["verdict"]), "start": start, "end": end, "budget": budget})


def _unused(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """What is not taken over of records, with of how many projects: the names that most have."""
    found = Counter(name for row in rows for name in row.item.unused)
    return sorted(found.most_common(MOST_UNUSED))
