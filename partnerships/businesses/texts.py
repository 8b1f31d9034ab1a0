"""What businesses write of themselves as vectors, so that texts in different languages can be compared.

A word counts as the term of the glossary it begins with, if there is one, so that "pumps" and "насоси" are
the same; otherwise as its first letters and its groups of four letters, both in Latin letters and spelt so
that words many languages share meet ("logistics", "логістика"). Terms, beginnings and groups are hashed into
SIZE numbers. No word counts by how rare it is among all businesses: then one change would change all; words
that say little have little weight in the glossary, or stand among STOP_WORDS.

data/glossary.csv was written by hand for this portal: English and Ukrainian beginnings of words of trade.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cities import nace
from cities.romanised import romanised
from partnerships.matching.trade import TEXT_SIZE

FILE = Path(__file__).resolve().parent / "data" / "glossary.csv"
LONGEST_TEXT = 6000  # letters of one side that are looked at
MOST_LETTERS = 6  # of a word's beginning
GROUP = 4
SHORTEST_WORD = 3
BEGINNING_WEIGHT, GROUPS_WEIGHT, ACTIVITY_WEIGHT = 1.0, 0.5, 0.5
LONG_TERM, LONG_ENDING, SHORT_ENDING = 5, 5, 2
"""A term of 5 letters or more may be followed by 5 more, a shorter one by 2: else it is another word."""
LEAST_TELLING = 0.7  # a word that weighs less is no reason
SCALE = 127  # of a vector of length 1, kept as whole numbers: sums of their products are exact

STOP_WORDS = frozenset((FILE.parent / "stop_words.txt").read_text(encoding="utf-8").split())
_SPELT_ALIKE = str.maketrans({"h": "g", "y": "i", "j": "i", "w": "v", "q": "k", "c": "k", "'": "", "’": ""})
_LETTERS = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_TWICE = re.compile(r"(.)\1+")


class Term(NamedTuple):
    """A line of the glossary."""

    number: int
    weight: float


@lru_cache(maxsize=50_000)
def spelt_alike(text: str) -> str:
    """In Latin letters, those that stand for each other in different spellings made one: "logistik"."""
    latin = romanised(text).replace("kh", "k").replace("ch", "k").replace("ph", "f").replace("ts", "k")
    return _TWICE.sub(r"\1", latin.translate(_SPELT_ALIKE))


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, Term]:
    """Terms by the beginnings of words, as `spelt_alike` writes them; the first that has one keeps it."""
    found: dict[str, Term] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            both = [row["english"].split("|"), row["ukrainian"].split("|")]
            term = Term(number, float(row["weight"]))
            for beginning in [*both[0], *both[1]]:
                found.setdefault(spelt_alike(beginning.replace(" ", "")), term)
    return found


@lru_cache(maxsize=50_000)
def term_of(word: str) -> Term | None:
    """The term with the longest beginning that a word (`spelt_alike`) has."""
    for length in range(len(word), 1, -1):
        term = glossary().get(word[:length])
        if term and len(word) - length <= (LONG_ENDING if length >= LONG_TERM else SHORT_ENDING):
            return term
    return None


def words(text: str) -> list[str]:
    """The words of a text that say something, as they stand in it, in small letters."""
    found = _LETTERS.findall(text[:LONGEST_TEXT].lower())
    return [word for word in found if len(word) >= SHORTEST_WORD and word not in STOP_WORDS]


def features(text: str) -> dict[str, float]:
    """What is compared of a text, with its weight; each counts once however often it stands there."""
    found: dict[str, float] = {}
    for word in words(text):
        for feature, weight in _of_word(spelt_alike(word)):
            found[feature] = max(weight, found.get(feature, 0.0))
    return found


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[tuple[str, float], ...]:
    if term := term_of(word):
        return ((f"t{term.number}", term.weight),)
    groups = {word[start : start + GROUP] for start in range(len(word) - GROUP + 1)}
    share = GROUPS_WEIGHT / max(1.0, len(groups) ** 0.5)
    return (f"b{word[:MOST_LETTERS]}", BEGINNING_WEIGHT), *((f"g{one}", share) for one in sorted(groups))


@lru_cache(maxsize=100_000)
def _place(feature: str) -> tuple[int, float]:
    """Where a feature stands in a vector, and its sign (feature hashing, Weinberger and others 2009)."""
    number = int.from_bytes(blake2b(feature.encode(), digest_size=4).digest(), "big")
    return number % TEXT_SIZE, 1.0 if number & 1 << 20 else -1.0


def vector(weighted: Mapping[str, float]) -> npt.NDArray[np.int8]:
    """Features as a vector of length SCALE, shape (TEXT_SIZE,); all 0 for none."""
    sums = np.zeros(TEXT_SIZE)
    for feature, weight in weighted.items():
        place, sign = _place(feature)
        sums[place] += sign * weight
    length = np.sqrt((sums * sums).sum())
    return np.rint(sums * (SCALE / length if length else 0.0)).astype(np.int8)


def vectors(activity: str, about: Iterable[str], seeks: Iterable[str]) -> bytes:
    """A business's texts as they are stored: the version, what it does, what it seeks.

    about: its summaries and notes of offers; seeks: its notes of needs. The titles of its activity and of
    its division count among what it does, and alone where it wrote nothing.
    """
    does = features("\n".join(about))
    for title in nace.titles(activity):
        for feature, weight in features(title).items():
            does.setdefault(feature, ACTIVITY_WEIGHT * weight)
    return version() + vector(does).tobytes() + vector(features("\n".join(seeks))).tobytes()


@lru_cache(maxsize=1)
def version() -> bytes:
    """Eight bytes that tell vectors of another glossary or of other code."""
    return sha256(Path(__file__).read_bytes() + FILE.read_bytes() + nace.FILE.read_bytes()).digest()[:8]


def common_words(one: str, other: str, language: str) -> list[str]:
    """What two texts have in common, the most telling first, as it stands in them.

    Of several words for the same, one in the letters of the reader's language is taken, if there is one.
    """
    here, there = _by_key(one), _by_key(other)
    found = []
    for key in here.keys() & there.keys():
        known = [*here[key], *there[key]]
        shown = next((word for word in known if word.isascii() == (language == "en")), known[0])
        term = term_of(spelt_alike(shown))
        found.append((-(term.weight if term else BEGINNING_WEIGHT), shown))
    return [word for weight, word in sorted(found) if -weight >= LEAST_TELLING]


def _by_key(text: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in words(text):
        alike = spelt_alike(word)
        term = term_of(alike)
        found[f"t{term.number}" if term else alike[:MOST_LETTERS]].append(word)
    return found
