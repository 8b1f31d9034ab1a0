"""Writing a message, and noting what has been read."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.interests.models import NotPossible, Party
from projects.documents import Checked

from .models import Attachment, Conversation, LastRead, Message
from .telling import tell_of_message


def write(
    conversation: Conversation,
    party: Party,
    *,
    by: User,
    text: tuple[str, str],
    files: Sequence[tuple[File, Checked]] = (),
    once: UUID,
) -> Message | None:
    """Write a message (its text in English and in Ukrainian) for a side; None where the form came twice.

    Raises NotPossible where one side has blocked the other.
    """
    other = conversation.facing(party)
    if other.has_blocked(party) or party.has_blocked(other):
        raise NotPossible(_("No more can be written here: one side has blocked the other."))
    try:
        with transaction.atomic():
            message = Message.objects.create(
                conversation=conversation, party=party, by=by, text_en=text[0], text_uk=text[1], once=once
            )
            for file, checked in files:
                Attachment.objects.create(
                    message=message, file=file, file_name=checked.name, type=checked.type, size=checked.size
                )
            Conversation.objects.filter(pk=conversation.pk).update(latest_at=timezone.now())
            note_read(conversation, by, message.pk)
            tell_of_message(message, other)
    except IntegrityError:
        if Message.objects.filter(once=once).exists():
            return None
        raise
    return message


def note_read(conversation: Conversation, user: User, message: int) -> None:
    """Note that a person has seen the messages up to this number."""
    LastRead.objects.update_or_create(
        conversation=conversation,
        user=user,
        defaults={"message": message},
        create_defaults={"message": message},
    )
