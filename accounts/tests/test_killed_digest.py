"""A real worker that is killed while it writes a digest."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts import digests, letters
from accounts.hints import hint
from accounts.models import Letter, Notification
from accounts.notifications import COLLEAGUE, notify
from accounts.tasks import send_digests
from accounts.tests.factories import UserFactory
from conftest import kill_family, wait_until
from tests.held_worker import HELD_UP


def one(query):
    with connection.cursor() as cursor:
        cursor.execute(query, [HELD_UP])
        return cursor.fetchone()


def somebody_waits():
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    return one(waiting) == (1,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("without", "arriving"), [("", 1), ("transaction_of_digests", 2)])
def test_the_letter_of_a_killed_worker_arrives_once(worker, settings, without, arriving):
    """The control: without the transaction around letter and note the letter arrives twice."""
    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    words = {"who": "Olena", "function": "Mayor", "about": "Stryi"}
    notify([UserFactory(paces={COLLEAGUE: "daily"})], COLLEAGUE, "colleague", "/desk/", **words)
    Notification.objects.update(at=timezone.now() - timedelta(days=2))
    one("SELECT pg_advisory_lock(%s)")
    try:
        first = worker("tests.held_worker", TEST_WITHOUT=without)
        hint(send_digests)
        wait_until(somebody_waits)  # the letter is written, and not noted
        kill_family(first)
    finally:
        one("SELECT pg_advisory_unlock(%s)")
    assert not Notification.objects.exclude(mailed_at=None).exists()
    for _beat in range(2):
        digests.send_digests()  # what the next worker does
        letters.send_pending()
    assert len(mail.outbox) == Letter.objects.count() == arriving
