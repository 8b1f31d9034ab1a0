"""Notifications of partnerships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import notify, register

if TYPE_CHECKING:
    from .models import Memorandum, Partnership

PARTNERSHIP = "partnership"

register(PARTNERSHIP, _("Partnerships: new ones, confirmations, stages, memoranda that end"))


def _tell(
    partnership: Partnership, template: str, by: User | None = None, key: str = "", **words: Any
) -> None:
    """Tell the people of both sides, but for the one who did it."""
    for party in partnership.parties:
        notify(
            [person for person in party.people() if person != by],
            PARTNERSHIP,
            f"partnership_{template}",
            reverse("desk-partnership", args=[partnership.pk]),
            key=key,
            other=partnership.facing(party).names,
            mine=party.names,
            **words,
        )


def tell_of_beginning(partnership: Partnership, by: User) -> None:
    """It was begun, or claimed and waits for the other side."""
    _tell(partnership, "begun" if partnership.is_confirmed else "claimed", by)


def tell_of_confirmation(partnership: Partnership, by: User, note: str = "") -> None:
    """A claimed one was confirmed, or not."""
    _tell(partnership, "confirmed" if partnership.is_confirmed else "refused", by, note=note)


def tell_of_stage(partnership: Partnership, by: User, note: str) -> None:
    """It came to another stage."""
    _tell(partnership, "stage", by, stage=partnership.stage_label(), note=note)


def tell_of_showing(partnership: Partnership, by: User) -> None:
    """One side shows it and waits for the other, or now both do."""
    _tell(partnership, "public" if partnership.public_since else "asks_public", by)


def remind_of_renewal(memorandum: Memorandum) -> None:
    """A memorandum ends soon."""
    assert memorandum.valid_until is not None
    _tell(
        memorandum.partnership,
        "renewal",
        key=f"renewal-{memorandum.pk}",
        until=memorandum.valid_until.isoformat(),
    )
