"""The contact form: what gets in, what is kept out, and what becomes of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.deletion import delete
from accounts.own_data import collect
from accounts.tests.factories import StaffFactory, UserFactory
from knowledge.about import receiving
from knowledge.about.forms import LEAST, MOST, SALT
from knowledge.models import ContactMessage

from .news_factories import ContactMessageFactory

CONTACT = "/contact/"
TYPED = {
    "name": "Olena\nBcc: x@example.org",
    "email": "olena@example.org",
    "subject": "question",
    "message": "How do we find a partner for our schools?\n\nhttps://example.org/look",
}


def opened(ago=60):
    return signing.dumps(int(time.time()) - ago, salt=SALT)


def sent(client, address=CONTACT, **typed):
    return client.post(address, TYPED | {"opened": opened()} | typed)


@pytest.mark.django_db
class TestWriting:
    def test_a_message_reaches_every_administrator(self, client):
        admins = StaffFactory.create_batch(2, is_superuser=True)
        StaffFactory(), StaffFactory(is_superuser=True, is_active=False)
        answer = sent(client, "/uk" + CONTACT)
        assert answer["Location"] == "/uk/contact/sent/"
        kept = ContactMessage.objects.get()
        assert (kept.language, kept.user, kept.name) == ("uk", None, "Olena Bcc: x@example.org")
        assert {letter.to[0] for letter in mail.outbox} == {one.email for one in admins}
        letter = mail.outbox[0]
        assert letter.extra_headers["Reply-To"] == "olena@example.org"
        assert "> https://example.org/look" in letter.body
        assert "nothing proves the address" in letter.body
        assert reverse("admin:knowledge_contactmessage_change", args=[kept.pk]) in letter.body

    def test_who_is_signed_in_need_not_type_who_they_are(self, client):
        me = UserFactory(name="Ada")
        client.force_login(me)
        page = client.get(CONTACT + "?about=privacy").content.decode()
        assert f'value="{me.email}"' in page
        assert '<option value="privacy" selected>' in page
        sent(client)
        assert [one["message"] for one in collect(me)["messages to the administrators"]] == [
            ContactMessage.objects.get().message
        ]
        delete(me)
        assert not ContactMessage.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ({"email": "olena"}, "Enter a valid email address"),
            ({"name": " "}, "This field is required"),
            ({"subject": "money"}, "Select a valid choice"),
            ({"message": "Hello"}, "at least 20 characters"),
            ({"message": "x" * 5001}, "at most 5000 characters"),
            ({"message": "A NUL in it, which cannot be kept: \x00"}, "Null characters"),
            ({"trap": "https://spam.example"}, "Please empty this field"),
            ({"opened": LEAST - 2}, "That was very quick"),
            ({"opened": MOST + 60}, "open for a long time"),
            ({"opened": ""}, "open for a long time"),
            ({"opened": signing.dumps(int(time.time()) - 60, salt="another")}, "open for a long time"),
        ],
    )
    def test_what_is_not_taken_is_shown_again(self, client, typed, expected):
        if isinstance(typed.get("opened"), int):
            typed = {"opened": opened(typed["opened"])}
        answer = sent(client, **typed)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert expected in page
        assert typed.get("message", "find a partner for our schools")[:40] in page
        assert not ContactMessage.objects.exists()
        assert mail.outbox == []

    def test_a_form_that_was_too_old_can_be_sent_again(self, client, monkeypatch):
        again = sent(client, opened=opened(MOST + 60)).context["form"]["opened"].value()
        soon = time.time() + LEAST + 1
        monkeypatch.setattr(time, "time", lambda: soon)
        assert sent(client, opened=again).status_code == 302

    def test_a_form_sent_too_soon_keeps_its_time(self, client):
        """So one who types fast waits for some moments, not for some moments more each time."""
        soon = opened(LEAST - 2)
        assert sent(client, opened=soon).context["form"]["opened"].value() == soon

    def test_the_same_words_are_taken_once_a_day(self, client):
        sent(client)
        answer = sent(client, name="Somebody else", email="other@example.org")
        assert "We have this message already" in answer.content.decode()
        ContactMessage.objects.update(at=timezone.now() - ContactMessage.SAME_FOR)
        assert sent(client).status_code == 302
        assert ContactMessage.objects.count() == 2

    def test_there_is_a_limit_for_one_address_and_for_all(self, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"contact": "2/h/ip,3/d/key"}

        def write(number, address):
            return client.post(
                CONTACT,
                TYPED | {"opened": opened(), "message": f"This is another message: {number}"},
                REMOTE_ADDR=address,
            )

        assert [write(number, "192.0.2.1").status_code for number in range(3)] == [302, 302, 429]
        assert write(4, "192.0.2.2").status_code == 302
        refused = write(5, "192.0.2.3")
        assert refused.status_code == 429
        assert "Too many messages" in refused.content.decode()
        assert "This is another message: 5" in refused.content.decode()
        assert ContactMessage.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_clicks_are_one_message(monkeypatch, is_locked):
    """The control: without the lock both are kept."""
    same_lately = type(ContactMessage.objects.all()).same_lately

    def slowly(self, message):
        found = list(same_lately(self, message))
        time.sleep(0.3)
        return ContactMessage.objects.filter(pk__in=[one.pk for one in found])

    def click(_number):
        try:
            return receiving.receive(ContactMessageFactory.build(message="One message, sent by two clicks."))
        finally:
            connection.close()

    monkeypatch.setattr(type(ContactMessage.objects.all()), "same_lately", slowly)
    if not is_locked:
        monkeypatch.setattr(receiving, "wait_for", lambda lock: None)
    with ThreadPoolExecutor(2) as pool:
        kept = sum(pool.map(click, range(2)))
    assert kept == ContactMessage.objects.count() == (1 if is_locked else 2)


@pytest.mark.django_db
def test_messages_are_marked_as_answered_and_erased_after_their_time(admin_client):
    old, new = ContactMessageFactory(), ContactMessageFactory()
    ContactMessage.objects.filter(pk=old.pk).update(
        at=timezone.now() - ContactMessage.KEPT - timedelta(minutes=1)
    )
    assert (
        "Messages to the administrators: <strong>2</strong>" in admin_client.get("/admin/").content.decode()
    )
    changelist = reverse("admin:knowledge_contactmessage_changelist")
    admin_client.post(
        changelist,
        {"action": "mark_answered", "_selected_action": [new.pk]},
    )
    new.refresh_from_db()
    assert new.answered_by.is_superuser
    for state, expected in (("new", [old]), ("answered", [new]), ("x", [new, old])):
        assert list(admin_client.get(f"{changelist}?state={state}").context["cl"].queryset) == expected
    assert (
        "mailto:olena@example.org"
        in admin_client.get(reverse("admin:knowledge_contactmessage_change", args=[new.pk])).content.decode()
    )
    assert receiving.erase_old() == 1
    assert ContactMessage.objects.get() == new


@pytest.mark.django_db
def test_the_page_says_where_a_weakness_is_told(client, settings):
    lines = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert lines["Contact"] == "http://localhost:8000/contact/?about=security"
    assert lines["Expires"][:10] > f"{timezone.now():%Y-%m-%d}"
    assert '<option value="security" selected>' in Client().get("/contact/?about=security").content.decode()


@pytest.mark.django_db
def test_pages_about_the_portal_show_what_is_there(client):
    for page in ("about", "about-rules", "about-privacy", "about-accessibility", "contact-sent"):
        assert client.get(reverse(page)).status_code == 200
    assert "<td>180 days</td>" in client.get(reverse("about-privacy")).content.decode()
    assert "sessionid" not in client.cookies
