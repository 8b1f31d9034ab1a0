"""Applying to represent a city."""

import pytest
from django.core import mail

from accounts.models import AuditEntry
from accounts.tests.factories import UserFactory
from accounts.tests.files import upload
from cities.models import Mayor
from cities.tests.factories import CityFactory, MayorFactory

pytestmark = pytest.mark.django_db

TYPED = {
    "full_name": "Olena Kovalenko",
    "function": "Deputy mayor",
    "official_email": "olena@stryi.example",
    "public_name": "",
    "message": "Please call the reception.",
}


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path


@pytest.fixture
def stryi():
    return CityFactory(name="Stryi", name_uk="Стрий", names=["Stryj"])


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def form_of(city):
    return f"/memberships/apply/mayor/?city={city.pk}"


def send(client, city, action="submit", **changes):
    data = {**TYPED, "action": action, "evidence": upload(), **changes}
    return client.post(
        form_of(city), {name: value for name, value in data.items() if value is not None}, follow=True
    )


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("q", ["Stryi", "Стрий", "stryj", "Stryy"])
def test_the_city_is_found_by_any_name(client, person, stryi, q):
    for headers in ({}, {"HX-Request": "true"}):
        page = text(client.get("/memberships/apply/mayor/", {"q": q}, headers=headers))
        assert f"?city={stryi.pk}" in page
        assert ("<html" in page) is not bool(headers)


@pytest.mark.parametrize("city", ["", "0", "x", "9" * 40, "-1", "\x00", "1_000", "١"])
def test_a_city_that_is_none_leads_back_to_the_search(client, person, city):
    assert "Which city do you represent?" in text(client.get("/memberships/apply/mayor/", {"city": city}))


def test_an_application_is_handed_in_with_its_evidence(client, person, stryi):
    page = text(send(client, stryi))
    assert "Handed in" in page
    mine = Mayor.objects.get()
    assert (mine.user, mine.city, mine.state, mine.full_name) == (
        person,
        stryi,
        "submitted",
        "Olena Kovalenko",
    )
    assert (mine.evidence_type, mine.evidence_name) == ("application/pdf", "appointment.pdf")
    assert "appointment" not in mine.evidence.name
    assert [entry.action for entry in AuditEntry.of(mine)] == ["submit"]
    assert mail.outbox[0].to == [person.email]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, person, stryi):
    page = text(send(client, stryi, function="", official_email="no address", evidence=None))
    assert "This field is required" in page
    assert "Olena Kovalenko" in page
    assert "no address" in page
    assert not Mayor.objects.exists()


def test_a_draft_may_be_incomplete_and_is_resumed(client, person, stryi):
    text(send(client, stryi, action="save", function="", official_email="", evidence=None))
    draft = Mayor.objects.get()
    assert draft.state == "draft"
    page = text(client.get(draft.get_absolute_url()))
    assert "Olena Kovalenko" in page
    page = text(client.post(draft.get_absolute_url(), {**TYPED, "action": "submit"}, follow=True))
    assert "This field is required" in page  # the evidence
    data = {**TYPED, "action": "submit", "evidence": upload()}
    assert "Handed in" in text(client.post(draft.get_absolute_url(), data, follow=True))
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_evidence_once_uploaded_need_not_be_uploaded_again(client, person, stryi):
    text(send(client, stryi, action="save"))
    draft = Mayor.objects.get()
    text(client.post(draft.get_absolute_url(), {**TYPED, "action": "submit"}, follow=True))
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert draft.evidence


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "rejected", "suspended", "withdrawn"])
def test_a_second_application_for_the_same_leads_to_the_first(client, person, stryi, state):
    first = MayorFactory(user=person, city=stryi, state=state)
    for answer in (client.get(form_of(stryi), follow=True), send(client, stryi)):
        assert answer.redirect_chain[-1][0] == first.get_absolute_url()
        assert "You have applied for this already" in text(answer)
    assert Mayor.objects.get().state == state


def test_two_people_may_represent_one_city(client, person, stryi):
    MayorFactory(city=stryi)
    assert "Handed in" in text(send(client, stryi))
    assert Mayor.objects.filter(city=stryi).count() == 2


def test_it_can_be_withdrawn_and_applied_again(client, person, stryi):
    mine = MayorFactory(user=person, city=stryi, state="submitted")
    for action, state in [("withdraw", "withdrawn"), ("reopen", "draft")]:
        text(client.post(mine.get_absolute_url(), {"action": action}, follow=True))
        mine.refresh_from_db()
        assert mine.state == state


@pytest.mark.parametrize("action", ["approve", "reinstate", "reopen", "", "save", "submit", "_change"])
def test_nobody_decides_on_their_own(client, person, stryi, action):
    mine = MayorFactory(user=person, city=stryi, state="submitted", full_name="As it was")
    text(client.post(mine.get_absolute_url(), {**TYPED, "action": action, "state": "approved"}, follow=True))
    mine.refresh_from_db()
    assert (mine.state, mine.full_name) == ("submitted", "As it was")


def test_fields_that_are_not_in_the_form_change_nothing(client, person, stryi):
    other = UserFactory()
    send(
        client,
        stryi,
        action="save",
        state="approved",
        user=other.pk,
        is_demonstration="on",
        note="x",
        decided_by=1,
    )
    mine = Mayor.objects.get()
    assert (mine.user, mine.state, mine.is_demonstration, mine.note) == (person, "draft", False, "")


def test_others_applications_are_not_there(client, person):
    theirs = MayorFactory(state="draft", full_name="As it was")
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.post(theirs.get_absolute_url(), {**TYPED, "action": "submit"}).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.state, theirs.full_name) == ("draft", "As it was")


@pytest.mark.parametrize(
    "address", ["/memberships/apply/king/", "/memberships/king/1/", f"/memberships/mayor/{'9' * 30}/"]
)
def test_what_is_not_there_is_not_found(client, person, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "changes", [{"full_name": "\x00"}, {"message": "x" * 10_000}, {"function": "ф" * 10_000}]
)
def test_hostile_text_is_an_error_of_the_form(client, person, stryi, changes):
    assert "errorlist" in text(send(client, stryi, **changes))
    assert not Mayor.objects.exists()


def test_a_hostile_file_is_an_error_of_the_form(client, person, stryi):
    page = text(send(client, stryi, evidence=upload("a.pdf", b"MZ\x90")))
    assert "Only PDF, PNG and JPEG files can be taken." in page
    assert "Olena Kovalenko" in page


def test_too_many_applications_a_day_are_refused(client, person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"apply": "3/d/user"}
    codes = [send(client, CityFactory(), action="save").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert Mayor.objects.count() == 3


def test_whose_address_is_not_confirmed_cannot_apply(client, stryi):
    client.force_login(UserFactory(verified=False))
    assert client.get(form_of(stryi)).status_code == 403
    assert send(client, stryi).status_code == 403
    assert not Mayor.objects.exists()
