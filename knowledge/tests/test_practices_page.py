"""What members write about a practice: questions, answers, adoptions; who sees its contact."""

import pytest
from django.urls import reverse

from accounts.models import Notification
from accounts.notifications import sentence
from cities.tests.factories import CityFactory, MayorFactory
from knowledge.models import Adoption, PracticeQuestion
from knowledge.practices import asking
from partnerships.models import Party
from partnerships.tests.factories import OrganisationMemberFactory

from .factories import AdoptionFactory, PracticeFactory, PracticeQuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mayor():
    return MayorFactory(city=CityFactory(name="Stryi"))


@pytest.fixture
def practice(mayor):
    return PracticeFactory(
        city=mayor.city, published=True, title_en="Leaks", title_uk="", contact_name="Water office",
        contact_email="water@stryi.example",
    )  # fmt: skip


@pytest.fixture
def reader(client):
    one = MayorFactory(city=CityFactory(name="Boryslav"))
    client.force_login(one.user)
    return one


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def told(person):
    return [sentence(one) for one in Notification.objects.filter(user=person, kind="practice")]


def test_a_question_is_public_once_it_is_answered(client, practice, mayor, reader):
    ask = reverse("practice-ask", args=[practice.slug])
    side = Party.objects.of(reader.city)
    for bad in [
        {"text": ""},
        {"text": "?"},
        {"text": "x" * 1001},
        {"text": "a\x00"},
        {"text": "Ok?", "party": "1\x00"},
    ]:
        assert "errorlist" in page(client.post(ask, {"party": side.pk, **bad}))
    others = Party.objects.of(CityFactory())
    assert "errorlist" in page(client.post(ask, {"party": others.pk, "text": "For others?"}))
    client.post(ask, {"party": side.pk, "text": "How did you hear them?"})
    question = PracticeQuestion.objects.get()
    assert told(mayor.user) == ["Boryslav asks about “Leaks”"]
    assert "How did you hear them?" not in page(client.get(practice.get_absolute_url()))
    address = reverse("practice-answer", args=[question.pk])
    assert client.get(address).status_code == 404

    client.force_login(mayor.user)
    assert "waits for an answer" in page(client.get(practice.get_absolute_url()))
    assert "1 question about practices to answer" in page(client.get(reverse("desk")))
    assert "errorlist" in page(client.post(address, {"answer": "\x00", "seen": ""}))
    client.post(address, {"answer": "At night,\r\nby ear.", "seen": ""})
    late = page(client.post(address, {"answer": "By day.", "seen": ""}))
    assert "Somebody else has answered meanwhile" in late
    assert "By day." in late
    client.post(address, {"answer": "By ear.", "seen": "At night,\r\nby ear."})
    client.logout()
    shown = page(client.get(practice.get_absolute_url()))
    for said in ("How did you hear them?", "By ear.", "Boryslav"):
        assert said in shown
    assert told(reader.user) == ["Stryi has answered your question about “Leaks”"]


def test_nobody_asks_too_often_and_only_members_ask(client, practice, mayor, reader):
    for _number in range(asking.MOST_A_DAY):
        PracticeQuestionFactory(asked_by=reader.user, party=Party.objects.of(reader.city))
    typed = {"party": Party.objects.of(reader.city).pk, "text": "One more?"}
    ask = reverse("practice-ask", args=[practice.slug])
    refused = page(client.post(ask, typed))
    assert "as many as may be" in refused
    assert "One more?" in refused
    client.force_login(mayor.user)
    assert client.post(ask, typed).status_code == 404  # one does not ask oneself
    client.force_login(MayorFactory(city=CityFactory(), state="suspended").user)
    assert client.post(ask, typed).status_code == 404
    assert PracticeQuestion.objects.filter(practice=practice).count() == 0


def test_another_member_city_adopts_it_with_its_results(client, practice, mayor, reader):
    address = reverse("practice-adopt", args=[practice.slug])
    for bad in [{}, {"since": "2999"}, {"since": "1"}, {"since": "2024", "text_en": "x" * 2001}]:
        assert "Nothing was saved yet" in page(client.post(address, bad))
    client.post(address, {"since": "2024", "text_uk": "Втрати 20%."})
    client.post(address, {"since": "2024", "text_uk": "Втрати 15%."})
    assert told(mayor.user) == ["Boryslav has adopted your practice “Leaks”"]
    client.logout()
    shown = page(client.get(practice.get_absolute_url()))
    assert "Втрати 15%." in shown
    assert "Втрати 20%." not in shown
    client.force_login(mayor.user)
    assert client.get(address).status_code == 404
    client.force_login(reader.user)
    AdoptionFactory(practice=practice)
    client.post(address, {"action": "remove"})
    assert [one.city == reader.city for one in Adoption.objects.all()] == [False]


def test_the_contact_is_for_members(client, practice, mayor):
    member = OrganisationMemberFactory().user
    applicant = MayorFactory(city=CityFactory(), state="submitted").user
    seen = {}
    for name, person in [("nobody", None), ("member", member), ("applicant", applicant), ("own", mayor.user)]:
        client.logout()
        if person:
            client.force_login(person)
        seen[name] = "water@stryi.example" in page(client.get(practice.get_absolute_url()))
    assert seen == {"nobody": False, "member": True, "applicant": False, "own": True}
    exported = b"".join(client.get("/practices/?format=csv")).decode()
    assert "water@stryi.example" not in exported


def test_a_withdrawn_one_is_gone_for_others_and_its_papers_too(client, practice, mayor, tmp_path, settings):
    document = practice.documents.create(title_en="Plan", file="practices/documents/x", size=1)
    paper = reverse("practice-document", args=[practice.slug, document.pk])
    practice.withdraw(by=mayor.user)
    for address in (practice.get_absolute_url(), paper):
        assert client.get(address).status_code == 404
    assert "Leaks" not in page(client.get(reverse("practices")))
    client.force_login(mayor.user)
    assert "Leaks" in page(client.get(practice.get_absolute_url()))
