"""From a file to what it holds: a table of projects, or projects in OC4IDS."""

from typing import Any, NamedTuple

import simplejson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.listing import grouped
from cities.spreadsheets import CannotBeRead, read_table, text_of
from projects.models.imports import ProjectImport
from projects.open_data.oc4ids import dumps

from .columns import COLUMNS

MOST_BYTES = 5 * 1024 * 1024
MOST_PROJECTS = 500


class Content(NamedTuple):
    """The kind of a file and its content as JSON, as a `ProjectImport` keeps them."""

    kind: str
    text: str


def read(content: bytes) -> Content:
    """What a file holds. Raises CannotBeRead."""
    if len(content) > MOST_BYTES:
        raise CannotBeRead(_("The file is larger than 5 MB."))
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in (b"{", b"["):
        return Content(ProjectImport.Kind.OC4IDS, _kept(_projects(_json(text_of(content)))))
    table = read_table(content, MOST_PROJECTS)
    COLUMNS.places(table.headings)
    return Content(ProjectImport.Kind.TABLE, _kept({"headings": table.headings, "rows": table.rows}))


def _json(text: str) -> Any:
    try:
        return simplejson.loads(text, use_decimal=True)
    except simplejson.JSONDecodeError as error:
        message = _("The file is no valid JSON: see line %(line)s.")
        raise CannotBeRead(message % {"line": error.lineno}) from error
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise CannotBeRead(_("The JSON of the file cannot be read.")) from error


def _projects(found: Any) -> list[Any]:
    """The projects of a package, of a list, or the one project that it is."""
    if isinstance(found, dict):
        found = found.get("projects", [found] if "title" in found or "id" in found else None)
    if not isinstance(found, list):
        raise CannotBeRead(_("This is JSON, but neither a package nor a list of projects by OC4IDS."))
    if not found:
        raise CannotBeRead(_("The file has no projects."))
    if len(found) > MOST_PROJECTS:
        message = ngettext(
            "The file has more than %(count)s project. Divide it.",
            "The file has more than %(count)s projects. Divide it.",
            MOST_PROJECTS,
        )
        raise CannotBeRead(message % {"count": grouped(MOST_PROJECTS)})
    return found


def _kept(content: Any) -> str:
    """The content as the database can keep it."""
    try:
        text = dumps(content)
        text.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise CannotBeRead(_("The file has signs in it that are no text.")) from error
    return text
