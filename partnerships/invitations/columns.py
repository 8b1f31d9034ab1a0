"""The columns of a list of businesses: their headings in both languages, and a template to fill in."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import tablib
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .table import CannotBeRead


class Column(NamedTuple):
    """A column: its code, its heading, and what it takes."""

    code: str
    heading: Any
    takes: Any


COLUMNS = (
    Column("name", _("Name"), _("Needed. As it is registered.")),
    Column("other_name", _("Other name"), _("A brand, or the name in other letters.")),
    Column("registration_number", _("Registration number"), _("In Ukraine the EDRPOU code.")),
    Column("division", _("Activity (NACE)"), _("The code of NACE Rev. 2 or KVED: 10, 10.71.")),
    Column("summary_en", _("Summary in English"), _("Up to 2,000 letters.")),
    Column("summary_uk", _("Summary in Ukrainian"), _("Up to 2,000 letters.")),
    Column("size", _("Size"), _("The number of people, or a band: micro, small, medium, large.")),
    Column("founded", _("Founded"), _("A year.")),
    Column("certificates", _("Certificates"), _("Separated by commas.")),
    Column("website", _("Website"), _("An address.")),
    Column("email", _("E-mail to invite"), _("Needed. Of the person who may speak for the business.")),
    Column("language", _("Language of the letter"), _("en or uk: it comes first, the other one follows.")),
)
NEEDED = ("name", "email")
ALSO = {
    "title": "name", "company": "name", "business": "name", "назва підприємства": "name",
    "e-mail": "email", "mail": "email", "електронна пошта": "email", "пошта": "email",
    "nace": "division", "nace code": "division", "activity": "division", "квед": "division",
    "код квед": "division", "діяльність": "division", "edrpou": "registration_number",
    "єдрпоу": "registration_number", "код єдрпоу": "registration_number", "number": "registration_number",
    "site": "website", "сайт": "website", "мова": "language", "year": "founded", "рік": "founded",
    "employees": "size", "працівників": "size",
}  # fmt: skip
"""Other headings that people write."""


def columns_of(headings: Sequence[str]) -> Mapping[str, int]:
    """The places of the columns by code. Raises CannotBeRead if one is missing or there twice."""
    known = _known()
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        code = known.get(_plain(heading))
        if code in found:
            message = _("The heading “%(heading)s” means a column that is there already.")
            raise CannotBeRead(message % {"heading": heading})
        if code:
            found[code] = place
    missing = [
        str(column.heading) for column in COLUMNS if column.code in NEEDED and column.code not in found
    ]
    if missing:
        message = _("These columns are missing: %(names)s. The first row must have the headings.")
        raise CannotBeRead(message % {"names": ", ".join(missing)})
    return found


def template_file(file_format: str) -> bytes:
    """An empty list to fill in, with headings in the reader's language: "csv" or "xlsx"."""
    made = tablib.Dataset(headers=[str(one.heading) for one in COLUMNS]).export(file_format)
    return made if isinstance(made, bytes) else f"\ufeff{made}".encode()


def _known() -> Mapping[str, str]:
    """Codes by the headings that mean them, in every language of the portal."""
    known = {_plain(heading): code for heading, code in ALSO.items()}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {_plain(str(column.heading)): column.code for column in COLUMNS}
    return known | {_plain(column.code): column.code for column in COLUMNS}


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.casefold().replace("_", " ")))
