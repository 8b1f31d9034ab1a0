"""Messages to the administrators: kept once, told by letter, erased after their time."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from accounts import letters
from accounts.locks import Lock, wait_for
from accounts.models import User
from knowledge.models import ContactMessage


def receive(message: ContactMessage) -> bool:
    """Keep a message and write to the administrators; False if the same came within the last day."""
    with transaction.atomic():
        wait_for(Lock.CONTACT)  # of two clicks one is first
        if ContactMessage.objects.same_lately(message.message).exists():
            return False
        message.save()
        page = letters.site() + reverse("admin:knowledge_contactmessage_change", args=[message.pk])
        for person in User.objects.filter(is_superuser=True, is_active=True):
            letters.write(
                person, "contact_message", headers={"Reply-To": message.email}, contact=message, page=page
            )
    return True


def erase_old() -> int:
    """Erase messages that are kept no longer; how many."""
    return ContactMessage.objects.erase_old()
