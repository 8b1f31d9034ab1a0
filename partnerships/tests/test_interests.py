"""Expressions of interest: who may send them, what becomes of them, who sees them."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEntry, Notification
from accounts.notifications import sentence
from accounts.tests.factories import StaffFactory, UserFactory
from cities.tests.factories import CityFactory, MayorFactory
from partnerships.interests import models, sending
from partnerships.interests.sending import AlreadyOpen, send
from partnerships.interests.waiting import pass_time
from partnerships.models import Block, Conversation, Interest, Party, Report
from partnerships.tests.at_once import at_once
from partnerships.tests.factories import BusinessProfileFactory, interest_between, side_of
from projects.tests.factories import ProjectFactory, ProjectNeedFactory

pytestmark = pytest.mark.django_db
REASON = "We would like to learn from you."


@pytest.fixture
def lviv():
    return CityFactory(name="Lviv")


@pytest.fixture
def gdansk():
    return CityFactory(name="Gdańsk")


def write_address(city, **query):
    return reverse("interest-new", args=["city", city.pk], query=query or None)


def told(user):
    return [sentence(one) for one in user.notifications.all()]


def test_a_mayor_writes_and_the_other_side_reads_it(client, lviv, gdansk):
    mayor, other = MayorFactory(city=lviv).user, MayorFactory(city=gdansk).user
    client.force_login(mayor)
    page = client.get(write_address(gdansk, topic="water")).content.decode()
    assert "Express interest in Gdańsk" in page
    assert '<option value="water" selected>' in page
    party = Party.objects.get(city=lviv)
    said = {"sender": party.pk, "reason": REASON, "topic": "water"}
    answer = client.post(write_address(gdansk), said)
    interest = Interest.objects.get()
    assert answer["Location"] == interest.get_absolute_url()
    assert (interest.sender.city, interest.receiver.city, interest.by) == (lviv, gdansk, mayor)
    assert told(other) == ["Lviv would like to work with Gdańsk"]
    assert mail.outbox[0].subject == "Lviv would like to work with Gdańsk"
    client.force_login(other)
    assert REASON in client.get(interest.get_absolute_url()).content.decode()
    assert "Lviv" in client.get(reverse("interests")).content.decode()
    assert "1 expression of interest to answer" in client.get(reverse("desk")).content.decode()


def test_a_notification_is_in_the_readers_language(lviv, gdansk):
    gdansk.name_uk = "Гданськ"
    gdansk.save()
    MayorFactory(city=lviv, user__language="uk")
    interest_between(gdansk, lviv)
    with translation.override("uk"):
        [text] = told(Party.objects.get(city=lviv).people()[0])
    assert text.startswith("Гданськ ")


def test_what_was_typed_stays_when_it_is_refused(client, lviv, gdansk):
    client.force_login(MayorFactory(city=lviv).user)
    side_of(gdansk)
    party = Party.objects.of(lviv)
    page = client.post(write_address(gdansk), {"sender": party.pk, "reason": "Too short"}).content.decode()
    assert "Too short" in page
    assert "at least 20 characters" in page
    assert not Interest.objects.exists()


def test_nobody_writes_for_others_or_without_a_membership(client, lviv, gdansk):
    foreign, _receiver = side_of(CityFactory()), side_of(gdansk)
    client.force_login(MayorFactory(city=lviv).user)
    client.post(write_address(gdansk), {"sender": foreign.pk, "reason": REASON})
    for person in (UserFactory(), MayorFactory(state="suspended").user, MayorFactory(state="submitted").user):
        client.force_login(person)
        assert "approved" in client.get(write_address(gdansk)).content.decode()
        assert client.post(write_address(gdansk), {"sender": foreign.pk, "reason": REASON}).status_code == 403
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda one, other: other.members().delete(), "Nobody speaks for"),
        (lambda one, other: Block.objects.create(by_party=other, party=one, by=StaffFactory()), "takes no"),
        (
            lambda one, other: Block.objects.create(by_party=one, party=other, by=StaffFactory()),
            "have blocked",
        ),
        (lambda one, other: Conversation.objects.begin(one, other), "talking with"),
        (lambda one, other: one.members().update(state="suspended"), "do not speak"),
    ],
)
def test_a_refusal_says_why(lviv, gdansk, prepare, sentence):
    one, other = side_of(lviv), side_of(gdansk)
    by = one.people()[0]
    prepare(one, other)
    with pytest.raises(models.NotPossible, match=sentence):
        send(one, other, by=by, reason=REASON)


def test_one_side_sends_no_more_than_it_may(monkeypatch, lviv):
    monkeypatch.setattr(sending, "MOST_A_DAY", 2)
    for _ in range(2):
        interest_between(lviv, CityFactory())
    with pytest.raises(models.NotPossible, match="as many as may be"):
        interest_between(lviv, CityFactory())
    Interest.objects.update(sent_at=timezone.now() - timedelta(days=1, minutes=1))
    interest_between(lviv, CityFactory())


def test_one_interest_of_a_pair_is_open_whoever_wrote(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    with pytest.raises(AlreadyOpen) as caught:
        interest_between(gdansk, lviv)
    assert caught.value.interest == interest
    client.force_login(Party.objects.get(city=gdansk).people()[0])
    assert client.get(write_address(lviv))["Location"] == interest.get_absolute_url()


def test_accepted_the_two_can_talk(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    by = interest.receiver.people()[0]
    client.force_login(by)
    answer = client.post(interest.get_absolute_url(), {"action": "accept", "answer": "With pleasure."})
    talk = Conversation.objects.get()
    assert answer["Location"] == talk.get_absolute_url()
    interest.refresh_from_db()
    assert (interest.state, interest.answered_by, interest.answer) == ("accepted", by, "With pleasure.")
    assert told(interest.by) == ["Gdańsk has accepted the expression of interest of Lviv"]
    assert interest.by.email in client.get(talk.get_absolute_url()).content.decode()


def test_who_declines_says_why(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    client.force_login(interest.receiver.people()[0])
    page = client.post(
        interest.get_absolute_url(), {"action": "decline", "answer": "Sorry!"}
    ).content.decode()
    assert "Choose what fits best" in page
    assert "Sorry!" in page
    client.post(interest.get_absolute_url(), {"action": "decline", "why": "too-far"})
    interest.refresh_from_db()
    assert (interest.state, interest.why) == ("declined", "too-far")
    assert not Conversation.objects.exists()
    interest_between(lviv, gdansk)  # one may write again later


def test_the_sender_takes_it_back_and_answers_nothing(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    client.force_login(interest.by)
    client.post(interest.get_absolute_url(), {"action": "accept"})
    interest.refresh_from_db()
    assert interest.is_open
    client.post(interest.get_absolute_url(), {"action": "withdraw"})
    interest.refresh_from_db()
    assert interest.state == "withdrawn"


def test_others_interests_are_not_found(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    client.force_login(MayorFactory().user)
    for address in (
        interest.get_absolute_url(),
        reverse("interest-block", args=[interest.pk]),
        reverse("interest-report", args=[interest.pk]),
    ):
        assert client.post(address, {"action": "accept", "text": "x"}).status_code == 404
    assert "Gdańsk" not in client.get(reverse("interests")).content.decode()
    interest.receiver.members().update(state="suspended")
    client.force_login(interest.receiver.city.mayors.get().user)
    assert client.get(interest.get_absolute_url()).status_code == 404


def test_contact_stays_private_until_it_is_accepted(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    client.force_login(interest.receiver.people()[0])
    assert interest.by.email not in client.get(interest.get_absolute_url()).content.decode()


def test_time_reminds_once_and_ends_what_nobody_answers(lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    receiver = interest.receiver.people()[0]
    assert pass_time() == (0, 0)
    Interest.objects.update(sent_at=timezone.now() - timedelta(days=11))
    assert [pass_time(), pass_time()] == [(1, 0), (0, 0)]
    assert told(receiver)[0] == "Lviv waits for an answer of Gdańsk"
    Interest.objects.update(expires_at=timezone.now())
    assert [pass_time(), pass_time()] == [(0, 1), (0, 0)]
    interest.refresh_from_db()
    assert interest.state == "expired"
    assert Notification.objects.filter(template="interest_expired").count() == 2


def test_blocking_and_reporting(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    client.force_login(interest.receiver.people()[0])
    client.post(reverse("interest-report", args=[interest.pk]), {"text": "It is an advertisement."})
    assert Report.objects.get().text == "It is an advertisement."
    block = reverse("interest-block", args=[interest.pk])
    for _ in range(2):
        client.post(block, {"action": "block"})
    assert Block.objects.get().party == interest.sender
    page = client.post(reverse("interest-report", args=[interest.pk]), {"text": ""}).content.decode()
    assert "This field is required" in page
    assert "Let Lviv write to us again" in page  # as it stands, whatever form was refused
    assert page.count(f'action="{interest.get_absolute_url()}"') == 2  # an answer goes to its own page
    client.post(block, {"action": "unblock"})
    assert not Block.objects.exists()


def test_of_a_project_its_city_is_asked(client, lviv):
    need = ProjectNeedFactory(project=ProjectFactory(city=lviv, published=True), topic_id="water")
    side_of(lviv)
    business = BusinessProfileFactory().organisation
    person = business.members.get().user
    client.force_login(person)
    address = reverse("interest-new", args=["project", need.project.slug], query={"need": need.pk})
    said = {"sender": Party.objects.of(business).pk, "reason": REASON}
    client.post(address, said)
    interest = Interest.objects.get()
    assert (interest.receiver.city, interest.project, interest.need) == (lviv, need.project, need)


@pytest.mark.parametrize(
    "address",
    [
        "city/0",
        "city/99999999999999999999",
        "city/x",
        "organisation/none",
        "project/none",
        "planet/mars",
        "city/%00",
    ],
)
def test_who_does_not_exist_is_not_found(client, lviv, address):
    client.force_login(MayorFactory(city=lviv).user)
    assert client.get(f"/desk/interests/new/{address}/").status_code == 404


def test_how_well_the_two_fit_is_kept(lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    assert 0 <= interest.score <= 1
    assert set(interest.components) >= {"distance", "size"}
    business, other = (BusinessProfileFactory().organisation for _ in range(2))
    assert interest_between(business, other).score is not None
    assert interest_between(business, lviv).score is None


def answer_at_once():
    """Six people of the side that is asked answer at the same moment."""
    gdansk = CityFactory()
    interest = interest_between(CityFactory(), gdansk)
    people = [one.user for one in MayorFactory.create_batch(6, city=gdansk)]

    def decide(person):
        try:
            Interest.objects.get(pk=interest.pk).accept(by=person)
        except models.NotPossible:
            return "late"
        return "done"

    return at_once(people, decide)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_answer_at_once_one_does():
    assert answer_at_once().count("done") == 1
    assert AuditEntry.objects.filter(action="interest accepted").count() == 1
    assert Conversation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_answer(monkeypatch):
    """The control: the test above can fail. All have read the state before the first one changes it."""
    gate = Barrier(6)

    def read_together(self):
        found = Interest.objects.get(pk=self.pk)
        gate.wait(timeout=20)
        return found

    monkeypatch.setattr(Interest, "_locked", read_together)
    assert answer_at_once().count("done") > 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_both_sides_and_double_clicks_at_once_make_one_interest(monkeypatch, is_locked):
    """Without the lock the database itself still refuses a second one, but with an error."""
    if not is_locked:
        monkeypatch.setattr(sending, "locked", lambda *parties: None)
    one, other = side_of(CityFactory()), side_of(CityFactory())
    ways = [(one, other), (one, other), (other, one)]

    def write(way):
        try:
            send(*way, by=way[0].people()[0], reason=REASON)
        except Exception as error:
            return type(error).__name__
        return "sent"

    outcomes = at_once(ways, write)
    assert outcomes.count("sent") == Interest.objects.count() == 1
    assert set(outcomes) == ({"sent", "AlreadyOpen"} if is_locked else {"sent", "IntegrityError"})
