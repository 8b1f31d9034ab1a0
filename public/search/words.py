"""Words as they are compared: in Latin letters, each as it stands and by its dictionary form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cities.lemmas import WORD, dictionary_forms
from cities.search import largest_named
from projects.directory import search_keys

MOST_WORDS = 8
SHORTEST_BEGINNING = 3  # letters of a word that stands for all words that begin so
LARGE_CITY = 20_000  # inhabitants, from which a city's other names stand for its main one
FILLERS = frozenset({"the", "and", "for", "with", "для", "про", "при", "від", "або", "над", "під", "між"})
_PIECE = re.compile(r"[^\W_]+")

Pieces = tuple[str, ...]
"""A word as it is compared: several where it is written with hyphens."""


@dataclass(frozen=True)
class Word:
    """A word of a text: as it stands, and its dictionary form."""

    shown: str
    pieces: Pieces
    form: Pieces

    def resembles(self, wanted: Word) -> bool:
        """Whether a search for the other finds it."""
        begins = any(piece.startswith(wanted.pieces) for piece in self.pieces)
        return begins or bool({*self.pieces, *self.form} & set(wanted.form))


def words_of(texts: Sequence[str]) -> list[list[Word]]:
    """The words of some texts. One query."""
    written = [list(zip(WORD.findall(text), dictionary_forms(text), strict=True)) for text in texts]
    known = _pieces({one for text in written for pair in text for one in pair})
    return [[Word(shown, known[shown], known[form]) for shown, form in text] for text in written]


def _pieces(words: Iterable[str]) -> Mapping[str, Pieces]:
    listed = list(words)
    keys = plain_keys(listed)
    return {word: tuple(key.split()) for word, key in zip(listed, keys, strict=True)}


def plain_keys(texts: Sequence[str]) -> list[str]:
    """Texts in small Latin letters, without accents and signs. One query."""
    return [" ".join(_PIECE.findall(key)) for key in search_keys(texts)] if texts else []


def as_vector(kind: str, words: Iterable[Word]) -> str:
    """What PostgreSQL reads as a tsvector of these words, and of a kind, by which no word is searched."""
    pieces = sorted({piece for word in words for piece in (*word.pieces, *word.form)})
    return " ".join(f"'{one}'" for one in [of_kind(kind), *pieces])


def of_kind(kind: str) -> str:
    """What stands among the words of what is of a kind; words have letters and digits only."""
    return f":{kind}"


@dataclass(frozen=True)
class Wanted:
    """What somebody searches for.

    key: its words in small Latin letters. words: those that count. cities: large cities that the whole text
    or one or two of its words name, by their GeoNames ids, in that order. query: what PostgreSQL reads as a
    tsquery; empty where there is no word.
    """

    text: str
    key: str
    words: Sequence[Word]
    cities: Sequence[int]
    query: str

    def among(self, kind: str) -> str:
        """The query for what is of a kind."""
        return f"'{of_kind(kind)}' & ({self.query})"


def wanted(text: str, *, is_being_typed: bool = False) -> Wanted:
    """What a text searches for; the last word is but begun if it `is_being_typed`. Two queries."""
    [found] = words_of([text])
    words = _that_count([one for one in found if one.pieces], is_being_typed)
    if not words:
        return Wanted(text, "", [], [], "")
    pairs = [f"{one.shown} {other.shown}" for one, other in pairwise(words)]
    called = [text, *pairs, *(one.shown for one in words)]
    named = largest_named(called, LARGE_CITY)
    begun = words[-1] if is_being_typed else None
    parts = [_either(one, one is begun, named[one.shown].key if one.shown in named else "") for one in words]
    query = " & ".join(parts)
    if text in named:
        query = f"{query} | {_all_of(_PIECE.findall(named[text].key))}"
    key = " ".join(piece for one in found for piece in one.pieces)
    cities = dict.fromkeys(named[one].city for one in called if one in named)
    return Wanted(text, key, words, list(cities), query)


def _that_count(words: Sequence[Word], is_being_typed: bool) -> list[Word]:
    """The words without fillers and very short ones, unless there are no others."""
    last = words[-1] if words and is_being_typed else None
    kept = [
        one
        for one in words
        if one is last or (len(one.shown) >= SHORTEST_BEGINNING and one.shown.lower() not in FILLERS)
    ]
    return (kept or list(words))[:MOST_WORDS]


def _either(word: Word, is_begun: bool, city: str) -> str:
    """A word as it begins, by its dictionary form, or by the main name of the city it names."""
    begins = " & ".join(
        f"'{piece}':*" if is_begun or len(piece) >= SHORTEST_BEGINNING else f"'{piece}'"
        for piece in word.pieces
    )
    others = {word.form, tuple(_PIECE.findall(city))} - {(), word.pieces}
    return f"({' | '.join([f'({begins})', *map(_all_of, sorted(others))])})"


def _all_of(pieces: Iterable[str]) -> str:
    return "({})".format(" & ".join(f"'{piece}'" for piece in pieces))


def marked(texts: Sequence[str], searched: Wanted) -> list[SafeString]:
    """Texts as HTML, with the words marked that were searched for. One query."""
    return [_marked(text, words, searched) for text, words in zip(texts, words_of(texts), strict=True)]


def _marked(text: str, words: Sequence[Word], searched: Wanted) -> SafeString:
    told = iter(words)
    html, end = "", 0
    for place in WORD.finditer(text):
        shown = escape(place.group())
        is_found = any(word.resembles(one) for word in [next(told)] for one in searched.words)
        html += escape(text[end : place.start()]) + (f"<mark>{shown}</mark>" if is_found else shown)
        end = place.end()
    return mark_safe(html + escape(text[end:]))  # noqa: S308 - every part is escaped above
