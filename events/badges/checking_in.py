"""Checking in: whoever has a place and is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from events.models import Event, Registration
from events.models.event import NotPossible
from events.querysets import RegistrationQuerySet

SHORTEST_CODE = 4
"""As many signs of a badge's code are enough to find it by."""


def check_in(registration: Registration, *, by: User) -> None:
    """Note that the person is there; nothing happens to one who is in. Raises NotPossible without a place."""
    with _locked(registration) as now:
        if not now.takes_part:
            raise NotPossible(
                _("%(name)s has no place: %(state)s.")
                % {"name": now.called, "state": now.get_state_display()}
            )
        if now.checked_in_at is None:
            now.checked_in_at, now.checked_in_by = timezone.now(), by
            now.save(update_fields=["checked_in_at", "checked_in_by"])
            AuditEntry.note(by, "event checked in", now.event, registration=now.pk)


def undo(registration: Registration, *, by: User) -> None:
    """Take back that the person is there."""
    with _locked(registration) as now:
        if now.checked_in_at is not None:
            now.checked_in_at = now.checked_in_by = None
            now.save(update_fields=["checked_in_at", "checked_in_by"])
            AuditEntry.note(by, "event check-in undone", now.event, registration=now.pk)


def found(event: Event, words: str) -> RegistrationQuerySet:
    """Whom the words mean: the beginning of a badge's code, or parts of names."""
    people = event.registrations.named()
    if len(words) >= SHORTEST_CODE and " " not in words:
        by_code = people.filter(code__istartswith=words)
        if by_code.exists():
            return by_code
    return people.coming().found(words).order_by("name", "id")


@contextmanager
def _locked(registration: Registration) -> Iterator[Registration]:
    """The registration as it is now; nobody else changes it meanwhile."""
    with transaction.atomic():
        rows = Registration.objects.select_for_update(of=("self",)).select_related("event", "user")
        yield rows.get(pk=registration.pk)
