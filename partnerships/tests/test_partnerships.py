"""Partnerships: how they begin, their stages and history, plan, tasks, memoranda, and who sees what."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.notifications import sentence
from accounts.tests.files import upload
from cities.tests.factories import CityFactory, MayorFactory, TwinningFactory
from partnerships.interests.models import NotPossible
from partnerships.models import Conversation, Memorandum, Partnership, PartnershipChange
from partnerships.partnership.beginning import AlreadyLiving, begin, claim
from partnerships.partnership.drafting import draft
from partnerships.partnership.renewal import remind
from partnerships.tests.at_once import at_once
from partnerships.tests.factories import interest_between, partnership_between, side_of
from projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db
Stage = Partnership.Stage


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def lviv():
    return CityFactory(name="Lviv")


@pytest.fixture
def gdansk():
    return CityFactory(name="Gdańsk")


def told(user):
    return [sentence(one) for one in user.notifications.filter(kind="partnership")]


def test_it_grows_of_an_accepted_interest(lviv, gdansk):
    project = ProjectFactory(city=gdansk, published=True)
    interest = interest_between(lviv, gdansk, topic_id="water", project=project)
    mine, other = interest.sender, interest.receiver
    with pytest.raises(NotPossible, match="that was accepted"):
        begin(mine, other, by=interest.by)
    interest.accept(by=other.people()[0])
    made = begin(mine, other, by=interest.by)
    assert (made.stage, made.interest, made.is_confirmed) == ("exploring", interest, True)
    assert [one.pk for one in made.topics.all()] == ["water"]
    assert list(made.projects.all()) == [project]
    assert told(other.people()[0]) == ["Lviv has begun a partnership with Gdańsk"]
    assert told(interest.by) == []
    with pytest.raises(AlreadyLiving) as caught:
        begin(other, mine, by=other.people()[0])
    assert caught.value.partnership == made


def test_the_database_holds_one_living_partnership_a_pair(lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    again = {"one": made.one, "other": made.other, "begun_by": made.begun_by, "begun_for": made.one}
    with transaction.atomic(), pytest.raises(IntegrityError, match="partnership_living_once_a_pair"):
        Partnership.objects.create(**again)
    made.move("ended", by=made.begun_by, seen=made.latest)
    assert begin(made.one, made.other, by=made.one.people()[0]).pk > made.pk


def test_a_claimed_twinning_waits_for_the_other_side(lviv, gdansk):
    twinning, mine, other = TwinningFactory(city_a=lviv, city_b=gdansk), side_of(lviv), side_of(gdansk)
    person, colleague = mine.people()[0], other.people()[0]
    made = claim(twinning, mine, other, by=person)
    assert (made.stage, made.is_confirmed, made.open_stages) == ("active", False, [])
    assert told(colleague) == ["Lviv says that its twinning with Gdańsk is an active partnership"]
    assert list(Partnership.objects.waiting_for(colleague)) == [made]
    assert not Partnership.objects.waiting_for(person).exists()
    with pytest.raises(NotPossible, match="confirm the partnership first"):
        made.show(mine, True, by=person)
    made.confirm(by=colleague)
    assert told(person) == ["Lviv and Gdańsk: the partnership is confirmed"]
    with pytest.raises(NotPossible, match="answered already: confirmed"):
        made.refuse(by=person)


def test_a_claim_that_is_refused_ends(lviv, gdansk):
    twinning, mine, other = TwinningFactory(city_a=lviv, city_b=gdansk), side_of(lviv), side_of(gdansk)
    made = claim(twinning, mine, other, by=mine.people()[0])
    made.refuse(by=other.people()[0], note="It fell asleep.")
    assert made.stage == "ended"
    assert claim(twinning, other, mine, by=other.people()[0]).begun_for == other


@pytest.mark.parametrize(
    ("stage", "may_come_to"),
    [
        ("exploring", ["negotiating", "memorandum", "active", "ended"]),
        ("active", ["memorandum", "ended"]),
        ("ended", []),
    ],
)
def test_the_stages_it_may_come_to(stage, may_come_to):
    assert Partnership(stage=stage, confirmed_at=timezone.now()).open_stages == may_come_to


def test_every_change_is_kept_and_told(lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    by = made.begun_by
    made.move("active", by=by, seen=made.latest, note="The trains are painted.")
    with pytest.raises(NotPossible, match="“active” it cannot come to “exploring”"):
        made.move("exploring", by=by, seen=made.latest)
    made.move("memorandum", by=by, seen=made.latest)
    kept = made.changes.order_by("pk").values_list("what", "stage", "by", "note")
    assert list(kept) == [
        ("begun", "exploring", by.pk, ""),
        ("stage", "active", by.pk, "The trains are painted."),
        ("stage", "memorandum", by.pk, ""),
    ]
    assert AuditEntry.objects.filter(action="partnership stage").count() == 2
    other = made.other if made.begun_for == made.one else made.one
    assert told(other.people()[0])[0] == "The partnership of Gdańsk and Lviv: memorandum signed"


@pytest.mark.parametrize("change", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_the_history_is_only_added_to(lviv, gdansk, change):
    partnership_between(lviv, gdansk)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="only ever added to"):
        cursor.execute(change.format(PartnershipChange._meta.db_table))


def move_at_once():
    """What came of six people of both sides who bring one partnership to another stage at once."""
    made = partnership_between(CityFactory(), CityFactory())
    people = [MayorFactory(city=party.city).user for party in made.parties for _ in range(3)]
    seen = made.latest

    def move(person):
        try:
            Partnership.objects.get(pk=made.pk).move("negotiating", by=person, seen=seen)
        except NotPossible as late:
            return str(late)
        return "done"

    return at_once(people, move)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_change_the_stage_at_once_one_does():
    outcomes = move_at_once()
    assert outcomes.count("done") == PartnershipChange.objects.filter(what="stage").count() == 1
    assert sum("was faster: stage changed. The stage is “negotiating” now." in one for one in outcomes) == 5


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_change_it(monkeypatch):
    """The control: the test above can fail. All have read the stage before the first one changes it."""
    gate, hold = Barrier(6), Partnership._hold

    def hold_together(self, seen):
        hold(self, seen)
        gate.wait(timeout=20)

    monkeypatch.setattr(Partnership, "_locked", lambda self: None)
    monkeypatch.setattr(Partnership, "_hold", hold_together)
    assert move_at_once().count("done") == 6


def test_one_begins_from_a_conversation_and_nobody_else_sees_it(client, lviv, gdansk):
    interest = interest_between(lviv, gdansk)
    interest.accept(by=interest.receiver.people()[0])
    talk = Conversation.objects.get()
    client.force_login(interest.by)
    assert "Begin a partnership" in client.get(talk.get_absolute_url()).content.decode()
    address = reverse("partnership-begin", args=[talk.pk])
    first, again = client.post(address), client.post(address)
    made = Partnership.objects.get()
    assert first["Location"] == again["Location"] == made.get_absolute_url()
    assert "Open the partnership" in client.get(talk.get_absolute_url()).content.decode()
    for side in made.parties:
        client.force_login(side.people()[0])
        assert client.get(made.get_absolute_url()).status_code == 200
        other = made.facing(side).name
        assert other in client.get(reverse("desk-partnerships")).content.decode()
    for stranger in (MayorFactory().user, MayorFactory(city=lviv, state="suspended").user):
        client.force_login(stranger)
        assert client.get(made.get_absolute_url()).status_code == 404
        assert client.post(address).status_code == 404


def test_a_mayor_claims_a_twinning_and_the_other_side_confirms(client, lviv, gdansk):
    twinning = TwinningFactory(city_a=lviv, city_b=gdansk)
    person = side_of(lviv).people()[0]
    client.force_login(person)
    address = reverse("partnership-claim", args=[twinning.pk])
    assert "Claim" not in client.get(lviv.get_absolute_url()).content.decode()
    assert "Nobody speaks for" in client.post(address, follow=True).content.decode()
    colleague = side_of(gdansk).people()[0]
    assert address in client.get(lviv.get_absolute_url()).content.decode()
    client.post(address)
    made = Partnership.objects.get()
    page = client.post(made.get_absolute_url(), {"action": "confirm", "stands": "yes"}).content.decode()
    assert "The other side has to confirm it." in page
    client.force_login(colleague)
    assert "1 partnership to confirm" in client.get(reverse("desk")).content.decode()
    client.post(made.get_absolute_url(), {"action": "confirm", "stands": "yes"})
    made.refresh_from_db()
    assert made.is_confirmed
    client.force_login(MayorFactory().user)
    assert client.post(address).status_code == 404


def send(client, made, action, **said):
    """The page after something was sent to it; empty where it sent the visitor on."""
    return client.post(
        made.get_absolute_url(), {"action": action, "seen": made.latest, **said}
    ).content.decode()


def test_the_plan_is_kept_and_what_is_refused_stays_typed(client, lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    project, foreign = (ProjectFactory(city=city, published=True) for city in (lviv, CityFactory()))
    client.force_login(made.begun_by)
    plan = {"next_step": "Visit Lviv", "next_step_on": "2027-03-01", "topics": ["water", "culture"]}
    page = send(client, made, "plan", **plan, projects=[foreign.pk])
    assert "Visit Lviv" in page
    assert "is not one of the available choices" in page
    late = send(client, made, "plan", **plan, seen=0)
    assert "was faster: begun" in late
    assert "Visit Lviv" in late
    assert not send(client, made, "plan", **plan, projects=[project.pk])
    made.refresh_from_db()
    assert (made.next_step, str(made.next_step_on)) == ("Visit Lviv", "2027-03-01")
    assert made.topics.count() == 2
    assert made.projects.get() == project


def test_tasks_of_the_action_plan(client, lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    client.force_login(made.begun_by)
    assert "Name the task" in send(client, made, "task", due="2020-01-01")
    assert "valid date" in send(client, made, "task", title_en="Ask", due="tomorrow")
    assert not send(client, made, "task", title_en="Send the drawings", due="2020-01-01", party=made.one_id)
    task = made.tasks.get()
    assert task.is_late
    assert "late" in client.get(made.get_absolute_url()).content.decode()
    send(client, made, "tick", task=task.pk, is_done="on")
    task.refresh_from_db()
    assert task.done_by == made.begun_by
    assert not task.is_late
    other = partnership_between(CityFactory(), CityFactory())
    foreign = other.tasks.create(title_en="Theirs")
    send(client, made, "tick", task=foreign.pk, is_done="on")
    foreign.refresh_from_db()
    assert foreign.done_at is None


def test_a_signed_memorandum_is_kept_for_the_two_sides(client, lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    client.force_login(made.begun_by)
    days = {"signed_on": "2026-10-01", "valid_until": "2026-09-01"}
    table = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    page = send(client, made, "memorandum", **days, file=table)
    assert "Only a PDF" in page
    assert "not after the day it was signed" in page
    assert not send(client, made, "memorandum", signed_on="2026-10-01", file=upload("mou.pdf"))
    made.refresh_from_db()
    paper = Memorandum.objects.get()
    assert made.stage == "memorandum"
    other = made.other if made.begun_for == made.one else made.one
    client.force_login(other.people()[0])
    answer = client.get(paper.get_absolute_url())
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="mou.pdf"'
    client.force_login(MayorFactory().user)
    assert client.get(paper.get_absolute_url()).status_code == 404


def test_it_is_public_while_both_sides_agree(client, lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    one, other = made.parties
    client.force_login(one.people()[0])
    send(client, made, "show", shows="on")
    assert not Partnership.objects.public().exists()
    assert (
        told(other.people()[0])[0] == "Lviv agrees to show the partnership with Gdańsk in the public register"
    )
    client.force_login(other.people()[0])
    send(client, made, "show", shows="on")
    assert list(Partnership.objects.public()) == [made]
    send(client, made, "show")
    assert not Partnership.objects.public().exists()


def test_the_number_of_queries_does_not_grow(client, lviv, gdansk, django_assert_max_num_queries):
    made = partnership_between(lviv, gdansk)
    for number in range(4):
        partnership_between(lviv, CityFactory())
        made.tasks.create(title_en=f"Task {number}", party=made.one, due=timezone.localdate() - timedelta(1))
        made.move("negotiating" if number % 2 == 0 else "exploring", by=made.begun_by, seen=made.latest)
    client.force_login(made.begun_by)
    with django_assert_max_num_queries(26):
        client.get(made.get_absolute_url())
    with django_assert_max_num_queries(11):
        client.get(reverse("desk-partnerships"))


def test_the_draft_of_a_memorandum_is_in_both_languages(lviv, gdansk):
    lviv.name_uk = "Львів"
    lviv.save()
    made = partnership_between(lviv, gdansk, topic_id="water")
    made.tasks.create(title_en="Send <b>drawings</b>", title_uk="Надіслати креслення")
    drafted = draft(made)
    assert drafted.file_name == "memorandum-lviv-gdansk.pdf"
    english, ukrainian = drafted.page.split('<section lang="uk"')
    for text in ("between Lviv and Gdańsk", "Water supply", "Send &lt;b&gt;drawings&lt;/b&gt;"):
        assert text in english
    for text in ("Львів", "Надіслати креслення"):
        assert text in ukrainian


def test_both_sides_are_reminded_once_of_a_memorandum_that_ends(lviv, gdansk):
    made = partnership_between(lviv, gdansk)
    today = timezone.localdate()

    def sign(signed, days):
        kept = {"file": upload(), "file_name": "x.pdf", "type": "application/pdf", "size": 1}
        until = today + timedelta(days)
        return made.sign(by=made.begun_by, signed_on=today - timedelta(signed), valid_until=until, **kept)

    sign(900, 61)
    assert remind() == 0
    sign(900, 60)
    assert [remind(), remind()] == [1, 0]
    for party in made.parties:
        assert sum("ends on" in one for one in told(party.people()[0])) == 1
    sign(800, 30)
    sign(1, 700)
    assert remind() == 0
