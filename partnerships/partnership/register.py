"""The register of public partnerships in memory, as columns beside those of the city directory.

Row r is the partnership begun r-th last, so that ascending rows are the usual order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.directory import Directory, Versions
from cities.facets import Facet, Rows
from cities.keeper import Keeper
from cities.models import DataVersion, Topic, in_active_language
from cities.selection import Degrees, Selectable
from partnerships.interests.models import Party
from partnerships.organisations.directory import many
from projects.directory import search_keys

from .models import PARTNERSHIPS, Partnership

CITY = "city"
KINDS = {CITY: _("City"), "business": _("Business"), "financial-partner": _("Financial partner")}


@dataclass(frozen=True)
class Side:
    """A side as the register shows it, whatever the reader's language.

    `city` is a row of the directory, `page` the parts of the address of its page.
    """

    name: str
    name_uk: str
    kind: str
    city: int
    page: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The name in the reader's language."""
        return in_active_language(self.name, self.name_uk)

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse(self.kind, args=self.page)


@dataclass(frozen=True)
class Entry:
    """One partnership of the register."""

    number: int
    slug: str
    sides: tuple[Side, Side]
    stage: str
    since: date
    twins_since: int | None
    topics: tuple[str, ...]
    is_demonstration: bool

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse("partnership", args=[self.number, self.slug])


@dataclass(frozen=True)
class Register(Selectable):
    """One consistent copy of n public partnerships."""

    cities: Directory
    entries: Sequence[Entry]
    texts: Sequence[str]
    topics: Mapping[str, Topic]

    @classmethod
    def load(cls, cities: Directory) -> Register:
        """Read all public partnerships whose cities the copy has."""
        rows = Partnership.objects.public().named().select_related("twinning").prefetch_related("topics")
        found = [(one, _sides(one, cities)) for one in rows.order_by("-confirmed_at", "-pk")]
        known = [(one, sides) for one, sides in found if min(side.city for side in sides) >= 0]
        entries = [_entry(one, sides) for one, sides in known]
        topics = {topic.code: topic for topic in Topic.objects.all()}
        texts = search_keys([_text(entry, cities, topics) for entry in entries]) if entries else []
        return cls(cities, entries, texts, topics)

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string."""
        country, ids = self.cities.facets["country"], self.cities.reference.ids
        homes = [[side.city for side in one.sides] for one in self.entries]
        return {
            "country": many([[country.codes_of(city)[0] for city in pair] for pair in homes]),
            "city": many([[str(ids[city]) for city in pair] for pair in homes]),
            "topic": many([one.topics for one in self.entries]),
            "stage": Facet.single(Partnership.Stage.values, [one.stage for one in self.entries]),
            "kind": many([[side.kind for side in one.sides] for one in self.entries]),
        }

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "country":
                return self.cities.labels("country")
            case "city":
                return self.cities.names_of(self.facets["city"].codes)
            case "topic":
                return {code: topic.name for code, topic in self.topics.items()}
            case "stage":
                return {code: capfirst(str(label)) for code, label in Partnership.Stage.choices}
            case "kind":
                return {code: str(label) for code, label in KINDS.items()}
        raise KeyError(facet)

    def places(self) -> tuple[Degrees, Degrees]:
        """Where the first side of each is."""
        reference = self.cities.reference
        rows = np.array([one.sides[0].city for one in self.entries], dtype=np.int64)
        return reference.latitude[rows], reference.longitude[rows]

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for; all that a search finds is equally relevant."""
        return np.sort(rows)[::-1] if sort == "oldest" else np.sort(rows)

    def find(self, text: str) -> Rows:
        """The rows with all words of a search: names of sides, cities, countries, topics, in any script."""
        words = search_keys([text])[0].split()
        return np.array(
            [row for row, whole in enumerate(self.texts) if all(word in whole for word in words)],
            dtype=np.int64,
        )


def _sides(one: Partnership, cities: Directory) -> tuple[Side, Side]:
    first, second = (_side(party, cities) for party in one.parties)
    return first, second


def _side(party: Party, cities: Directory) -> Side:
    [row] = cities.reference.rows_of([party.home.pk]).tolist()
    if party.city is None:
        return Side(str(party.one), "", party.one.kind, row, (party.one.slug,))
    page = (party.city.country_id.lower(), party.city.slug)
    return Side(party.city.name, party.city.name_uk, CITY, row, page)


def _entry(one: Partnership, sides: tuple[Side, Side]) -> Entry:
    assert one.confirmed_at is not None
    return Entry(
        number=one.pk,
        slug=one.slug,
        sides=sides,
        stage=one.stage,
        since=timezone.localdate(one.confirmed_at),
        twins_since=one.twinning.since if one.twinning else None,
        topics=tuple(topic.code for topic in one.topics.all()),
        is_demonstration=one.is_demonstration,
    )


def _text(entry: Entry, cities: Directory, topics: Mapping[str, Topic]) -> str:
    """All words by which people look for it."""
    reference = cities.reference
    words: list[str] = [
        name for code in entry.topics for name in (topics[code].name_en, topics[code].name_uk)
    ]
    for side in entry.sides:
        words += [side.name, side.name_uk, reference.name[side.city], reference.name_uk[side.city]]
        words += _countries(cities, side.city)
    return " ".join(words)


def _countries(cities: Directory, city: int) -> Iterable[str]:
    code = cities.facets["country"].codes_of(city)[0]
    return [names[code] for names in cities.reference.country_names.values()]


def _parts(versions: Versions) -> tuple[int | None, int | None]:
    return versions.get(PARTNERSHIPS), versions.get(DataVersion.REFERENCE)


_keeper = Keeper(Register.load, _parts)
current: Callable[[], Register] = _keeper.current
forget: Callable[[], None] = _keeper.forget
