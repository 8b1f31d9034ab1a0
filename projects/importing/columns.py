"""The columns of a table of projects, and what a row of it means."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cities.spreadsheets import Column, Columns
from projects import codelists
from projects.models import Project

from .items import Item, bilingual

SEPARATORS = re.compile(r"[;\n|]")
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
DAYS = ("planned_start", "planned_end", "actual_start", "actual_end", "rate_on")
FRACTIONS = ("latitude", "longitude", "rate")
CODELISTS = {"type": "projectType", "status": "projectStatus"}
CURRENCY_WORDS = {
    "₴": "UAH", "грн": "UAH", "грн.": "UAH", "гривня": "UAH", "hryvnia": "UAH", "€": "EUR", "євро": "EUR",
    "euro": "EUR", "$": "USD", "долар": "USD", "дол.": "USD",
}  # fmt: skip
A_DAY = _("A day: 2027-05-31 or 31.05.2027.")
AN_AMOUNT = _("An amount: 1 234 567.89.")


def _of_project(code: str, takes: Any) -> Column:
    """The column of a field of the project, called as the field is."""
    return Column(code, capfirst(Project._meta.get_field(code).verbose_name), takes)  # type: ignore[union-attr]


ALSO = {
    "title": "title_en", "name": "title_en", "project": "title_en", "назва": "title_uk",
    "назва проєкту": "title_uk", "назва проекту": "title_uk", "description": "summary_en",
    "summary": "summary_en", "опис": "summary_uk", "короткий опис": "summary_uk", "sector": "sectors",
    "сектор": "sectors", "галузь": "sectors", "type": "type", "тип": "type", "вид робіт": "type",
    "status": "status", "стан": "status", "sdg": "goals", "sdgs": "goals", "цср": "goals", "цілі": "goals",
    "address": "address_en", "адреса": "address_uk", "lat": "latitude", "lon": "longitude",
    "lng": "longitude", "beneficiaries": "beneficiaries", "кількість вигодонабувачів": "beneficiaries",
    "start": "planned_start", "end": "planned_end", "початок": "planned_start",
    "завершення": "planned_end", "cost": "budget", "вартість": "budget", "кошторис": "budget",
    "funding source": "funder", "джерело фінансування": "funder", "donor": "funder", "донор": "funder",
    "rate to eur": "rate", "курс": "rate",
}  # fmt: skip
"""Other headings that people write."""
COLUMNS = Columns(
    (
        _of_project("title_en", _("Up to 200 letters. A title in one language is needed.")),
        _of_project("title_uk", _("Up to 200 letters. A title in one language is needed.")),
        _of_project("summary_en", _("Up to 3,000 letters.")),
        _of_project("summary_uk", _("Up to 3,000 letters.")),
        _of_project("sectors", _("As in a project's form, or codes of OC4IDS; separated by semicolons.")),
        _of_project("type", _("As in a project's form, or the code of OC4IDS.")),
        _of_project("status", _("As in a project's form, or the code of OC4IDS.")),
        _of_project("goals", _("Numbers from 1 to 17, separated by semicolons or commas.")),
        _of_project("address_en", _("Street and number.")),
        _of_project("address_uk", _("Street and number.")),
        _of_project("latitude", _("Degrees north, as 49.8397.")),
        _of_project("longitude", _("Degrees east, as 24.0297.")),
        _of_project("beneficiaries", _("How many people are better off by it.")),
        _of_project("beneficiaries_en", _("Up to 300 letters.")),
        _of_project("beneficiaries_uk", _("Up to 300 letters.")),
        _of_project("planned_start", A_DAY),
        _of_project("planned_end", A_DAY),
        _of_project("actual_start", A_DAY),
        _of_project("actual_end", A_DAY),
        _of_project("currency", _("Three letters: UAH, EUR. Empty: UAH in Ukraine, elsewhere EUR.")),
        Column("budget", _("Budget"), AN_AMOUNT),
        Column("funder", _("Funder"), _("Who pays.")),
        Column("pledged", _("Pledged"), AN_AMOUNT),
        Column("committed", _("Committed"), AN_AMOUNT),
        Column("disbursed", _("Disbursed"), AN_AMOUNT),
        _of_project("rate", _("As a central bank publishes it, for instance 48.5021.")),
        _of_project("rate_on", A_DAY),
        _of_project("rate_source", _("For instance National Bank of Ukraine.")),
    ),
    needed=[("title_en", "title_uk")],
    also=ALSO,
)
OF_PARTS = ("budget", "funder", "pledged", "committed", "disbursed")
WHOLE_BUDGET = {"label_en": "Budget", "label_uk": "Бюджет"}


def item_of(typed: Mapping[str, str], currency: str) -> Item:
    """The project of a row: cells by codes of columns. `currency` is meant where none is stated."""
    row = {code: text for code, text in typed.items() if code not in OF_PARTS}
    for code in DAYS:
        row[code] = DAY.sub(lambda day: f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}", row.get(code, ""))
    for code in FRACTIONS:
        row[code] = row.get(code, "").replace(",", ".").replace(" ", "")
    for code, name in CODELISTS.items():
        row[code] = codes_by_words(name).get(row.get(code, "").casefold(), row.get(code, ""))
    row["beneficiaries"] = re.sub(r"\s", "", row.get("beneficiaries", ""))
    goals = re.findall(r"[^\s;,|]+", row.get("goals", ""))
    about: dict[str, Any] = {
        "sectors": _sectors(row.get("sectors", "")),
        "goals": goals,
        "currency": _currency(row.get("currency", "")) or currency,
    }
    return Item(row | about, {"budgetline": _budget(typed), "fundingsource": _funding(typed)})


@cache
def codes_by_words(name: str) -> Mapping[str, str]:
    """The codes of a codelist by the words for them in every language of the portal, and by themselves."""
    words: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            words |= {str(title).casefold(): code for code, title in codelists.codelist(name).items()}
    return words | {code.casefold(): code for code in codelists.codelist(name)}


def _sectors(text: str) -> list[str]:
    """Codes, of a list with semicolons, or with commas: some names of sectors have commas themselves."""
    words, found = codes_by_words("projectSector"), []
    for piece in filter(None, map(str.strip, SEPARATORS.split(text))):
        known = words.get(piece.casefold())
        pieces = [piece] if known else filter(None, map(str.strip, piece.split(",")))
        found += [words.get(one.casefold(), one) for one in pieces]
    return list(dict.fromkeys(found))


def _currency(text: str) -> str:
    return CURRENCY_WORDS.get(text.casefold(), text.upper())


def _budget(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    amount = typed.get("budget", "")
    return [{**WHOLE_BUDGET, "amount": amount}] if amount else []


def _funding(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The funder of a row, if it says anything of one."""
    amounts = {code: typed.get(code, "") for code in ("pledged", "committed", "disbursed")}
    name = typed.get("funder", "")
    if not name and not any(amounts.values()):
        return []
    return [{**bilingual("name", name), **amounts, "origin": "domestic", "ownership": "public"}]
