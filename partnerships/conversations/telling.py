"""Notifications of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.notifications import notify, register

if TYPE_CHECKING:
    from partnerships.interests.models import Party

    from .models import Message

MESSAGE = "message"

register(MESSAGE, _("Messages from those I talk with"))


def tell_of_message(message: Message, to: Party) -> None:
    """Tell the other side that there is a message."""
    notify(
        [person for person in to.people() if person != message.by],
        MESSAGE,
        "message",
        reverse("conversation", args=[message.conversation_id]),
        other=message.party.names,
        mine=to.names,
        text={"en": message.text_en, "uk": message.text_uk},
    )
