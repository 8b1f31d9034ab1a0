"""The plan of the tables, for a picture drawn by the server."""

from __future__ import annotations

from typing import NamedTuple

from .models import Event, Slot, Table

WIDTH, HEIGHT, MARGIN = 1000, 560, 60  # of the picture, in its own units


class Spot(NamedTuple):
    """A table, where it stands in the picture, and the slots in which it is not free."""

    table: Table
    x: int
    y: int
    closed_in: list[Slot]


class Plan(NamedTuple):
    """The tables of an event. `is_drawn`: whether they have places that can be told apart."""

    spots: list[Spot]
    is_drawn: bool
    width: int = WIDTH
    height: int = HEIGHT


def plan_of(event: Event) -> Plan:
    """All tables: two queries. Those of which two stand in one place are listed only."""
    spots = []
    for table in event.tables.prefetch_related("closed_in"):
        closed = list(table.closed_in.all())
        for slot in closed:
            slot.event = event
        x = MARGIN + table.x * (WIDTH - 2 * MARGIN) // 100
        y = MARGIN + table.y * (HEIGHT - 2 * MARGIN) // 100
        spots.append(Spot(table, x, y, closed))
    places = {(spot.x, spot.y) for spot in spots}
    return Plan(spots, is_drawn=len(places) == len(spots))
