"""The participants as one of them sees them: who fits best first, then those nothing compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf

from events.models import Event, MeetingRequest, Registration
from events.querysets import RegistrationQuerySet

from .fit import Fit, Side, fits
from .why import in_common, reasons

MOST_REASONS = 2


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as the list orders and filters them; topics and languages are codes."""

    pk: int
    side: Side
    country: str
    languages: frozenset[str]
    topics: frozenset[str]


@dataclass(frozen=True)
class Listed:
    """A participant as the page shows them. request: the one between the two that waits or was accepted."""

    registration: Registration
    person: Person
    fit: Fit | None
    reasons: list[str]
    request: MeetingRequest | None

    @property
    def percent(self) -> int | None:
        """How well the two fit, of 100; None where nothing compares them."""
        return round(100 * self.fit.score) if self.fit else None


def people(found: RegistrationQuerySet) -> list[Person]:
    """Some participants, by name: two queries."""
    called = Coalesce(NullIf("name", Value("")), "user__name")
    rows: Any = found.with_kinds().order_by(called, "pk")
    topics: dict[int, set[str]] = defaultdict(set)
    through = Registration.topics.through.objects.filter(registration__in=found.values("pk"))
    for pk, topic in through.values_list("registration_id", "topic_id"):
        topics[pk].add(topic)
    return [
        Person(
            pk, Side(kind, city or organisation), country or "", frozenset(languages), frozenset(topics[pk])
        )
        for pk, kind, city, organisation, country, languages in rows.values_list(
            "pk", "kind", "party__city_id", "party__organisation_id", "country", "languages"
        )
    ]


class Participants:
    """Those whom a participant may meet, who fits best first; all, by name, for mere organisers."""

    def __init__(self, event: Event, mine: Registration | None) -> None:
        self.event, self.mine = event, mine
        found = event.registrations.open_to_meetings()
        if mine is not None:
            found = found.speaking_with(mine) if mine.wants_meetings else found.none()
        self.found = found

    @cached_property
    def everybody(self) -> list[Person]:
        """By name: two queries."""
        return people(self.found)

    @cached_property
    def my_side(self) -> Side:
        """Whom the participant comes for."""
        return Side.of(self.mine.party if self.mine else None)

    @cached_property
    def my_topics(self) -> frozenset[str]:
        """The topics that the participant comes for."""
        return frozenset(self.mine.topics.values_list("pk", flat=True)) if self.mine else frozenset()

    @cached_property
    def my_languages(self) -> frozenset[str]:
        """The languages that the participant speaks."""
        return frozenset(self.mine.languages if self.mine else ())

    def ranked(self, chosen: Collection[Person]) -> list[tuple[Person, Fit | None]]:
        """Some of them, who fits best first; those whom nothing compares follow by what they share."""
        found = fits(self.my_side, (one.side for one in chosen))

        def order(one: Person) -> tuple[float, int, int]:
            fit = found.get(one.side)
            topics, languages = one.topics & self.my_topics, one.languages & self.my_languages
            return -fit.score if fit else 0.0, -len(topics), -len(languages)

        return [(one, found.get(one.side)) for one in sorted(chosen, key=order)]

    def shown(self, page: Iterable[tuple[Person, Fit | None]], most: int = MOST_REASONS) -> list[Listed]:
        """Some with what the page says of them, in their order: as many queries for many as for one."""
        page = list(page)
        rows = Registration.objects.named().prefetch_related("topics").in_bulk([one.pk for one, _fit in page])
        told = reasons(self.my_side, {one.side: fit for one, fit in page if fit}, most)
        requests = self._requests()
        return [
            Listed(
                registration=rows[one.pk],
                person=one,
                fit=fit,
                reasons=[*told.get(one.side, []), *self._in_common(one, rows[one.pk])],
                request=requests.get(one.pk),
            )
            for one, fit in page
        ]

    def _in_common(self, one: Person, row: Registration) -> list[str]:
        topics = [topic.name for topic in row.topics.all() if topic.pk in self.my_topics]
        return in_common(topics, sorted(one.languages & self.my_languages))

    def _requests(self) -> Mapping[int, MeetingRequest]:
        """By the other's id the participant's requests that wait or were accepted: one query."""
        if self.mine is None:
            return {}
        live = self.event.requests.live().of(self.mine)
        mine = self.mine.pk
        return {one.receiver_id if one.sender_id == mine else one.sender_id: one for one in live}
