"""What sectors of projects mean to helpers: topics of cities and funders, activities of businesses.

data/sectors.csv was written by hand for this portal: for each code of the OC4IDS codelist projectSector the
topics it touches, the main one first, and the NACE divisions that usually build or equip such projects.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from projects.directory import narrowest

FILE = Path(__file__).resolve().parent / "data" / "sectors.csv"


class Sector(NamedTuple):
    """A sector, with codes of cities.Topic and of NACE divisions."""

    topics: frozenset[str]
    divisions: frozenset[str]
    main_topic: str


@lru_cache(maxsize=1)
def sectors() -> Mapping[str, Sector]:
    """The sectors by code."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["sector"]: Sector(
                frozenset(row["topics"].split()),
                frozenset(row["divisions"].split()),
                row["topics"].split()[0],
            )
            for row in csv.DictReader(file)
        }


def topics_of(codes: Iterable[str]) -> frozenset[str]:
    """The topics that some sectors touch."""
    known = [sectors()[code].topics for code in codes if code in sectors()]
    return frozenset().union(*known)


def main_topics_of(codes: Sequence[str]) -> frozenset[str]:
    """What some sectors are first of all about: a topic for each, wider ones beside a narrower left out."""
    return frozenset(sectors()[code].main_topic for code in narrowest(codes) if code in sectors())


def divisions_of(codes: Iterable[str]) -> frozenset[str]:
    """The divisions that usually build or equip projects of some sectors."""
    known = [sectors()[code].divisions for code in codes if code in sectors()]
    return frozenset().union(*known)
