"""The board: what is held in which slot at which table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from events.models import Event, Meeting, Slot, Table


@dataclass(frozen=True)
class Row:
    """A slot: for each table its meeting, if any, and whether it is closed; then the meetings held online."""

    slot: Slot
    cells: list[tuple[Table, Meeting | None, bool]]
    online: list[Meeting]


@dataclass(frozen=True)
class Day:
    """A day of the event with its slots."""

    day: date
    rows: list[Row]


def days_of(event: Event, tables: list[Table]) -> list[Day]:
    """The board of an event, its tables with `closed_in` at hand: two queries."""
    at: dict[int, dict[int | None, list[Meeting]]] = defaultdict(lambda: defaultdict(list))
    for meeting in event.meetings.standing().named():
        at[meeting.slot_id][meeting.table_id].append(meeting)
    closed = {(table.pk, slot.pk) for table in tables for slot in table.closed_in.all()}
    days: dict[date, list[Row]] = defaultdict(list)
    for slot in event.slots.order_by("starts_at"):
        slot.event = event
        held = at[slot.pk]
        cells = [(table, next(iter(held[table.pk]), None), (table.pk, slot.pk) in closed) for table in tables]
        days[slot.starts_at.astimezone(event.zone).date()].append(Row(slot, cells, held[None]))
    return [Day(day, rows) for day, rows in days.items()]
