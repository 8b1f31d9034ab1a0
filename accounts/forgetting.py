"""What is forgotten: the words by which logs name somebody, and all that is kept for a time only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import own_data
from .membership import State
from .models import AuditEntry, User

LOG_KEPT = timedelta(days=365)
"""How long it can be read what was edited in the administration."""
UNCONFIRMED_KEPT = timedelta(days=30)
"""How long an account waits whose address nobody confirmed."""
EVIDENCE_KEPT = timedelta(days=365)
"""How long evidence is kept after the decision that it was for."""
DECIDED = (State.APPROVED, State.REJECTED, State.SUSPENDED, State.WITHDRAWN)


def forget_words(things: Iterable[Model]) -> None:
    """Take out of the logs what these objects were called and what reviewers said of them.

    Who did what to them, and when, stays in the audit log.
    """
    numbers: dict[ContentType, list[int]] = {}
    for thing in things:
        numbers.setdefault(ContentType.objects.get_for_model(thing), []).append(thing.pk)
    for kind, some in numbers.items():
        AuditEntry.objects.filter(content_type=kind, object_id__in=some).forget_words()
        edited = LogEntry.objects.filter(content_type=kind, object_id__in=[str(one) for one in some])
        edited.update(object_repr="", change_message="")


def forget_old() -> None:
    """Delete what is kept no longer: sessions that are over, accounts never confirmed, evidence, edits."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    lasting = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(lasting), created_at__lt=now - timedelta(days=1)).delete()
    User.objects.never_confirmed(before=now - UNCONFIRMED_KEPT).delete()
    LogEntry.objects.filter(action_time__lt=now - LOG_KEPT).delete()
    for kind in own_data.membership_kinds():
        decided = kind.of_this_kind().filter(state__in=DECIDED).exclude(evidence="")
        old = decided.annotate(ended=Coalesce("decided_at", "applied_at")).filter(
            ended__lt=now - EVIDENCE_KEPT
        )
        for membership in old:
            membership.forget_evidence()
