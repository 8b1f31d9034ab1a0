"""What meetings teach the matcher: those of which one said that the two go on, or that nothing came of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q

from events.models import Meeting, Seat
from partnerships.interests.learning import NO, YES, Sent, kind_of


def answers() -> Iterator[Sent]:
    """An answer for each meeting of two sides; none where the two say different things: one query."""
    said = {
        "goes_on": Count("seats", filter=Q(seats__outcome=Seat.Outcome.PARTNERSHIP)),
        "ends": Count("seats", filter=Q(seats__outcome=Seat.Outcome.NOTHING)),
    }
    agreed = Q(goes_on__gt=0, ends=0) | Q(goes_on=0, ends__gt=0)
    sides = ("request__sender__party", "request__receiver__party")
    kinds = [f"{side}__organisation__kind" for side in sides]
    met = Meeting.objects.order_by().filter(**{f"{side}__isnull": False for side in sides})
    rows = met.annotate(**said).filter(agreed).values_list(*kinds, "slot__starts_at", "goes_on", "measured")
    for one, other, at, goes_on, measured in rows:
        score = (measured or {}).get("score")
        parts = (measured or {}).get("components", {})
        yield Sent.measured(kind_of(one, other), at.date(), YES if goes_on else NO[0], "", score, parts)
