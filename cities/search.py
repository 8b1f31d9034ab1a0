"""Search by any name a city (or a business) is known by, in any script, with typing errors.

Matches come in tiers: the whole name, the beginning of a name, the beginning of a word in it, any part
of it, and at last names that differ by a few letters. Inside a tier larger cities come first; being a
member is no advantage. Names are compared by their keys (`search_key` in PostgreSQL: lower case,
without accents and apostrophes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Case, Model, Q, QuerySet, Value, When
from django.db.models.functions import Length
from rapidfuzz.distance import OSA

from .directory import Reference
from .facets import Rows
from .models import CityName

SHORTEST_PART = 3  # letters; shorter searches look at beginnings only: trigrams need three
SHORTEST_MISSPELT = 4
FUZZY = 4  # the tier of names with one wrong letter; more wrong letters come after
SIMILARITY = 0.25  # share of common trigrams: "lwiv" and "lviv", one letter of four apart, just have it
SUGGESTIONS = 5


class Directed(Protocol):
    """What a search needs of a directory: the rows of what it finds."""

    @property
    def ids(self) -> Rows:
        """The ids of the rows."""

    def rows_of(self, ids: Any) -> Rows:
        """The rows of these ids, -1 for those that are not in the directory."""


@dataclass(frozen=True)
class Names:
    """A table of names with their keys: whose they are, and which names come first among similar ones.

    `written` makes of a text what PostgreSQL makes the key of.
    """

    model: type[Model]
    owner: str
    first: tuple[str, ...] = ()
    written: Callable[[str], str] = str

    @property
    def all(self) -> QuerySet[Any]:
        """All names."""
        return self.model._default_manager.all()

    def key_of(self, text: str) -> str:
        """The key that PostgreSQL makes of a name."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT search_key(%s)", [self.written(text)])
            return str(cursor.fetchone()[0])


LARGEST_NAMED = """
SELECT DISTINCT ON (given.text) given.text, city.id, search_key(city.name)
FROM unnest(%s::text[]) AS given (text)
JOIN cities_cityname AS name ON name.key = search_key(given.text)
JOIN cities_city AS city ON city.id = name.city_id AND city.population >= %s
ORDER BY given.text, city.population DESC, city.id
"""

OF_CITIES = Names(CityName, "city_id", ("-city__population",))


@dataclass(frozen=True)
class Found:
    """The rows a search found, of cities unless `table` has other names.

    rows: rows of the directory, best first. misspelt: for rows found only by a similar name, that name.
    tiers: of each row that was found by its name, as the module tells: 0 for the whole name, FUZZY and more
    for similar ones.
    """

    text: str
    key: str
    rows: Rows
    misspelt: Mapping[int, str] = field(default_factory=dict)
    table: Names = OF_CITIES
    tiers: Rows = field(default_factory=lambda: np.array([], dtype=np.int64))

    def names(self, reference: Directed, rows: Rows) -> dict[int, list[str]]:
        """The names by which some rows of the result were found, best first."""
        row_of = {int(reference.ids[row]): row for row in rows.tolist()}
        owner = self.table.owner
        matches = self.table.all.filter(_contains(self.key), **{f"{owner}__in": list(row_of)})
        names: dict[int, list[tuple[tuple[Any, ...], str]]] = {}
        for found, name, tier in matches.annotate(tier=_tier(self.key)).values_list(owner, "name", "tier"):
            rank = (tier, name.casefold() != self.text.casefold(), len(name), name)
            names.setdefault(row_of[found], []).append((rank, name))
        exact = {row: [name for _rank, name in sorted(ranked)] for row, ranked in names.items()}
        return {row: [name] for row, name in self.misspelt.items()} | exact


def search(text: str, reference: Directed, names: Names = OF_CITIES, *, with_errors: bool = True) -> Found:
    """What has a name like `text`, also a misspelt one; nothing for a text without letters or digits."""
    key = names.key_of(text)
    if not any(map(str.isalnum, key)):
        return Found(text, key, np.array([], dtype=np.int64), table=names)
    tiers = _tiers(key, reference, names)
    misspelt: dict[int, tuple[int, str]] = {}
    if with_errors and len(key) >= SHORTEST_MISSPELT and min(tiers, default=FUZZY) > 2:
        misspelt = _misspelt(key, reference, names)
    for row, (distance, _name) in misspelt.items():
        tiers.setdefault(FUZZY + distance - 1, []).append(row)
    rows = np.array([row for tier in sorted(tiers) for row in sorted(tiers[tier])], dtype=np.int64)
    tier_of = np.array([tier for tier in sorted(tiers) for _row in tiers[tier]], dtype=np.int64)
    _unique, first = np.unique(rows, return_index=True)
    first.sort()
    similar = {row: name for row, (_d, name) in misspelt.items()}
    return Found(text, key, rows[first], similar, names, tier_of[first])


def called(key: str, reference: Reference) -> Rows:
    """The cities of which this is a whole name."""
    return np.array(
        sorted(
            _rows(
                list(CityName.objects.filter(key=key).values_list("city_id", flat=True).distinct()), reference
            )
        ),
        dtype=np.int64,
    )


class Named(NamedTuple):
    """A city that goes by a name; `key` is that of its main name."""

    city: int
    key: str


def largest_named(texts: Sequence[str], inhabitants: int) -> dict[str, Named]:
    """For each text that is a whole name of a city of so many inhabitants, the largest one. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LARGEST_NAMED, [list(texts), inhabitants])
        return {text: Named(city, key) for text, city, key in cursor.fetchall()}


def suggestions(key: str, names: Names = OF_CITIES) -> list[str]:
    """Names that resemble a key more loosely than `search` accepts, the most similar first."""
    with similarity(SIMILARITY):
        similar = (
            names.all.filter(key__trigram_similar=key)
            .annotate(similarity=TrigramSimilarity("key", key))
            .order_by("-similarity", *names.first)
            .values_list("name", flat=True)
        )
        return list(dict.fromkeys(similar[: 4 * SUGGESTIONS]))[:SUGGESTIONS]


def _contains(key: str) -> Q:
    return Q(key__contains=key) if len(key) >= SHORTEST_PART else Q(key__startswith=key)


def _tier(key: str) -> Case:
    return Case(
        When(key=key, then=Value(0)),
        When(key__startswith=key, then=Value(1)),
        When(key__contains=f" {key}", then=Value(2)),
        default=Value(3),
    )


def _tiers(key: str, reference: Directed, names: Names) -> dict[int, list[int]]:
    """The rows whose names contain the key, by tier."""
    found = (
        names.all.filter(_contains(key))
        .values(tier=_tier(key))
        .annotate(owners=ArrayAgg(names.owner, distinct=True))
        .values_list("tier", "owners")
    )
    return {tier: _rows(owners, reference) for tier, owners in found}


def _rows(owners: Sequence[int], reference: Directed) -> list[int]:
    rows = reference.rows_of(owners)
    return rows[rows >= 0].tolist()


def _errors_allowed(key: str) -> int:
    """How many letters may be wrong (inserted, left out, replaced, or two neighbours swapped)."""
    return 1 if len(key) <= 5 else 2 if len(key) <= 9 else 3


def _one_letter_less_or_two_swapped(key: str) -> list[str]:
    """Names the key may have been meant for that share too few trigrams with it."""
    shorter = [key[:i] + key[i + 1 :] for i in range(len(key))]
    swapped = [key[:i] + key[i + 1] + key[i] + key[i + 2 :] for i in range(len(key) - 1)]
    return [*shorter, *swapped]


def _misspelt(key: str, reference: Directed, names: Names) -> dict[int, tuple[int, str]]:
    """Rows with a name close to the key: row to (number of wrong letters, name)."""
    allowed = _errors_allowed(key)
    with similarity(SIMILARITY):
        near = names.all.annotate(length=Length("key")).filter(
            key__trigram_similar=key, length__gte=len(key) - allowed, length__lte=len(key) + allowed
        )
        candidates = list(near.values_list(names.owner, "name", "key"))
    exact = names.all.filter(key__in=_one_letter_less_or_two_swapped(key))
    candidates += exact.values_list(names.owner, "name", "key")
    best: dict[int, tuple[int, str]] = {}
    rows = reference.rows_of([owner for owner, _name, _key in candidates]).tolist()
    for row, (_owner, name, other) in zip(rows, candidates, strict=True):
        distance = OSA.distance(key, other, score_cutoff=allowed)
        if row >= 0 and distance <= allowed:
            best[row] = min(best.get(row, (distance, name)), (distance, name))
    return best


@contextmanager
def similarity(least: float, *, of_words: bool = False) -> Iterator[None]:
    """Inside this block, PostgreSQL's operator `%` (`%>` if `of_words`) means at least this similarity."""
    setting = f"pg_trgm.{'word_' if of_words else ''}similarity_threshold"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, str(least)])
        yield
