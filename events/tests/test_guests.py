"""Guests of an event: invited by letter, registered by its link, and forgotten in time."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tests.factories import UserFactory
from events.guests.inviting import forget_addresses, write_waiting
from events.models import GuestInvitation, Registration
from events.tasks import write_guest_invitations
from partnerships.tests.at_once import at_once

from .factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
GUEST = {"name": "Ada Byron", "email": "ada@example.org", "organisation": "Engines", "language": "uk"}


@pytest.fixture
def event():
    made = EventFactory(open_to=[])
    made.organisers.add(UserFactory())
    return made


@pytest.fixture
def organiser(event, client):
    found = event.organisers.get()
    client.force_login(found)
    return found


def address(event):
    return reverse("event-guests", args=[event.slug])


def invitation_of(event, **fields):
    until = timezone.now() + timedelta(days=9)
    by = event.organisers.get()
    return GuestInvitation.objects.create(
        event=event,
        invited_by=by,
        **{"name": "Ada", "email": "ada@example.org", "expires_at": until, **fields},
    )


def link_in_letter():
    return re.search(r"http://[^/]+(\S+/invited/\S+)", mail.outbox[-1].body).group(1)


def text(answer):
    return answer.content.decode()


def test_a_guest_is_invited_by_letter_and_registers(client, event, organiser):
    client.post(address(event), GUEST)
    assert "This address is invited already" in text(
        client.post(address(event), GUEST | {"email": "ADA@example.org"})
    )
    write_guest_invitations()
    write_guest_invitations()
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    link = link_in_letter()
    assert link.startswith("/uk/")
    found = GuestInvitation.objects.get()
    assert link.split("/")[-2] not in found.token_hash
    client.logout()
    assert "Ada Byron" in text(client.get(link))
    unverified = UserFactory(verified=False)
    client.force_login(unverified)
    client.post(link, {"name": "Ada Byron"})
    assert not Registration.objects.exists()
    guest = UserFactory()
    client.force_login(guest)
    page = text(client.get(link))
    assert 'value="Engines"' in page
    client.post(
        link, {"name": "Ada Byron", "guest_of": "Engines Ltd", "languages": ["en"], "wants_meetings": "on"}
    )
    mine = Registration.objects.get()
    assert (mine.user, mine.party, mine.guest_of, mine.state) == (guest, None, "Engines Ltd", "registered")
    found.refresh_from_db()
    assert (found.state, found.registration) == ("accepted", mine)
    client.force_login(UserFactory())
    assert client.get(link).status_code == 410
    assert "Engines Ltd" not in text(client.get(link))
    client.force_login(guest)
    client.post(reverse("event-register", args=[event.slug]), {"action": "cancel"})
    client.post(reverse("event-register", args=[event.slug]), {"name": "Ada Byron", "languages": ["en"]})
    mine.refresh_from_db()
    assert mine.state == "registered"
    kinds = ["event registration", "event registration cancelled"]
    assert AuditEntry.objects.filter(actor=guest, action__in=kinds).count() == 3


@pytest.mark.parametrize(
    ("fields", "state"),
    [({"withdrawn_at": timezone.now()}, "withdrawn"), ({"expires_at": timezone.now()}, "expired")],
)
def test_by_an_invitation_that_ended_nobody_registers(client, event, fields, state):
    from partnerships.invitations.models import hashed

    found = invitation_of(event, token_hash=hashed("secret"), **fields)
    assert found.state == state
    client.force_login(UserFactory())
    link = reverse("event-invited", args=["secret"])
    assert client.post(link, {"name": "Ada", "languages": ["en"]}).status_code == 410
    assert not Registration.objects.exists()
    assert client.get(reverse("event-invited", args=["guessed"])).status_code == 404


def test_a_letter_is_sent_again_once_a_day_and_three_times_at_most(client, event, organiser):
    day_ago = timezone.now() - timedelta(days=1)
    found = invitation_of(event, sent_at=timezone.now(), letters=1)
    again = {"action": f"again {found.pk}"}
    assert "one letter a day at most" in text(client.post(address(event), again, follow=True))
    for letters in (1, 2, 3):
        GuestInvitation.objects.filter(pk=found.pk).update(letters=letters, sent_at=day_ago)
        client.post(address(event), again)
        assert write_waiting() == (letters < 3)
    client.post(address(event), {"action": f"withdraw {found.pk}"})
    found.refresh_from_db()
    assert found.state == "withdrawn"
    client.post(address(event), GUEST)
    assert GuestInvitation.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_each_letter_once():
    event = EventFactory()
    event.organisers.add(UserFactory())
    for number in range(6):
        invitation_of(event, email=f"guest{number}@example.org")
    assert sum(at_once(range(3), lambda _number: write_waiting())) == 6
    assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox) == 6


@pytest.mark.parametrize("way", ["withdrawn_at", "answered_at", "expires_at"])
def test_an_address_is_erased_thirty_days_after_the_end(event, way):
    invitation_of(event, **{way: timezone.now() - timedelta(days=31)})
    recent = invitation_of(event, email="eve@example.org", **{way: timezone.now() - timedelta(days=29)})
    assert forget_addresses() == 1
    assert [one.email for one in GuestInvitation.objects.exclude(email="")] == [recent.email]


def test_only_organisers_invite(client, event):
    RegistrationFactory(event=event, user=UserFactory())
    client.force_login(Registration.objects.get().user)
    assert client.get(address(event)).status_code == 404
    assert client.post(address(event), GUEST).status_code == 404
    assert not GuestInvitation.objects.exists()
