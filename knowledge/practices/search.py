"""Search for practices by what they say, in any form of a word, in either script, with typing errors.

PostgreSQL compares the dictionary forms that each practice keeps (`Practice.words`). All words of a search
must be found. Where nothing has them all, words that share enough trigrams stand for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, or_
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from cities.facets import Rows
from cities.search import similarity
from knowledge.models import Practice

from .directory import PracticeDirectory
from .words import forms_of

MOST_WORDS = 8
SHORTEST_MISSPELT = 4  # letters
LIKENESS = 0.4  # of the trigrams of a word: "shcool" and "school" share 43 %, "waset" and "waste" half
WEIGHTS = [0.1, 0.2, 0.4, 1.0]


@dataclass(frozen=True)
class FoundPractices:
    """The rows a search found, best first; `is_alike` where only similar words were found."""

    rows: Rows
    is_alike: bool = False


def find(text: str, at_hand: PracticeDirectory) -> FoundPractices:
    """The practices a search finds, those with the words in the title first; nothing without words."""
    words = forms_of(text)[:MOST_WORDS]
    if not words or not len(at_hand):
        return FoundPractices(np.array([], dtype=np.int64))
    if len(rows := at_hand.rows_of(_with_forms(words))):
        return FoundPractices(rows)
    return FoundPractices(at_hand.rows_of(_with_similar(words)), is_alike=True)


def _with_forms(words: Sequence[tuple[str, ...]]) -> list[int]:
    """The ids of the practices that have each word in some form, best first: one query."""
    wanted = reduce(and_, map(_any_of, words))
    rank = SearchRank(F("vector"), wanted, weights=WEIGHTS)
    found = Practice.objects.published().filter(vector=wanted)
    return list(found.order_by(-rank, "-published_at", "-pk").values_list("pk", flat=True))


def _with_similar(words: Sequence[tuple[str, ...]]) -> list[int]:
    """The ids of the practices that have words like each of those searched for, best first: one query."""
    found = Practice.objects.published()
    likeness: list[Any] = [Value(0.0)]
    for forms in words:
        if len(forms[0]) < SHORTEST_MISSPELT:
            found = found.filter(vector=_any_of(forms))
        else:
            found = found.filter(reduce(or_, [Q(words__trigram_word_similar=form) for form in forms]))
            likeness.append(Greatest(*[TrigramWordSimilarity(form, "words") for form in forms], Value(0.0)))
    order = (-reduce(add, likeness), "-published_at", "-pk")
    with similarity(LIKENESS, of_words=True):
        return list(found.order_by(*order).values_list("pk", flat=True))


def _any_of(forms: Sequence[str]) -> Any:
    return reduce(or_, [SearchQuery(form, config="simple") for form in forms])
