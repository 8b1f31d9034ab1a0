"""Strong matches in the stored lists of cities and businesses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cities.models import City
from partnerships.models import BusinessMatch, CityMatch, Organisation, Party

from . import strength
from .finds import NEW_MATCHES, About, Find, Group, page_of_matches


def in_lists(at_hand: Mapping[About, Party]) -> tuple[list[Find], set[About]]:
    """The strong matches of some sides, and those among the sides that have a list: two queries."""
    found: list[tuple[About, About]] = []
    listed: set[About] = set()
    for model, kind, owner, least in (
        (CityMatch, "city", "city", strength.CITIES),
        (BusinessMatch, "organisation", "business", strength.BUSINESSES),
    ):
        ids = [number for what, number in at_hand if what == kind]
        best: Any = model._default_manager.filter(**{f"{owner}__in": ids}, rank__lte=strength.PLACES)
        for number, partner, score in best.order_by(owner, "rank").values_list(owner, "partner", "score"):
            listed.add((kind, number))
            if score >= least:
                found.append(((kind, number), (kind, partner)))
    groups = {
        side: Group(NEW_MATCHES, "new_matches", page_of_matches(at_hand[side]), at_hand[side])
        for side in {side for side, _other in found}
    }
    names = Names({other for _side, other in found})
    return [
        Find(side, other, f"match {other[1]}", groups[side], lambda other=other: names.of(other))  # type: ignore[misc]
        for side, other in found
    ], listed


class Names:
    """What cities and organisations are called; `wanted` are read when the first name is asked for."""

    def __init__(self, wanted: Collection[About]) -> None:
        self._wanted = wanted
        self._found: dict[About, Any] | None = None

    def of(self, one: About) -> str:
        """The name and the country, in the active language; empty for what is gone."""
        if self._found is None:
            self._found = {
                (kind, number): found
                for kind, rows in (
                    ("city", City.objects.select_related("country")),
                    ("organisation", Organisation.objects.select_related("city__country")),
                )
                for number, found in rows.in_bulk([key for what, key in self._wanted if what == kind]).items()
            }
        found = self._found.get(one)
        if found is None:
            return ""
        home = found if isinstance(found, City) else found.city
        name = found.display_name if isinstance(found, City) else str(found)
        return f"{name}, {home.country}"
