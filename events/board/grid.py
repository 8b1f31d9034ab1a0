"""The board: what is held in which slot at which table, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from events.models import Event, Meeting, Registration, Slot, Table


@dataclass(frozen=True)
class Held:
    """A meeting on the board: the address of its page, between whom, and who interprets."""

    url: str
    between: str
    interpreter: str
    is_confirmed: bool


@dataclass(frozen=True)
class Cell:
    """A table in a slot, with its meeting if one is held there."""

    table: int
    held: Held | None
    is_closed: bool


@dataclass(frozen=True)
class Row:
    """A slot (its id and when it starts) with its tables, and the meetings held online."""

    slot: int
    at: str
    cells: list[Cell]
    online: list[Held]


def slots_by_day(event: Event) -> dict[date, list[Slot]]:
    """The slots of each day at the event's place, in order: one query."""
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in event.slots.order_by("starts_at"):
        days[slot.starts_at.astimezone(event.zone).date()].append(slot)
    return dict(days)


def rows_of(event: Event, slots: Iterable[Slot], tables: list[Table]) -> list[Row]:
    """The board of some slots, its tables with `closed_in` at hand: one query."""
    board = reverse("event-board", args=[event.slug])
    at: dict[int, dict[int | None, list[Held]]] = defaultdict(lambda: defaultdict(list))
    for meeting in event.meetings.standing().named().filter(slot__in=slots):
        at[meeting.slot_id][meeting.table_id].append(_held(meeting, board))
    closed = {(table.pk, slot.pk) for table in tables for slot in table.closed_in.all()}
    return [
        Row(
            slot=slot.pk,
            at=date_format(slot.starts_at.astimezone(event.zone), "H:i"),
            cells=[
                Cell(table.pk, next(iter(at[slot.pk][table.pk]), None), (table.pk, slot.pk) in closed)
                for table in tables
            ],
            online=at[slot.pk][None],
        )
        for slot in slots
    ]


def _held(meeting: Meeting, board: str) -> Held:
    request = meeting.request
    return Held(
        url=f"{board}{request.pk}/",
        between=f"{_side(request.sender)} – {_side(request.receiver)}",
        interpreter=meeting.interpreter.name if meeting.interpreter else "",
        is_confirmed=meeting.state == Meeting.State.CONFIRMED,
    )


def _side(one: Registration) -> str:
    return one.comes_for or one.called
