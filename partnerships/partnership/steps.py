"""The stages of a partnership as a timeline: which it has reached, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from .models import Partnership, PartnershipChange


class Step(NamedTuple):
    """A stage: what it is called, when the partnership came to it last (None where it did not)."""

    label: str
    at: datetime | None
    is_reached: bool
    is_now: bool


def steps(partnership: Partnership, changes: Iterable[PartnershipChange]) -> list[Step]:
    """All stages in order, those that were passed over without a date. `changes`: newest first."""
    order = list(Partnership.Stage)
    now = order.index(Partnership.Stage(partnership.stage))
    at: dict[str, datetime] = {}
    for change in changes:
        if change.what in PartnershipChange.SETTING_A_STAGE:
            at.setdefault(change.stage, change.at)
    ended = not partnership.is_living
    return [
        Step(
            str(stage.label),
            at.get(stage) if place <= now else None,
            place < now and (not ended or stage in at) or place == now,
            place == now,
        )
        for place, stage in enumerate(order)
    ]
