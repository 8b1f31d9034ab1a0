"""Search for projects by what they say, in any script, with typing errors.

Titles and texts are compared as search keys, in Latin letters. All words of a search must be found; where one
is not, words that differ by a letter or two stand for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from cities.facets import Rows

from .directory import ProjectDirectory, search_keys

SHORTEST_MISSPELT = 4  # letters
LETTERS_AN_ERROR = 5  # a word of so many letters more may have one more wrong
MOST_WORDS = 8
MOST_ALIKE = 10
SUGGESTIONS = 5
LIKENESS = 60  # of 100


@dataclass(frozen=True)
class FoundProjects:
    """The rows a search found, best first; `alike` are titles' rows that resemble it, if it found nothing."""

    rows: Rows
    alike: Sequence[int] = ()


def find(text: str, at_hand: ProjectDirectory) -> FoundProjects:
    """The projects a search finds: those with all words in the title first; nothing without letters."""
    words = _words(search_keys([text])[0])[:MOST_WORDS]
    if not words or not len(at_hand):
        return FoundProjects(np.array([], dtype=np.int64))
    forms = {word: _forms(word, at_hand) for word in words}
    rows = [
        *(row for row, title in enumerate(at_hand.titles) if _has_all(title, forms)),
        *(row for row, whole in enumerate(at_hand.texts) if _has_all(whole, forms)),
    ]
    found = np.array(list(dict.fromkeys(rows)), dtype=np.int64)
    return FoundProjects(found, () if rows else _alike(" ".join(words), at_hand))


def _words(key: str) -> list[str]:
    return [word for word in key.split() if any(map(str.isalnum, word))]


def _has_all(text: str, forms: Mapping[str, Sequence[str]]) -> bool:
    return all(any(form in text for form in found) for found in forms.values())


def _forms(word: str, at_hand: ProjectDirectory) -> list[str]:
    """The word, or where no text has it, the words that texts have and that differ from it a little."""
    if len(word) < SHORTEST_MISSPELT or any(word in text for text in at_hand.texts):
        return [word]
    known = sorted({one for text in at_hand.texts for one in _words(text)})
    most = 1 + len(word) // (2 * LETTERS_AN_ERROR)
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=MOST_ALIKE)
    return [one for one, _distance, _place in near] or [word]


def _alike(key: str, at_hand: ProjectDirectory) -> list[int]:
    near = process.extract(
        key, at_hand.titles, scorer=fuzz.partial_token_set_ratio, score_cutoff=LIKENESS, limit=SUGGESTIONS
    )
    return [row for _title, _score, row in near]
