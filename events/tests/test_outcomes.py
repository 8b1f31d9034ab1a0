"""What participants say of meetings, where they go on, what organisers and the matcher learn from it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import StaffFactory, UserFactory
from cities.tests.factories import CityFactory, MayorFactory
from events.models import Meeting, Seat
from partnerships.interests.heard import heard
from partnerships.interests.learning import SCORE
from partnerships.models import Party
from partnerships.partnership.beginning import begin
from partnerships.tests.factories import BusinessProfileFactory, interest_between

from .factories import EventFactory, MeetingRequestFactory, RegistrationFactory, SlotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """One that began a day ago, and has another one before it."""
    begins = timezone.now() - timedelta(days=1)
    return EventFactory(shown="final", starts_at=begins, ends_at=begins + timedelta(days=2))


def met(event, other=None, **ago):
    """Lviv's meeting with another side, which began some time ago; who came for Lviv."""
    lviv = Party.objects.of(CityFactory(name=f"Lviv {event.meetings.count()}"))
    mine = RegistrationFactory(event=event, party=lviv, user=MayorFactory(city=lviv.city).user)
    theirs = RegistrationFactory(event=event, **({} if other is None else {"party": other}))
    asked = MeetingRequestFactory(event=event, sender=mine, receiver=theirs, state="accepted")
    starts = timezone.now() - timedelta(**ago or {"hours": 1})
    meeting = Meeting(event=event, request=asked)
    meeting.arrange(SlotFactory(event=event, starts_at=starts), None)
    return mine, theirs, meeting


def say(client, one, outcome, **more):
    client.force_login(one.user)
    seat = one.seats.get()
    address = reverse("event-agenda", args=[one.event.slug])
    answer = client.post(address, {"seat": seat.pk, "outcome": outcome, **more}, follow=True)
    seat.refresh_from_db()
    return answer, seat


def test_each_says_what_came_of_it_and_changes_it_and_the_other_does_not_see_it(client, event):
    mine, theirs, _meeting = met(event)
    answer, seat = say(client, mine, "contact", note="Ask for Olha")
    assert (seat.outcome, seat.note) == ("contact", "Ask for Olha")
    assert "Ask for Olha" in answer.text
    _answer, seat = say(client, mine, "no-show")
    assert (seat.outcome, seat.note) == ("no-show", "")
    say(client, mine, "nothing", note="A secret")
    answer, seat = say(client, theirs, "contact")
    assert seat.outcome == "contact"
    assert "A secret" not in answer.text


def test_what_is_no_answer_is_shown_again_and_nothing_is_said_too_early(client, event):
    mine, theirs, _meeting = met(event)
    answer, seat = say(client, mine, "whatever", note="x" * 1001)
    assert seat.outcome == ""
    [(_day, [one])] = answer.context["days"]
    assert set(one.form.errors) == {"outcome", "note"}
    assert "x" * 1001 in answer.text
    others = Seat.objects.get(registration=theirs)
    client.post(reverse("event-agenda", args=[event.slug]), {"seat": others.pk, "outcome": "contact"})
    others.refresh_from_db()
    assert others.outcome == ""
    soon, *_ = met(event, hours=-1)
    answer, seat = say(client, soon, "contact")
    assert "has not begun yet" in answer.text
    assert seat.outcome == ""
    assert "What came of it?" not in answer.text


def test_those_who_go_on_find_the_way(client, event):
    mine, theirs, _meeting = met(event)
    new = reverse("interest-new", args=["city", theirs.party.city_id])
    assert new not in say(client, mine, "contact")[0].text
    assert new in say(client, mine, "partnership")[0].text
    interest = interest_between(theirs.party.city, mine.party.city)
    page = client.get(reverse("event-agenda", args=[event.slug])).text
    assert interest.get_absolute_url() in page
    assert new not in page
    interest.accept(by=mine.user)
    made = begin(mine.party, theirs.party, by=mine.user)
    assert made.get_absolute_url() in client.get(reverse("event-agenda", args=[event.slug])).text
    business = BusinessProfileFactory().organisation
    other, *_ = met(event, Party.objects.of(business))
    assert (
        reverse("interest-new", args=["organisation", business.slug])
        in say(client, other, "partnership")[0].text
    )


def test_organisers_see_how_many_said_what(client, event):
    mine, theirs, _meeting = met(event)
    say(client, mine, "partnership")
    say(client, theirs, "no-show", note="A secret")
    organiser = UserFactory()
    event.organisers.add(organiser)
    client.force_login(organiser)
    page = client.get(reverse("event-schedule", args=[event.slug]))
    assert [one.number for one in page.context["outcomes"]] == [1, 0, 0, 1]
    assert "A secret" not in page.text


def test_the_matcher_learns_from_meetings(client, event):
    answers = []
    for one, other in [
        ("partnership", "contact"),
        ("nothing", "nothing"),
        ("partnership", "nothing"),  # the two do not agree
        ("contact", "no-show"),
    ]:
        mine, theirs, meeting = met(event)
        say(client, mine, one)
        say(client, theirs, other)
        answers.append(meeting)
    business, *_ = met(event, Party.objects.of(BusinessProfileFactory().organisation))
    say(client, business, "partnership")
    guest, theirs, _meeting = met(event)
    guest.party = None
    guest.save()
    say(client, theirs, "partnership")
    found = heard()
    assert sorted((one.kind, one.state) for one in found) == [
        (("business", "city"), "accepted"),
        (("city", "city"), "accepted"),
        (("city", "city"), "declined"),
    ]
    by_kind = {(one.kind, one.state): one.components for one in found}
    meeting = answers[0]
    meeting.refresh_from_db()
    measured = by_kind[("city", "city"), "accepted"]
    assert measured == {SCORE: meeting.measured["score"], **meeting.measured["components"]}
    assert {"distance", "size", SCORE} <= set(measured)
    assert by_kind[("business", "city"), "accepted"] == {}
    client.force_login(StaffFactory(rights=["view_interest"]))
    page = client.get(reverse("admin:partnerships_interest_learning"))
    cities, _businesses = page.context["scored"]
    assert (cities.share.part, cities.share.count, cities.met) == (1, 2, 2)
    assert {line.code: line.accepted.count for _label, line in cities.lines}["distance"] == 1
    assert "2 of these answers come from meetings at events" in page.text
    assert page.context["how_far"] == []
