"""NACE Rev. 2: the European classification of economic activities, its 21 sections and 88 divisions.

data/nace.csv has the titles: the English ones as Eurostat published them, the Ukrainian ones of KVED-2010
(DK 009:2010), which is the Ukrainian edition with the same codes. Groups and classes are not in it yet: no
source was at hand that has their Ukrainian titles.
"""

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from .models import in_active_language
from .romanised import romanised

LIKE = 80  # of 100, from which on a title resembles a text
ALMOST = 5  # less than the best one, and still as good
MOST_ALIKE = 6
_CODE = re.compile(r"\s*[A-Ua-u]?\s*(\d{1,2})(?:\.\d{1,2}){0,2}(?!\w)")
_WORD = re.compile(r"\w+")
FILE = Path(__file__).resolve().parent / "data" / "nace.csv"


class Activity(NamedTuple):
    """A section (a letter) or division (two digits)."""

    code: str
    section: str
    title_en: str
    title_uk: str

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_active_language(self.title_en, self.title_uk)

    @property
    def is_section(self) -> bool:
        """Whether it is one of the 21 sections."""
        return self.code == self.section


@lru_cache(maxsize=1)
def activities() -> Mapping[str, Activity]:
    """Sections and divisions by code; each section stands before its divisions."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Activity(**row) for row in csv.DictReader(file)}


def sections() -> list[Activity]:
    """The 21 sections."""
    return [one for one in activities().values() if one.is_section]


def divisions() -> list[Activity]:
    """The 88 divisions."""
    return [one for one in activities().values() if not one.is_section]


def section_of(division: str) -> str:
    """The section of a division; empty for a code that is none."""
    found = activities().get(division)
    return found.section if found else ""


def title(code: str) -> str:
    """The title in the reader's language; empty for a code that is none."""
    found = activities().get(code)
    return found.title if found else ""


def division_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The divisions under their sections, as a select of a form takes them, with codes and titles."""
    return [
        (
            f"{section.code}. {section.title}",
            [(one.code, f"{one.code} {one.title}") for one in divisions() if one.section == section.code],
        )
        for section in sections()
    ]


@lru_cache(maxsize=2000)
def found(text: str) -> tuple[Activity, ...]:
    """The divisions that a text means: one for a code ("23", "C23.1", "23 Glass"), else all with these words.

    Words may stand in either language's title, in any script, whole or begun. Where no title has them all,
    those that resemble the text most are found, so that a typing error does no harm; nothing is found for
    what resembles none.
    """
    if (code := _CODE.match(text)) and (named := activities().get(code[1].zfill(2))):
        return (named,)
    words = _WORD.findall(romanised(text))
    if not words:
        return ()
    titles = _titles()
    whole = [code for code, title in titles.items() if all(f" {word}" in f" {title}" for word in words)]
    near = process.extract(
        " ".join(words), titles, scorer=fuzz.partial_token_sort_ratio, score_cutoff=LIKE, limit=MOST_ALIKE
    )
    best = [code for _title, score, code in near if score >= near[0][1] - ALMOST]
    return tuple(activities()[code] for code in whole or best)


@lru_cache(maxsize=1)
def _titles() -> Mapping[str, str]:
    """Both titles of each division by code, in small Latin letters."""
    return {one.code: romanised(f"{one.title_en} {one.title_uk}") for one in divisions()}
