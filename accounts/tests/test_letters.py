"""The outbox of letters: written with the change, sent once, kept when the mail server is away."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as Delivery
from django.db import connection, transaction
from django.utils import timezone

from accounts import letters
from accounts.models import Letter
from accounts.tests.factories import UserFactory
from cities.models import Mayor
from cities.tests.factories import MayorFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def write():
    MayorFactory(state="draft").submit()


def test_a_letter_is_written_with_the_change_or_not_at_all():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Letter.objects.exists()
    write()
    assert Letter.objects.get().state == "pending"


def test_it_is_sent_as_text_and_html():
    write()
    assert letters.send_pending() == 1
    assert letters.send_pending() == 0
    [sent] = mail.outbox
    assert str(Mayor.objects.get().city) in sent.subject
    html = sent.alternatives[0][0]
    assert 'lang="en"' in html
    assert sent.extra_headers["Message-ID"].startswith("<letter-")
    letter = Letter.objects.get()
    assert f'<a href="{letter.text.split()[-1]}"' in html
    assert (letter.state, letter.attempts) == ("sent", 1)


def test_what_people_wrote_is_no_html():
    membership = MayorFactory(state="submitted")
    membership.reject(by=UserFactory(), note="<script>alert(1)</script>")
    assert "<script>" not in Letter.objects.get().html
    assert "<script>" in Letter.objects.get().text


def test_two_workers_send_it_once():
    for _ in range(10):
        write()

    def send(_number):
        try:
            return letters.send_pending()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 10
    assert len(mail.outbox) == 10


def test_it_is_sent_though_another_worker_looks_at_it_in_that_moment():
    write()
    is_held, is_over = Event(), Event()

    def look():
        try:
            with transaction.atomic():
                Letter.objects.select_for_update().get()
                is_held.set()
                is_over.wait(0.3)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(look)
        is_held.wait(10)
        assert letters.send_pending() == 0  # what is locked is left to the other
        assert letters._send(Letter.objects.get().pk)
        is_over.set()
    assert len(mail.outbox) == 1


def test_it_waits_for_a_mail_server_that_is_away(monkeypatch):
    write()

    def refuse(self, messages):
        raise smtplib.SMTPServerDisconnected("away")

    monkeypatch.setattr(Delivery, "send_messages", refuse)
    assert letters.send_pending() == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.error) == ("pending", 1, "SMTPServerDisconnected: away")
    assert letter.not_before > timezone.now()
    monkeypatch.undo()
    letters.send_pending()
    assert mail.outbox == []  # not before its time
    Letter.objects.update(not_before=timezone.now())
    letters.send_pending()
    assert len(mail.outbox) == 1


def test_it_is_given_up_after_many_attempts_and_is_not_in_the_way(monkeypatch):
    write()
    Letter.objects.update(attempts=Letter.MAX_ATTEMPTS - 1)
    monkeypatch.setattr(Delivery, "send_messages", lambda self, messages: _refuse())
    letters.send_pending()
    assert Letter.objects.get().state == "failed"


def test_letters_are_forgotten_after_30_days_but_not_before_they_are_sent():
    for state in Letter.State.values:
        write()
        Letter.objects.filter(state="pending", written_at__gt=days_ago(1)).update(
            state=state, written_at=days_ago(31)
        )
    write()
    assert letters.forget_old() == 2
    assert list(Letter.objects.values_list("state", flat=True)) == ["pending", "pending"]


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def _refuse():
    raise OSError("no route")
