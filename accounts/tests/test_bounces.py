"""Letters that come back: noticed at once or by a report, and what follows for the reader."""

import io
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as Delivery
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import bounces, digests, letters
from accounts.models import BouncingAddress, Letter
from accounts.notifications import COLLEAGUE, notify
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def reader():
    return UserFactory(email="Olena@Stryi.example")


def write(user):
    letters.write(user, "deletion_done")
    return Letter.objects.first()


def report(letter, *, answer="smtp; 550 5.1.1 No such user", action="failed", to=None, about=None):
    """What another mail server writes when it cannot deliver."""
    about = bounces.message_id(letter.pk) if about is None else about
    return f"""From MAILER-DAEMON Wed Nov 25 08:00:00 2026
From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

This is the mail system at host mx.example.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to or letter.to.lower()}
Action: {action}
Status: 5.0.0
Diagnostic-Code: {answer}

--b
Content-Type: text/rfc822-headers

Subject: A letter
Message-ID: {about}

--b--

"""


def read(tmp_path, text):
    file = tmp_path / "reports"
    file.write_text(text)
    said = io.StringIO()
    call_command("bounces", str(file), stdout=said)
    return said.getvalue()


@pytest.mark.parametrize(
    ("code", "answer", "is_noticed"),
    [
        (550, b"5.1.1 <olena@stryi.example>: user unknown", True),
        (550, b"no mailbox here by that name", True),
        (550, b"5.7.1 the sender is on a blocklist", False),
        (552, b"5.2.2 the mailbox is full", False),
        (451, b"4.7.1 greylisted, try again later", False),
    ],
)
def test_a_refusal_of_the_address_ends_the_letter_and_is_noticed(
    reader, monkeypatch, code, answer, is_noticed
):
    write(reader)

    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({reader.email: (code, answer)})

    monkeypatch.setattr(Delivery, "send_messages", refuse)
    assert letters.send_pending() == 0
    assert Letter.objects.get().state == ("failed" if is_noticed else "pending")
    noticed = [one.address for one in BouncingAddress.objects.all()]
    assert noticed == (["olena@stryi.example"] if is_noticed else [])


def test_reports_of_letters_are_read(reader, tmp_path):
    letter = write(reader)
    assert "1 messages read: 1 letters had come back" in read(tmp_path, report(letter))
    assert reader.bouncing.reason == "550 5.1.1 No such user"
    letter.refresh_from_db()
    assert letter.state == "failed"


@pytest.mark.parametrize(
    "other",
    [
        {"about": "<letter-1@localhost>"},
        {"about": "<letter-{number}-00000000000000000000@localhost>"},
        {"to": "somebody.else@stryi.example"},
        {"action": "delayed"},
        {"answer": "smtp; 552 5.2.2 Mailbox full"},
    ],
)
def test_what_is_no_report_of_the_address_of_a_letter_is_not_believed(reader, tmp_path, other):
    letter = write(reader)
    other = {name: value.replace("{number}", str(letter.pk)) for name, value in other.items()}
    assert "0 letters" in read(tmp_path, report(letter, **other) + report(letter, **other))
    assert not BouncingAddress.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"From nobody\n\n--", b"Content-Type: multipart/report\n\n"]
)
def test_anything_else_is_no_report(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    call_command("bounces", str(tmp_path / "x"), stdout=io.StringIO())
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("bounces", str(tmp_path / "not-there"))


def test_nothing_more_is_written_there_until_letters_arrive_again(client, reader):
    bounces.note(reader.email, "550")
    write(reader)
    notify([reader], COLLEAGUE, "colleague", "/desk/", about="Stryi")
    tomorrow = timezone.now() + timedelta(days=1)
    assert digests.send_digests(tomorrow) == 0
    assert not Letter.objects.exists()
    client.force_login(reader)
    assert f"Letters to {reader.email} have come back" in client.get("/desk/").content.decode()
    page = client.post("/accounts/letters-again/", follow=True).content.decode()
    assert "have come back since" not in page
    assert digests.send_digests(tomorrow) == 1  # what they missed
    assert [one.to for one in Letter.objects.all()] == [reader.email] * 2


def test_the_letters_of_signing_in_always_go_and_confirming_an_address_clears_it(client, settings):
    bounces.note("new@stryi.example", "550")
    form = {"email": "New@stryi.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    [letter] = Letter.objects.all()
    letters.send_pending()
    assert len(mail.outbox) == 1
    client.post(next(line for line in letter.text.splitlines() if line.startswith("http")))
    assert not BouncingAddress.objects.exists()
