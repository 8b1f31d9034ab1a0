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
    """All stages in order; those passed over are not reached. `changes`: newest first."""
    order = list(Partnership.Stage)
    now = order.index(Partnership.Stage(partnership.stage))
    at: dict[str, datetime] = {}
    for change in changes:
        if change.what in PartnershipChange.SETTING_A_STAGE:
            at.setdefault(change.stage, change.at)
    reached = [at.get(stage) if place <= now else None for place, stage in enumerate(order)]
    return [
        Step(str(stage.label), when, when is not None, place == now)
        for place, (stage, when) in enumerate(zip(order, reached, strict=True))
    ]
