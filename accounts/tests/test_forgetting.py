"""What is kept for a time only."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.forgetting import EVIDENCE_KEPT, UNCONFIRMED_KEPT, forget_words
from accounts.models import AuditEntry, User
from accounts.tasks import forget_what_is_over
from accounts.tests.factories import UserFactory
from accounts.tests.files import upload
from cities.models import Mayor
from cities.tests.factories import MayorFactory

pytestmark = pytest.mark.django_db


def test_evidence_is_deleted_a_year_after_the_decision_and_not_while_it_is_needed():
    long_ago = timezone.now() - EVIDENCE_KEPT - timedelta(hours=1)
    lately = long_ago + timedelta(hours=2)
    over = MayorFactory(decided_at=long_ago, evidence=upload(), evidence_name="it.pdf")
    asked = MayorFactory(state="draft", decided_at=long_ago, evidence=upload())
    fresh = MayorFactory(decided_at=lately, evidence=upload())
    path = over.evidence.path
    forget_what_is_over()
    over.refresh_from_db()
    assert (over.state, over.evidence.name, over.evidence_name) == ("approved", "", "")
    assert not Path(path).exists()
    kept = Mayor.objects.exclude(evidence="")
    assert {one.pk for one in kept} == {asked.pk, fresh.pk}
    for one in kept:
        one.forget_evidence()


def test_accounts_that_nobody_confirmed_are_deleted():
    then = timezone.now() - UNCONFIRMED_KEPT - timedelta(hours=1)
    kept = [
        UserFactory(date_joined=then),
        UserFactory(date_joined=then, verified=False, last_login=then),
        UserFactory(date_joined=then, verified=False, is_staff=True),
        UserFactory(date_joined=then + timedelta(hours=2), verified=False),
        User.objects.create_superuser("root@example.org", date_joined=then),  # has no row of an address
    ]
    UserFactory(date_joined=then, verified=False)
    forget_what_is_over()
    assert set(User.objects.all()) == set(kept)


def test_sessions_that_are_over_are_deleted_with_the_address_they_came_from():
    now = timezone.now()
    for key, ends in (("over", now - timedelta(hours=1)), ("lasting", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        UserSession.objects.create(
            user=UserFactory(), session_key=key, ip="192.0.2.1", created_at=now - timedelta(days=9)
        )
    forget_what_is_over()
    assert [one.session_key for one in Session.objects.all()] == ["lasting"]
    assert [one.session_key for one in UserSession.objects.all()] == ["lasting"]


def test_of_the_audit_log_words_can_be_erased_and_nothing_else():
    membership = MayorFactory(state="submitted", full_name="Olena Kovalenko")
    membership.reject(by=UserFactory(), note="We know her.")
    forget_words([membership])
    entry = AuditEntry.of(membership).get()
    assert (entry.about, entry.details) == ("", {"before": "submitted", "after": "rejected"})
    for change in ("about = '', action = 'approve'", "about = '', details = '{}'", "about = '', at = now()"):
        with (
            pytest.raises(DatabaseError, match="only ever"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE accounts_auditentry SET {change}")
