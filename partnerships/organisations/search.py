"""Search for organisations: by their names as cities are found by theirs, and by what they say of themselves.

Whatever the script: names and texts are compared in Latin letters. What is found only by its texts (every
word of the search stands in them) comes after what is found by its name.
"""

from dataclasses import replace

import numpy as np
from django.contrib.postgres.search import TrigramWordSimilarity

from cities.romanised import romanised
from cities.search import SHORTEST_PART, Directed, Found, Names, search, similarity

from .directory import OrganisationDirectory
from .models import OrganisationName

MOST_WORDS = 8
WORD_SIMILARITY = 0.5  # "stochnia" in "stocznia polnocna" just has it; "helmet" in "helvetia" has 0.43


def names_in(model: type[OrganisationName]) -> Names:
    """A table of names of organisations."""
    return Names(model, "organisation_id", ("name",), romanised)


def find(text: str, at_hand: OrganisationDirectory, names: Names) -> Found:
    """The organisations a search finds, best first."""
    found = search(text, at_hand, names)
    words = [word for word in found.key.split(" ") if any(map(str.isalnum, word))][:MOST_WORDS]
    if not words or max(map(len, words)) < SHORTEST_PART:
        return found
    said = at_hand.saying(words)
    both = np.concatenate([found.rows, np.setdiff1d(said, found.rows, assume_unique=True)])
    return replace(found, rows=both) if len(both) else _word_like(found, at_hand)


def _word_like(found: Found, at_hand: Directed) -> Found:
    """Where nothing else is found: those with part of a name like the text, most similar first."""
    with similarity(WORD_SIMILARITY, of_words=True):
        similar = found.table.all.filter(key__trigram_word_similar=found.key).annotate(
            likeness=TrigramWordSimilarity(found.key, "key")
        )
        near = list(similar.order_by("-likeness", "name").values_list("organisation_id", "name"))
    rows = at_hand.rows_of([key for key, _name in near]).tolist()
    names = {row: name for row, (_key, name) in zip(rows, near, strict=True) if row >= 0}
    return replace(found, rows=np.array(list(names), dtype=np.int64), misspelt=names)
