"""Codelists of projects: those of OC4IDS 0.9.5 and the Sustainable Development Goals.

data/*.csv has their codes and titles; data/README.md says where from.
"""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.core import get_global
from django.utils.functional import lazy

from cities.directory import reader_language
from cities.models import in_active_language

DATA = Path(__file__).resolve().parent / "data"
CURRENCIES_FIRST = ("UAH", "EUR", "USD", "PLN")
Choices = list[tuple[str, str]]

_in_readers_language = lazy(in_active_language, str)


@cache
def codelist(name: str) -> Mapping[str, str]:
    """The titles of a codelist by code, each in the language of whoever reads it."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: _in_readers_language(row["title_en"], row["title_uk"])
            for row in csv.DictReader(file)
        }


def statuses() -> Choices:
    """Where a project stands."""
    return list(codelist("projectStatus").items())


def types() -> Choices:
    """What is done with the asset."""
    return list(codelist("projectType").items())


def sectors() -> Choices:
    """Fields of infrastructure; a dot leads to a narrower one."""
    return list(codelist("projectSector").items())


def document_types() -> Choices:
    """What a document is about."""
    return list(codelist("documentType").items())


def arrangements() -> Choices:
    """How a funder gives money."""
    return list(codelist("financingArrangementType").items())


def goals() -> list[tuple[int, str]]:
    """The Sustainable Development Goals."""
    return [(int(code), title) for code, title in codelist("sdg").items()]


def numbered_goals() -> list[tuple[int, str]]:
    """The same with their numbers: "11. Sustainable cities and communities"."""
    return [(number, f"{number}. {title}") for number, title in goals()]


@lru_cache(maxsize=1)
def currencies() -> list[str]:
    """The codes of ISO 4217 that are legal tender somewhere today; those met most often come first."""
    tender = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _since, until, is_tender in uses
        if is_tender and until is None
    }
    return [*CURRENCIES_FIRST, *sorted(tender - set(CURRENCIES_FIRST))]


def currency_name(code: str) -> str:
    """What a currency is called in the reader's language."""
    return str(Locale(reader_language()).currencies.get(code, code))


@cache
def currency_choices() -> Choices:
    """The currencies with their names."""
    label = lazy(lambda code: f"{code}, {currency_name(code)}", str)
    return [(code, label(code)) for code in currencies()]
