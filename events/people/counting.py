"""How many people take part in an event, by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cities.models import Country
from events.models import Event, Registration

GUEST = "guest"
"""The kind of those who come for no city or organisation of the portal."""


@dataclass(frozen=True)
class Counts:
    """People by state, and those who take part by kind and by country: each the largest number first."""

    states: dict[str, int]
    checked_in: int
    kinds: list[tuple[str, int]]
    countries: list[tuple[str, int]]

    @property
    def registered(self) -> int:
        """Those who have a place."""
        return self.states.get(Registration.State.REGISTERED, 0)

    @property
    def waiting(self) -> int:
        """Those who wait for one."""
        return self.states.get(Registration.State.WAITING, 0)


def counts_of(event: Event) -> Counts:
    """The numbers of an event; three queries."""
    people: Any = event.registrations.with_kinds()
    states = (
        event.registrations.order_by()
        .values("state")
        .annotate(number=Count("pk"), there=Count("pk", filter=Q(checked_in_at__isnull=False)))
    )
    found = list(states)
    taking_part = people.taking_part().order_by()
    pairs = list(taking_part.values_list("kind", "country").annotate(number=Count("pk")))
    names = {
        one.code: one.name for one in Country.objects.filter(code__in={pair[1] for pair in pairs} - {None})
    }
    return Counts(
        states={one["state"]: one["number"] for one in found},
        checked_in=sum(one["there"] for one in found),
        kinds=_largest((kind_in_words(kind), number) for kind, _country, number in pairs),
        countries=_largest((names[country], number) for _kind, country, number in pairs if country),
    )


def kind_in_words(kind: str) -> str:
    """A kind of participant in the plural, as `RegistrationQuerySet.with_kinds` names it."""
    return _("guests") if kind == GUEST else str(Event.Who(kind).label)


def _largest(numbers: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for name, number in numbers:
        found[name] = found.get(name, 0) + number
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))
