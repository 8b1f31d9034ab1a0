"""NACE Rev. 2: the European classification of economic activities, from sections to classes.

data/nace.csv has the titles: the English ones as Eurostat published them, the Ukrainian ones of KVED-2010
(DK 009:2010), which is the Ukrainian edition with the same codes.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from .models import in_active_language
from .romanised import romanised

LIKE = 80  # of 100, from which on a title resembles a text
ALMOST = 5  # less than the best one, and still as good
MOST_ALIKE = 6
DIVISION = 2
"""The letters of a division's code, with which the codes of its groups and classes begin."""
_CODE = re.compile(r"\s*[A-Ua-u]?\s*(\d{1,2})(?:\.(\d{1,2})(?:\.[\dA-Za-z]{1,2})?)?(?!\w)")
_WORD = re.compile(r"\w+")
FILE = Path(__file__).resolve().parent / "data" / "nace.csv"


class Level(IntEnum):
    """How fine an activity is, by the length of its code."""

    SECTION = 1
    DIVISION = 2
    GROUP = 4
    CLASS = 5


class Activity(NamedTuple):
    """A section (a letter), division (two digits), group (62.0) or class (62.01)."""

    code: str
    section: str
    title_en: str
    title_uk: str

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_active_language(self.title_en, self.title_uk)

    @property
    def level(self) -> Level:
        """How fine it is."""
        return Level(len(self.code))


@lru_cache(maxsize=1)
def activities() -> Mapping[str, Activity]:
    """All 996 by code; each stands before those that it consists of."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Activity(**row) for row in csv.DictReader(file)}


def at(level: Level) -> list[Activity]:
    """The 21 sections, 88 divisions, 272 groups or 615 classes."""
    return [one for one in activities().values() if one.level == level]


def sections() -> list[Activity]:
    """The 21 sections."""
    return at(Level.SECTION)


def divisions() -> list[Activity]:
    """The 88 divisions."""
    return at(Level.DIVISION)


def division_of(code: str) -> str:
    """The division that a division, group or class belongs to; empty for a code that is none of them."""
    found = activities().get(code)
    return code[:DIVISION] if found and found.level != Level.SECTION else ""


def section_of(code: str) -> str:
    """The section of an activity; empty for a code that is none."""
    found = activities().get(code)
    return found.section if found else ""


def title(code: str) -> str:
    """The title in the reader's language; empty for a code that is none."""
    found = activities().get(code)
    return found.title if found else ""


def titles(code: str) -> list[str]:
    """The titles of an activity and of its division in both languages, each once."""
    known = [activities()[one] for one in (code, division_of(code)) if one in activities()]
    return list(dict.fromkeys(title for one in known for title in (one.title_en, one.title_uk)))


def shown(code: str) -> str:
    """The code with its title in the reader's language."""
    return f"{code} {title(code)}".strip()


def activity_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Divisions, groups and classes under their sections, as a select of a form takes them."""
    return _choices(one for one in activities().values() if one.level != Level.SECTION)


def division_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The divisions under their sections, as a select of a form takes them."""
    return _choices(divisions())


def _choices(among: Iterable[Activity]) -> list[tuple[str, list[tuple[str, str]]]]:
    """With codes and titles."""
    below: dict[str, list[tuple[str, str]]] = {one.code: [] for one in sections()}
    for one in among:
        below[one.section].append((one.code, shown(one.code)))
    return [(f"{code}. {title(code)}", under) for code, under in below.items()]


@lru_cache(maxsize=2000)
def found(text: str) -> tuple[Activity, ...]:
    """The activities that a text means: one for a code ("23", "C23.1", "23.11 Glass"), else by words.

    A code that goes on beyond a class, as those of national editions do, or that is not in NACE, means the
    class, group or division with which it begins. Words may stand in either language's title, in any
    script, whole or begun; a whole title means that activity, and of all with these words the coarsest ones
    are taken. Where no title has them all, those that resemble the text most are found, so that a typing
    error does no harm; nothing is found for what resembles none.
    """
    if (code := _CODE.match(text)) and (named := _coded(code[1].zfill(DIVISION), code[2] or "")):
        return (named,)
    words = _WORD.findall(romanised(text))
    if not words:
        return ()
    if same := _whole_titles().get(" ".join(words)):
        return (activities()[same],)
    titles = _titles()
    whole = [code for code, title in titles.items() if all(f" {word}" in f" {title}" for word in words)]
    near = process.extract(
        " ".join(words), titles, scorer=fuzz.partial_token_sort_ratio, score_cutoff=LIKE, limit=None
    )
    best = [code for _title, score, code in near if score >= near[0][1] - ALMOST]
    return tuple(_coarsest(whole) or _coarsest(best)[:MOST_ALIKE])


def _coded(division: str, digits: str) -> Activity | None:
    codes = [f"{division}.{digits[:length]}" for length in range(len(digits), 0, -1)]
    return next((activities()[one] for one in [*codes, division] if one in activities()), None)


def _coarsest(codes: Iterable[str]) -> list[Activity]:
    """Those of the coarsest level among them, in their order."""
    known = [activities()[one] for one in codes]
    coarsest = min((one.level for one in known), default=None)
    return [one for one in known if one.level == coarsest]


@lru_cache(maxsize=1)
def _titles() -> Mapping[str, str]:
    """Both titles of each division, group and class by code, in small Latin letters."""
    return {
        one.code: romanised(f"{one.title_en} {one.title_uk}")
        for one in activities().values()
        if one.level != Level.SECTION
    }


@lru_cache(maxsize=1)
def _whole_titles() -> Mapping[str, str]:
    """The coarsest activity below sections by each title, in small Latin letters without punctuation."""
    found: dict[str, str] = {}
    for one in activities().values():
        if one.level != Level.SECTION:
            for title in (one.title_en, one.title_uk):
                found.setdefault(" ".join(_WORD.findall(romanised(title))), one.code)
    return found
