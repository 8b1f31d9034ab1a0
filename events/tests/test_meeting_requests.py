"""Requests for meetings: who may ask whom, what becomes of them, two who ask each other at once."""

from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEntry
from accounts.notifications import sentence
from accounts.tests.factories import StaffFactory
from events.meeting_requests import answering, asking
from events.meeting_requests.answering import accept, choose_priority, decline, withdraw, write
from events.meeting_requests.asking import AlreadyAsked, ask, requests_left
from events.models import Meeting, MeetingRequest, RequestMessage
from events.models.event import NotPossible
from events.querysets import EventQuerySet
from partnerships.models import Block
from partnerships.tests.at_once import at_once

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory, SlotFactory

pytestmark = pytest.mark.django_db
SENTENCE = "Let us talk about water."


@pytest.fixture
def event():
    return EventFactory(most_requests=2)


@pytest.fixture
def olena(event):
    return RegistrationFactory(event=event, user__name="Olena")


@pytest.fixture
def piotr(event):
    return RegistrationFactory(event=event, user__name="Piotr", user__language="uk")


def asked(sender, receiver, priority=2):
    return ask(sender, receiver, priority=priority, sentence=SENTENCE)


def told(one):
    return [sentence(notification) for notification in one.user.notifications.all()]


def now(request):
    return MeetingRequest.objects.get(pk=request.pk)


def participant_url(event, one):
    return reverse("event-participant", args=[event.slug, one.pk])


def test_one_asks_and_the_other_accepts(client, event, olena, piotr):
    client.force_login(olena.user)
    page = client.get(participant_url(event, piotr)).content.decode()
    assert "Piotr" in page
    assert "You can request 2 more meetings of 2." in page
    short = client.post(participant_url(event, piotr), {"priority": 3, "sentence": "Hi"}).content.decode()
    assert ">Hi</textarea>" in short.replace("\n", "")
    assert "at least 10 characters" in short
    answer = client.post(participant_url(event, piotr), {"priority": 3, "sentence": SENTENCE})
    request = MeetingRequest.objects.get()
    assert answer["Location"] == request.get_absolute_url()
    assert (request.sender, request.receiver, request.priority) == (olena, piotr, 3)
    with translation.override("uk"):
        assert told(piotr) == [f"{olena} хоче зустрітися з вами на заході «{event.title_uk}»"]
    assert "Olena" in mail.outbox[0].subject
    client.force_login(piotr.user)
    assert f"1 request for a meeting to answer: {event}" in unescape(
        client.get(reverse("desk")).content.decode()
    )
    assert SENTENCE in client.get(reverse("event-requests", args=[event.slug])).content.decode()
    client.post(request.get_absolute_url(), {"action": "accept", "priority": 1})
    request = now(request)
    assert (request.state, request.answer_priority) == ("accepted", 1)
    assert told(olena) == [f"{piotr} agrees to meet you at “{event}”"]
    assert [one.action for one in AuditEntry.of(request)] == ["meeting request accepted", "meeting requested"]


def test_an_answer_without_a_priority_is_asked_for_it(client, olena, piotr):
    request = asked(olena, piotr)
    client.force_login(piotr.user)
    page = client.post(request.get_absolute_url(), {"action": "accept"}).content.decode()
    assert "This field is required." in page
    assert now(request).is_waiting


def block(by, party):
    Block.objects.create(by_party=by.party, party=party.party, by=StaffFactory())


def test_whoever_blocks_a_side_meets_it_no_more(event, olena, piotr):
    """What was agreed or waits is off, whoever asked; what others have stays."""
    other = RegistrationFactory(event=event)
    agreed, elsewhere = asked(olena, piotr), asked(other, piotr)
    accept(agreed, by=piotr, priority=1)
    meeting = Meeting(event=event, request=agreed)
    meeting.arrange(SlotFactory(event=event), None)
    block(piotr, olena)
    assert now(agreed).state == "declined"
    assert Meeting.objects.standing().count() == 0
    assert f"{piotr} has declined a meeting" in told(olena)[0]
    assert now(elsewhere).is_waiting


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda one, other: block(other, one), "takes no requests from you"),
        (lambda one, other: block(one, other), "have blocked"),
        (lambda one, other: change(other, wants_meetings=False), "takes no requests"),
        (lambda one, other: change(other, state="waiting"), "takes no requests"),
        (lambda one, other: change(one, wants_meetings=False), "Say in your registration"),
        (lambda one, other: change(other, party=one.party), "your own side"),
        (lambda one, other: change(one.event, requests_open_at=soon()), "not open yet"),
        (lambda one, other: change(one.event, requests_close_at=timezone.now()), "are closed"),
        (lambda one, other: decline(asked(one, other), by=other), "has declined"),
        (lambda one, other: [withdraw(asked(one, other), by=one) for _ in range(3)], "often enough"),
        (
            lambda one, other: [asked(one, RegistrationFactory(event=one.event)) for _ in range(2)],
            "2 requests",
        ),
        (lambda one, other: asked(one, other), "already"),
    ],
)
def test_a_refusal_says_why(olena, piotr, prepare, sentence):
    prepare(olena, piotr)
    before = MeetingRequest.objects.count()
    with pytest.raises(NotPossible, match=sentence):
        asked(olena, piotr)
    assert MeetingRequest.objects.count() == before


def soon():
    return timezone.now() + timedelta(days=1)


def change(one, **fields):
    for name, value in fields.items():
        setattr(one, name, value)
    one.save()


def test_what_is_declined_or_taken_back_counts_no_more(olena, piotr):
    request = asked(olena, piotr)
    assert requests_left(olena) == 1
    assert requests_left(piotr) == 2
    withdraw(request, by=olena)
    assert requests_left(olena) == 2


def test_who_asks_one_who_asked_says_yes(olena, piotr):
    first = asked(olena, piotr, priority=3)
    answer = ask(piotr, olena, priority=1, sentence="I thought so too.")
    assert answer == first
    assert (now(first).state, now(first).priority, now(first).answer_priority) == ("accepted", 3, 1)
    assert [(one.by, one.text) for one in first.messages.all()] == [(piotr, "I thought so too.")]
    with pytest.raises(AlreadyAsked):
        asked(piotr, olena)


def test_only_the_right_side_changes_it_and_only_while_it_may(olena, piotr):
    request = asked(olena, piotr)
    for change_it in (
        lambda: accept(request, by=olena, priority=1),
        lambda: decline(request, by=olena),
        lambda: withdraw(request, by=piotr),
        lambda: choose_priority(request, by=piotr, priority=1),
    ):
        with pytest.raises(NotPossible):
            change_it()
    choose_priority(request, by=olena, priority=1)
    accept(request, by=piotr, priority=3)
    choose_priority(request, by=piotr, priority=2)
    assert (now(request).priority, now(request).answer_priority) == (1, 2)
    change(olena.event, requests_close_at=timezone.now())
    with pytest.raises(NotPossible, match="closed"):
        choose_priority(now(request), by=olena, priority=3)
    decline(now(request), by=piotr)
    for late in (
        lambda: accept(request, by=piotr, priority=1),
        lambda: write(request, by=olena, text="Why?"),
    ):
        with pytest.raises(NotPossible, match="declined"):
            late()


def test_the_two_write_to_each_other_until_one_blocks(client, olena, piotr):
    request = asked(olena, piotr)
    client.force_login(piotr.user)
    for _click in range(2):
        client.post(request.get_absolute_url(), {"action": "message", "text": "About which river?"})
    assert RequestMessage.objects.count() == 1
    assert told(olena) == [f"A message from {piotr} about your meeting at “{request.event}”"]
    page = client.post(request.get_absolute_url(), {"action": "message", "text": " "}).content.decode()
    assert "About which river?" in page
    assert "This field is required." in page
    block(olena, piotr)
    page = client.post(request.get_absolute_url(), {"action": "message", "text": "Hello?"}).content.decode()
    assert "No more can be written here: the request is withdrawn." in page
    assert ">Hello?</textarea>" in page.replace("\n", "")
    with pytest.raises(NotPossible):
        accept(request, by=piotr, priority=1)


def test_others_see_nothing_of_it(client, event, olena, piotr):
    request = asked(olena, piotr)
    stranger = RegistrationFactory()
    colleague = RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, state="waiting")
    pages = [reverse(f"event-{name}", args=[event.slug]) for name in ("participants", "requests")]
    for person in (stranger, waiting):
        client.force_login(person.user)
        for address in (*pages, participant_url(event, olena), request.get_absolute_url()):
            assert client.get(address).status_code == 404
    client.force_login(colleague.user)
    assert client.get(request.get_absolute_url()).status_code == 404
    assert SENTENCE not in client.get(pages[1]).content.decode()
    assert client.post(request.get_absolute_url(), {"action": "withdraw"}).status_code == 404
    organiser = RegistrationFactory().user
    event.organisers.add(organiser)
    client.force_login(organiser)
    assert "Olena" in client.get(pages[0]).content.decode()
    assert (
        client.post(participant_url(event, olena), {"priority": 1, "sentence": SENTENCE}).status_code == 404
    )
    assert client.get(request.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("action", ["", "explode", "book"])
def test_nonsense_changes_nothing(client, olena, piotr, action):
    request = asked(olena, piotr)
    client.force_login(olena.user)
    answer = client.post(request.get_absolute_url(), {"action": action, "slot": "²"}, follow=True)
    assert answer.status_code == 200
    assert now(request).is_waiting


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_who_ask_each_other_at_once_agree(monkeypatch, is_locked):
    """With double clicks. Without the lock the database still refuses a second request, but with an error."""
    if not is_locked:
        gate = Barrier(4)
        monkeypatch.setattr(asking, "locked", lambda *people: None)
        monkeypatch.setattr(asking, "_refuse_too_many", lambda *people: gate.wait(timeout=20))
    event = EventFactory()
    one, other = RegistrationFactory.create_batch(2, event=event)

    def click(way):
        try:
            return asked(*way).state
        except Exception as error:
            return type(error).__name__

    outcomes = at_once([(one, other), (other, one), (one, other), (other, one)], click)
    request = MeetingRequest.objects.get()
    if is_locked:
        assert sorted(outcomes) == ["AlreadyAsked", "AlreadyAsked", "accepted", "sent"]
        assert request.is_accepted
    else:
        assert sorted(outcomes) == ["IntegrityError", "IntegrityError", "IntegrityError", "sent"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_nobody_asks_more_than_may_be_by_clicking_at_once(monkeypatch, is_locked):
    """The control without the lock: all have counted before the first one writes."""
    event = EventFactory(most_requests=1)
    one, *others = RegistrationFactory.create_batch(4, event=event)
    if not is_locked:
        gate, refuse = Barrier(3), asking._refuse_too_many
        monkeypatch.setattr(asking, "locked", lambda *people: None)
        monkeypatch.setattr(
            asking, "_refuse_too_many", lambda *people: (refuse(*people), gate.wait(timeout=20))
        )

    def click(other):
        try:
            return asked(one, other).state
        except NotPossible:
            return "refused"

    outcomes = at_once(others, click)
    assert outcomes.count("sent") == (1 if is_locked else 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_a_double_click_answers_once(monkeypatch, is_locked):
    """The control without the lock: both have read the state before one writes."""
    request = MeetingRequestFactory()
    if not is_locked:
        gate = Barrier(2)

        def read_together(request):
            read = MeetingRequest.objects.named().get(pk=request.pk)
            gate.wait(timeout=20)
            return read

        monkeypatch.setattr(EventQuerySet, "locked", lambda self, event: event)
        monkeypatch.setattr(answering, "locked", lambda *people: None)
        monkeypatch.setattr(answering, "_locked", read_together)

    def click(receiver):
        try:
            accept(request, by=receiver, priority=2)
        except NotPossible:
            return "late"
        return "done"

    assert at_once([request.receiver] * 2, click).count("done") == (1 if is_locked else 2)
