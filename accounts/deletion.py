"""Leaving the portal: asked for, and done after a time of grace in which the owner can change their mind.

A person's row stays, without name, address or password, because the audit log refers to it; everything
else that is theirs goes. What the portal keeps is what it did in public: that somebody represented a city,
and since when.
"""

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from . import letters, own_data
from .forgetting import forget_words
from .membership import Membership, State
from .models import AuditEntry, BouncingAddress, Letter, User
from .signals import deleting_account

logger = logging.getLogger(__name__)
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


def is_last_administrator(user: User) -> bool:
    """Whether nobody could administer the portal without this person."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return user.is_superuser and not others.exists()


def delete(user: User) -> None:
    """Make the account anonymous and remove what is the person's own; call it in a transaction."""
    emails = own_data.emails(user)
    memberships = own_data.memberships(user)
    names = own_data.names(user)
    bouncing = BouncingAddress.objects.of(*emails)
    delivered = Letter.objects.addressed_to(*emails).exclude(state=Letter.State.PENDING)
    forget_words([user, *memberships, *EmailAddress.objects.filter(user=user), *bouncing, *delivered])
    letters.write(user, "deletion_done")
    for membership in memberships:
        _part_with(membership)
    delivered.delete()
    for model in (EmailAddress, Authenticator):
        model.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.notifications.all().delete()
    bouncing.delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email, user.name, user.paces = f"deleted-{user.pk}@deleted.invalid", "", {}
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    AuditEntry.note(None, "account deleted", user)
    logger.warning("The account %s was deleted.", user.pk)  # a restored backup would bring it back
    deleting_account.send(sender=User, user=user, names=names, emails=emails)


def _part_with(membership: Membership) -> None:
    """Remove an application that came to nothing; end an approved one and keep no more than the fact."""
    if membership.evidence:
        membership.forget_evidence()
    if membership.decided_at is None or membership.state in (State.DRAFT, State.SUBMITTED, State.REJECTED):
        membership.delete()
        return
    membership.state = State.WITHDRAWN
    personal = ("full_name", "official_email", "message", "note", "public_name")
    for name in personal:
        if hasattr(membership, name):
            setattr(membership, name, "")
    membership.save()
