"""Inviting guests: from a name and an address to a letter, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.claims import one_by_one
from accounts.hints import hint
from accounts.models import AuditEntry, User
from events.models import Event, GuestInvitation, Registration
from events.models.event import NotPossible
from events.registering.places import register
from partnerships.invitations.secret_letters import write_letter


def invite(invitation: GuestInvitation, *, by: User) -> None:
    """Keep an invitation made of a valid form; the worker writes its letter. Raises NotPossible."""
    if not invitation.event.is_public:
        raise NotPossible(_("Publish the event first: guests could not see it."))
    if invitation.event.has_ended:
        raise NotPossible(_("The event is over."))
    with transaction.atomic():
        invitation.invited_by = by
        invitation.expires_at = _until(invitation.event)
        invitation.save()
        _note(invitation, by, "invited")


def send_again(invitation: GuestInvitation, *, by: User) -> None:
    """Have the worker write another letter, with a new link and a new time. Raises NotPossible."""
    with _locked(invitation) as now:
        if not now.can_be_sent_again:
            raise NotPossible(
                _("No letter was sent: there is one letter a day at most, and three letters in all.")
            )
        now.sent_at, now.expires_at = None, _until(now.event)
        now.save(update_fields=["sent_at", "expires_at"])
        _note(now, by, "sent again")


def withdraw(invitation: GuestInvitation, *, by: User) -> None:
    """Take it back: its link opens nothing any more. Raises NotPossible once it was accepted."""
    with _locked(invitation) as now:
        if now.answered_at is not None:
            raise NotPossible(
                _("%(name)s has accepted: cancel the registration instead.") % {"name": now.name}
            )
        if now.withdrawn_at is None:
            now.withdrawn_at = timezone.now()
            now.save(update_fields=["withdrawn_at"])
            AuditEntry.note(by, "event guest invitation withdrawn", now.event, invitation=now.pk)


def accept(invitation: GuestInvitation, mine: Registration, *, by: User) -> None:
    """Register a guest by it; saves `mine`. Raises NotPossible, also if somebody else has used it."""
    with _locked(invitation) as now:
        if not now.is_open:
            raise NotPossible(_("This invitation cannot be used any more."))
        register(mine, by=by)
        now.registration, now.answered_at = mine, timezone.now()
        now.save(update_fields=["registration", "answered_at"])


def write_waiting() -> int:
    """Write the letters of the invitations that wait for one, each once; how many."""
    return one_by_one(lambda: GuestInvitation.objects.to_be_written().select_related("event__city"), _write)


def _write(invitation: GuestInvitation) -> None:
    write_letter(invitation, "event-invited", "guest_invitation")


def forget_addresses() -> int:
    """Erase the addresses of invitations that ended some time ago, and names; of how many.

    Who accepted is named by their registration.
    """
    ended = GuestInvitation.objects.ended_before(timezone.now() - GuestInvitation.KEPT)
    numbers = list(ended.exclude(email="", name="").values_list("pk", flat=True))
    return GuestInvitation.objects.filter(pk__in=numbers).update(email="", name="", organisation="")


def _until(event: Event) -> datetime:
    return min(timezone.now() + GuestInvitation.VALID, event.ends_at)


def _note(invitation: GuestInvitation, by: User, what: str) -> None:
    """Note in the log that a letter is asked for, and tell the worker."""
    from events.tasks import write_guest_invitations

    AuditEntry.note(by, "event guest invited", invitation.event, invitation=invitation.pk, what=what)
    transaction.on_commit(lambda: hint(write_guest_invitations))


@contextmanager
def _locked(invitation: GuestInvitation) -> Iterator[GuestInvitation]:
    """The invitation as it is now; nobody else changes it meanwhile."""
    with transaction.atomic():
        rows = GuestInvitation.objects.select_for_update(of=("self",)).select_related("event")
        yield rows.get(pk=invitation.pk)
