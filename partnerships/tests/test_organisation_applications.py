"""Applying to represent a business or a financial partner."""

import pytest

from accounts.tests.factories import UserFactory
from accounts.tests.files import upload
from cities.tests.factories import CityFactory
from partnerships.models import Organisation, OrganisationMember
from partnerships.tests.factories import OrganisationMemberFactory

pytestmark = pytest.mark.django_db

TYPED = {
    "organisation_name": "Halychyna Glass",
    "registration_number": "12345678",
    "website": "https://glass.example",
    "full_name": "Iryna Shevchuk",
    "function": "Export manager",
    "official_email": "iryna@glass.example",
    "message": "",
    "action": "submit",
}


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path


@pytest.fixture
def city():
    return CityFactory(name="Stryi")


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def send(client, city, kind="business", **changes):
    data = {**TYPED, "evidence": upload(), **changes}
    return client.post(f"/memberships/apply/{kind}/?city={city.pk}", data, follow=True)


@pytest.mark.parametrize("kind", ["business", "financial-partner"])
def test_a_new_organisation_comes_with_the_application(client, person, city, kind):
    assert "Handed in" in send(client, city, kind).content.decode()
    mine = OrganisationMember.objects.get()
    about = mine.organisation
    assert (mine.user, mine.state, about.kind, about.city) == (person, "submitted", kind, city)
    assert (about.name, about.registration_number) == ("Halychyna Glass", "12345678")


@pytest.mark.parametrize(
    "same",
    [{"name": "halychyna GLASS"}, {"name": "Other name", "registration_number": "12345678"}],
)
def test_a_known_organisation_is_joined_and_stays_as_it_is(client, person, city, same):
    known = OrganisationMemberFactory(
        organisation__city=city, **{f"organisation__{k}": v for k, v in same.items()}
    )
    send(client, city, website="https://evil.example")
    mine = OrganisationMember.objects.get(user=person)
    assert mine.organisation == known.organisation
    mine.organisation.refresh_from_db()
    assert (mine.organisation.name, mine.organisation.website) == (same["name"], "")


def test_one_of_the_other_kind_is_another_organisation(client, person, city):
    OrganisationMemberFactory(organisation__city=city, organisation__name="Halychyna Glass")
    send(client, city, "financial-partner")
    assert Organisation.objects.count() == 2


def test_a_second_application_leads_to_the_first(client, person, city):
    send(client, city)
    answer = send(client, city)
    assert answer.redirect_chain[-1][0] == OrganisationMember.objects.get().get_absolute_url()
    assert "You have applied for this already" in answer.content.decode()


def test_a_draft_is_changed_without_leaving_another_organisation_behind(client, person, city):
    send(client, city, action="save", organisation_name="", registration_number="", website="")
    draft = OrganisationMember.objects.get()
    client.post(draft.get_absolute_url(), {**TYPED, "action": "save"})
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.website) == ("Halychyna Glass", "https://glass.example")


def test_an_application_of_one_kind_is_not_found_under_another(client, person, city):
    mine = OrganisationMemberFactory(user=person, state="draft")
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(f"/memberships/financial-partner/{mine.pk}/").status_code == 404
    assert client.get(f"/memberships/mayor/{mine.pk}/").status_code == 404


def test_what_is_missing_is_said_and_kept(client, person, city):
    page = send(client, city, organisation_name="", website="nonsense").content.decode()
    assert "This field is required" in page
    assert "nonsense" in page
    assert not Organisation.objects.exists()
