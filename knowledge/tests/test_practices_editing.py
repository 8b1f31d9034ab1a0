"""Writing a practice and having it reviewed: who may, what is saved, what is refused, two at once."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import AuditEntry, Notification
from accounts.notifications import sentence
from accounts.tests.factories import StaffFactory
from accounts.tests.files import upload
from cities.tests.factories import CityFactory, MayorFactory
from knowledge.models import Practice, PracticeDocument, PracticeResult
from partnerships.tests.factories import partnership_between
from projects.models.project import NotPossible
from projects.tests.factories import ProjectFactory

from .factories import PracticeFactory

pytestmark = pytest.mark.django_db

STORY = {
    "title_en": "Leaks found by sound",
    "title_uk": "Витоки чуємо вночі",
    "problem_en": "Half of the water was lost.",
    "done_uk": "Слухали труби вночі.",
    "topics": ["water"],
    "goals": ["6", "11"],
    "sizes": ["50k-100k"],
    "cost": "1 234 567,89",
    "currency": "UAH",
    "started_on": "2020-01-01",
}


@pytest.fixture
def mayor(client):
    one = MayorFactory(city=CityFactory(name="Stryi"), user__name="Olena")
    client.force_login(one.user)
    return one


def rows(model, *typed, initial=0):
    """What a browser sends of a table."""
    prefix = model._meta.model_name
    data = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(typed):
        data.update({f"{prefix}-{number}-{name}": value for name, value in row.items()})
    return data


def send(client, practice, code, data, seen=None, action="save"):
    seen = Practice.objects.get(pk=practice.pk).version if seen is None else seen
    address = reverse("practice-section", args=[practice.slug, code])
    return client.post(address, {**data, "seen": seen, "action": action}, follow=True)


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def told(person):
    return [sentence(one) for one in Notification.objects.filter(user=person, kind="practice").order_by("id")]


def test_a_practice_is_written_handed_in_sent_back_and_published(client, mayor):
    new = reverse("practice-new", args=["ua", "stryi"])
    assert "English or in Ukrainian" in page(client.post(new, {"currency": "EUR"}))
    client.post(new, {"title_uk": "Витоки чуємо", "currency": "EUR"})
    practice = Practice.objects.get()
    assert (practice.slug, practice.state, practice.created_by) == ("vytoky-chuiemo", "draft", mayor.user)
    state = reverse("practice-edit", args=[practice.slug])
    refused = page(client.post(state, {"action": "submit"}, follow=True))
    for wanted in ["The problem,", "What was done,", "A topic", "Results with figures"]:
        assert wanted in refused
    preview = page(send(client, practice, "story", STORY, action="preview"))
    assert "Nothing is saved yet." in preview
    assert "UAH\xa01,234,567.89" in preview or "₴1,234,567.89" in preview
    practice.refresh_from_db()
    assert practice.version == 1
    assert "Saved." in page(send(client, practice, "story", STORY))
    results = reverse("practice-section", args=[practice.slug, "results"])
    assert "1. New</legend>" in page(client.get(results))
    leak = {"indicator_en": "Water lost", "before": "48", "after": "21.5", "unit_en": "%"}
    assert "Saved." in page(send(client, practice, "results", rows(PracticeResult, leak)))
    paper = {"title_en": "Minutes", "upload": upload()}
    assert "Saved." in page(send(client, practice, "documents", rows(PracticeDocument, paper)))
    practice.refresh_from_db()
    assert (practice.goals, practice.sizes, str(practice.cost)) == ([6, 11], ["50k-100k"], "1234567.89")
    assert Practice.objects.filter(words__contains="lost").exists()  # of its results too
    assert "Handed in." in page(client.post(state, {"action": "submit"}, follow=True))
    assert "being reviewed" in page(send(client, practice, "story", {**STORY, "title_en": "Other"}))
    client.logout()
    assert client.get(practice.get_absolute_url()).status_code == 404

    approver = StaffFactory(groups=[Group.objects.get(name="Approvers")])
    client.force_login(approver)
    assert "1 practice to review" in page(client.get(reverse("desk")))
    draft = PracticeFactory()
    assert client.get(reverse("admin:knowledge_practice_change", args=[draft.pk])).status_code == 404
    assert STORY["title_en"] in page(client.get(reverse("admin:knowledge_practice_changelist")))
    review = reverse("admin:knowledge_practice_change", args=[practice.pk])
    assert "Water lost" in page(client.get(review))
    assert "Write the reason" in page(client.post(review, {"decision": "send_back", "note": " \x00"}))
    client.post(review, {"decision": "send_back", "note": "Say what it cost."})
    client.force_login(mayor.user)
    assert "Say what it cost." in page(client.get(state))
    client.post(state, {"action": "submit"})
    client.force_login(approver)
    client.post(review, {"decision": "publish"})
    assert "not possible any more" in page(client.post(review, {"decision": "publish"}, follow=True))
    client.logout()
    shown = page(client.get(practice.get_absolute_url()))
    for said in ["Leaks found by sound", "Half of the water was lost.", "21.50", "Minutes"]:
        assert said in shown
    assert told(mayor.user) == [
        "Your practice “Leaks found by sound” was sent back",
        "Your practice “Leaks found by sound” is published",
    ]
    practice.refresh_from_db()
    done = [one.action.removeprefix("practice ") for one in AuditEntry.of(practice).order_by("id")]
    assert done == [
        *("created", "edited", "edited", "edited", "submitted", "sent back", "submitted", "published")
    ]


def test_who_saves_second_loses_nothing_and_overwrites_nothing(client, mayor):
    practice = PracticeFactory(city=mayor.city, published=True, title_en="Pipes", results=["Час"])
    first = {**STORY, "lessons_en": "Mine", "title_en": "Pipes"}
    send(client, practice, "story", {**first, "lessons_en": "Theirs"}, seen=1)
    conflict = page(send(client, practice, "story", first, seen=1))
    assert "Nothing of yours is lost" in conflict
    assert "Theirs" in conflict
    assert ">\nMine</textarea>" in conflict
    practice.refresh_from_db()
    assert (practice.lessons_en, practice.version) == ("Theirs", 2)
    send(client, practice, "story", first, seen=2)
    practice.refresh_from_db()
    assert practice.lessons_en == "Mine"
    assert list(Practice.objects.changed_since()) == []  # nobody has decided it
    added = rows(PracticeResult, {"indicator_en": "Lost?", "after": "1"}, initial=0)
    assert "Lost?" in page(send(client, practice, "results", added, seen=1))
    emptied = {**first, "lessons_en": "", "problem_en": ""}
    assert "keeps what handing in asks for" in page(send(client, practice, "story", emptied))
    practice.refresh_from_db()
    assert (practice.problem_en, practice.results.count()) == ("Half of the water was lost.", 1)


def test_bad_input_is_explained_and_shown_again(client, mayor):
    theirs, other = ProjectFactory(published=True), PracticeFactory(published=True)
    mine = ProjectFactory(city=mayor.city)
    practice = PracticeFactory(city=mayor.city)
    for field, bad in [
        ("projects", [theirs.pk]),
        ("projects", ["9" * 30]),
        ("projects", ["\x00"]),
        ("topics", ["w\x00"]),
        ("topics", ["moon"]),
        ("goals", ["99"]),
        ("sizes", ["huge"]),
        ("title_en", "x" * 201),
        ("title_en", "a\x00b"),
        ("problem_en", "x" * 6001),
        ("cost", "much"),
        ("cost", "-1"),
        ("cost", "9" * 39),
        ("currency", "XXX"),
        ("started_on", "2999-01-01"),
        ("ended_on", "1999-01-01"),
        ("contact_email", "nobody"),
    ]:
        shown = page(send(client, practice, "story", {**STORY, field: bad}))
        assert "Nothing was saved yet" in shown, (field, bad)
        assert "Слухали труби вночі." in shown
    practice.refresh_from_db()
    assert practice.version == 1
    for row in [{"indicator_en": "a", "after": "much"}, {"indicator_en": "a", "after": "9" * 40}]:
        assert "Nothing was saved yet" in page(send(client, practice, "results", rows(PracticeResult, row)))
    for data in [
        {},
        {"practiceresult-TOTAL_FORMS": "x"},
        rows(PracticeResult, {"pk": "9" * 30, "after": "\x00"}),
    ]:
        assert "Nothing was saved yet" in page(send(client, practice, "results", data))
    exe = {"title_en": "x", "upload": upload("a.pdf", b"MZ\x00\x01")}
    assert "can be taken" in page(send(client, practice, "documents", rows(PracticeDocument, exe)))
    assert "Saved." in page(send(client, practice, "story", {**STORY, "projects": [mine.pk]}))
    assert list(practice.projects.all()) == [mine]
    for address in ("practice-edit", "practice-section"):
        args = [other.slug, "story"][: 1 + (address == "practice-section")]
        assert client.get(reverse(address, args=args)).status_code == 404
    assert client.get(reverse("practice-section", args=[practice.slug, "moon"])).status_code == 404
    with pytest.raises(NotPossible):
        other.submit(by=mayor.user)


def test_it_stands_on_the_pages_of_what_it_belongs_to(client, mayor):
    agreed = partnership_between(mayor.city, CityFactory(), public=True)
    project = ProjectFactory(city=mayor.city, published=True)
    practice = PracticeFactory(city=mayor.city, published=True, title_en="Leaks found")
    linked = {**STORY, "lessons_en": "Begin at night.", "projects": [project.pk], "partnerships": [agreed.pk]}
    assert "Saved." in page(send(client, practice, "story", linked))
    assert project.title in page(client.get(practice.get_absolute_url()))
    for one in (project.get_absolute_url(), agreed.public_url, mayor.city.get_absolute_url()):
        assert STORY["title_en"] in page(client.get(one)), one
    desk = page(client.get(reverse("desk")))
    assert STORY["title_en"] in desk
