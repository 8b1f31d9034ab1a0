"""What a search finds: cities by their names, everything else by its entries, best first.

Hits come in tiers: what is called so, what is called so at the beginning, what has all words in its name,
what has them anywhere, and, where there is nothing else, what is called nearly so. Inside a tier the larger
cities and the newer objects come first. Whatever the entries say, only what is public now is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Value
from django.utils.safestring import SafeString

from cities import directory
from cities.directory import reader_language
from cities.listing import cards
from cities.search import SHORTEST_MISSPELT, Found, search, similarity
from public.kinds import KINDS, PublicKind, kind_of
from public.models import SearchEntry

from .sources import Shown
from .words import Wanted, marked, wanted

CITIES = "cities"
CALLED_SO, BEGINS_SO, IN_NAME, SOMEWHERE, NEARLY = range(5)  # as the tiers of `cities.search`
MOST = 400
"""Hits of a kind that can be looked at; the directory of the kind lists more."""
SUGGESTED = 8
SHORTEST_TYPED = 3  # letters, from which others than cities are suggested: too much begins with two
CANDIDATES = 500  # of a kind, from which suggestions are chosen: ranking 80,000 takes too long
SUGGESTED_OF_A_KIND = 4  # as long as there are others
WORD_SIMILARITY = 0.5  # as in `partnerships.organisations.search`
TIERS = {
    "CALLED_SO": CALLED_SO,
    "BEGINS_SO": BEGINS_SO,
    "IN_NAME": IN_NAME,
    "SOMEWHERE": SOMEWHERE,
    "NEARLY": NEARLY,
}
ORDER = {kind.code: number for number, kind in enumerate(KINDS)}

BEST = """
SELECT kind, tier, object_id, id, total FROM (
    SELECT *, count(*) OVER (PARTITION BY kind) AS total,
        row_number() OVER (PARTITION BY kind ORDER BY tier, likeness DESC, object_id DESC) AS place
    FROM ({matching}) AS matching
) AS ranked
WHERE place <= %(most)s ORDER BY kind, place
"""
WITH_WORDS = """
SELECT entry.kind, object_id, id, 0 AS likeness,
    CASE
        WHEN position(E'\\n' || %(key)s || E'\\n' IN names) > 0 THEN {CALLED_SO}
        WHEN position(E'\\n' || %(key)s IN names) > 0 THEN {BEGINS_SO}
        WHEN named @@ each.query::tsquery THEN {IN_NAME}
        ELSE {SOMEWHERE}
    END AS tier
FROM unnest(%(queries)s::text[]) AS each (query) CROSS JOIN LATERAL (
    SELECT * FROM public_searchentry WHERE {field} @@ each.query::tsquery LIMIT %(candidates)s
) AS entry
"""
ALIKE = """
SELECT kind, object_id, id, word_similarity(%(key)s, names) AS likeness, {NEARLY} AS tier
FROM public_searchentry WHERE names %%> %(key)s
"""


@dataclass(frozen=True)
class Hit:
    """One thing found, as it is shown; title and summary are HTML with the words marked that were found."""

    kind: PublicKind
    title: SafeString
    url: str
    place: str
    summary: SafeString
    found_as: str
    is_demonstration: bool


class Match(NamedTuple):
    """What matches, by its number; `entry` is that of its entry, None for a city."""

    kind: str
    tier: int
    number: int
    entry: int | None = None


@dataclass(frozen=True)
class Group:
    """What matches of a kind: MOST at most, best first; `total` counts those beyond, too."""

    kind: PublicKind
    matches: Sequence[Match]
    total: int

    @property
    def best(self) -> tuple[int, int]:
        """By which groups are sorted."""
        return self.matches[0].tier, ORDER[self.kind.code]

    @property
    def is_nearly(self) -> bool:
        """Whether only names like the one searched for were found."""
        return self.matches[0].tier == NEARLY

    def only(self, public: Set[Match]) -> Group:
        """The group without the others."""
        kept = [match for match in self.matches if match in public]
        return Group(self.kind, kept, self.total - len(self.matches) + len(kept))


def _public(matches: Iterable[Match]) -> Set[Match]:
    """Those that everybody may see now: cities always, others as their kinds say. One query."""
    matching = {(match.kind, match.number): match for match in matches}
    numbers: dict[str, list[int]] = defaultdict(list)
    for code, number in matching:
        numbers[code].append(number)
    cities = {match for match in matching.values() if match.kind == CITIES}
    queries = [
        kind_of(code).objects().filter(pk__in=some).order_by().values_list(Value(code), "pk")
        for code, some in numbers.items()
        if code != CITIES
    ]
    rows = queries[0].union(*queries[1:], all=True) if queries else []
    return cities | {matching[row] for row in rows}


class Search:
    """A search by a text, whose last word is but begun if it `is_being_typed`."""

    def __init__(self, text: str, *, is_being_typed: bool = False) -> None:
        self.text, self.is_being_typed = text, is_being_typed
        self.at_hand = directory.current()
        self._found: Found | None = None

    @cached_property
    def wanted(self) -> Wanted:
        """What it looks for."""
        return wanted(self.text, is_being_typed=self.is_being_typed)

    @cached_property
    def groups(self) -> list[Group]:
        """What is found and public, the kind with the best match first."""
        matching = self._matching("words", MOST)
        public = _public([match for group in matching for match in group.matches])
        found = [group.only(public) for group in matching]
        return sorted((group for group in found if group.matches), key=lambda group: group.best)

    def suggestions(self) -> list[Hit]:
        """The best of all kinds by their names, for somebody who is typing."""
        found = self._matching("named", SUGGESTED)
        ranked = sorted(
            (place >= SUGGESTED_OF_A_KIND, match.tier, ORDER[match.kind], place, match)
            for group in found
            for place, match in enumerate(group.matches)
        )
        chosen = [match for *_rank, match in sorted(one[1:] for one in ranked[:SUGGESTED])]
        public = _public(chosen)
        return self.hits([match for match in chosen if match in public], with_summary=False)

    def hits(self, matches: Sequence[Match], *, with_summary: bool = True) -> list[Hit]:
        """How matches are shown that are public. Two queries, and one where cities are among them."""
        numbers = [one.entry for one in matches if one.entry]
        entries = dict(SearchEntry.objects.filter(pk__in=numbers).values_list("pk", "shown"))
        cities = self._cities_shown([one.number for one in matches if one.kind == CITIES])
        known = [
            (one.kind, *cities[one.number])
            if one.entry is None
            else (one.kind, entries[one.entry][reader_language()], "")
            for one in matches
            if one.entry is None or one.entry in entries
        ]
        titles = [shown["title"] for _kind, shown, _as in known]
        summaries = [shown["summary"] if with_summary else "" for _kind, shown, _as in known]
        texts = marked([*titles, *summaries], self.wanted)
        return [
            Hit(kind_of(code), title, shown["url"], shown["place"], summary, name, shown["is_demonstration"])
            for (code, shown, name), title, summary in zip(
                known, texts[: len(known)], texts[len(known) :], strict=True
            )
        ]

    def _matching(self, field: str, most: int) -> list[Group]:
        """What matches of each kind; entries by a field of theirs, and whether they are public or not."""
        if not self.wanted.query:
            return []
        is_vague = self.is_being_typed and len(self.wanted.key) < SHORTEST_TYPED
        entries = [] if is_vague else self._entries(WITH_WORDS, most, field)
        is_called_so = any(group.matches[0].tier <= IN_NAME for group in entries)
        cities = self._cities(most, with_errors=not is_called_so)
        if not entries and (not cities or cities[0].is_nearly) and len(self.wanted.key) >= SHORTEST_MISSPELT:
            with similarity(WORD_SIMILARITY, of_words=True):
                entries = self._entries(ALIKE, most)
        return [*cities, *entries]

    def _cities(self, most: int, *, with_errors: bool) -> list[Group]:
        """The cities called so; if none are, those that some words of the text name."""
        found = self._found = search(self.text, self.at_hand.reference, with_errors=with_errors)
        tiers, rows = np.minimum(found.tiers[:most], NEARLY).tolist(), found.rows[:most].tolist()
        matches = [Match(CITIES, tier, row) for tier, row in zip(tiers, rows, strict=True)]
        if not matches:
            named = self.at_hand.reference.rows_of(self.wanted.cities).tolist()
            matches = [Match(CITIES, IN_NAME, row) for row in named if row >= 0]
        return [Group(kind_of(CITIES), matches, max(len(found.rows), len(matches)))] if matches else []

    def _entries(self, matching: str, most: int, field: str = "") -> list[Group]:
        """The best of each kind, and how many there are. One query."""
        asked: dict[str, str | int | list[str] | None] = {
            "queries": [self.wanted.among(code) for code in ORDER if code != CITIES],
            "key": self.wanted.key,
            "most": most,
            "candidates": CANDIDATES if field == "named" else None,
        }
        with connection.cursor() as cursor:
            cursor.execute(BEST.format(matching=matching.format(field=field, **TIERS)), asked)
            rows = cursor.fetchall()
        found = [list(of_kind) for _code, of_kind in groupby(rows, key=lambda row: row[0])]
        return [
            Group(kind_of(of_kind[0][0]), [Match(*row[:4]) for row in of_kind], of_kind[0][4])
            for of_kind in found
            if of_kind[0][0] in ORDER
        ]

    def _cities_shown(self, rows: Sequence[int]) -> Mapping[int, tuple[Shown, str]]:
        """How cities are shown, and the names they were found by, by their rows."""
        listed = np.array(rows, dtype=np.int64)
        names = self._found.names(self.at_hand.reference, listed) if self._found and rows else None
        return {
            card.row: (
                Shown(
                    title=card.name,
                    url=card.url,
                    place=", ".join(filter(None, [card.region, card.country])),
                    summary="",
                    is_demonstration=card.is_demonstration,
                ),
                card.found_as,
            )
            for card in cards(self.at_hand, listed, names)
        }
