"""Leaving the portal: asked for, and done after a time of grace in which the owner can change their mind.

A person's row stays, without name, address or password, because the audit log refers to it; everything
else that is theirs goes. What the portal keeps is what it did in public: that somebody represented a city,
and since when.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from . import letters
from .models import AuditEntry, User

GRACE = timedelta(days=14)


def ask(user: User) -> None:
    """Begin the time of grace."""
    with transaction.atomic():
        user.deletion_asked_at = timezone.now()
        user.save(update_fields=["deletion_asked_at"])
        AuditEntry.note(user, "deletion asked for", user)
        letters.write(user, "deletion_asked", until=user.deletion_asked_at + GRACE)


def keep(user: User) -> None:
    """End the time of grace: the account stays."""
    with transaction.atomic():
        user.deletion_asked_at = None
        user.save(update_fields=["deletion_asked_at"])
        AuditEntry.note(user, "deletion called off", user)


def delete_due_accounts() -> int:
    """Delete the accounts whose time of grace is over; return how many."""
    due = User.objects.filter(deletion_asked_at__lte=timezone.now() - GRACE, is_active=True)
    numbers = list(due.values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic():
            user = due.select_for_update().filter(pk=number).first()
            if user is not None:
                delete(user)
    return len(numbers)


def delete(user: User) -> None:
    """Make the account anonymous and remove what is the person's own; call it in a transaction."""
