"""Organisations that may be the same."""

import pytest
from django.contrib.auth.models import Group

from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory
from cities.tests.factories import CityFactory, CountryFactory
from partnerships.integrity.duplicates import find_duplicates
from partnerships.integrity.identity import domain_key, name_key, number_key
from partnerships.models import Organisation, PossibleDuplicate
from partnerships.tests.factories import (
    BusinessProfileFactory,
    OrganisationFactory,
    OrganisationMemberFactory,
)

pytestmark = pytest.mark.django_db

QUEUE = "/admin/partnerships/organisationmember/integrity/"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ТОВ «Галицьке скло»", "halytske sklo"),
        ("Товариство з обмеженою відповідальністю Галицьке скло", "halytske sklo"),
        ("ТзОВ «Галицьке скло»", "halytske sklo"),
        ("ООО Галицьке скло", "halytske sklo"),
        ("Halytske Sklo, LLC", "halytske sklo"),
        ("Halytske Sklo Company", "halytske sklo"),
        ("Schröder & Söhne GmbH & Co. KG", "schroder sohne"),
        ("Stocznia Północna Sp. z o.o.", "stocznia polnocna"),
        ("Stocznia Północna Spółka z ograniczoną odpowiedzialnością", "stocznia polnocna"),
        ("Sklárna Morava, s. r. o.", "sklarna morava"),
        ("Vetro S.p.A.", "vetro"),
        ("ФОП Шевченко О. П.", "shevchenko op"),
        ("LLC", "llc"),
        ("Spa & Wellness", "wellness"),
        ("!!!", ""),
    ],
)
def test_a_name_without_its_legal_form(name, key):
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("number", "country", "key"),
    [
        ("01234567", "UA", "1234567"),
        ("UA 0123-4567", "UA", "1234567"),
        ("HRB 123 B", "DE", "HRB123B"),
        (" - ", "DE", ""),
    ],
)
def test_a_number_without_what_does_not_count(number, country, key):
    assert number_key(number, country) == key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.glass.example/about", "glass.example"),
        ("http://shop.glass.lviv.ua", "glass.lviv.ua"),
        ("https://glass.co.uk", "glass.co.uk"),
        ("https://glass.wixsite.com/home", ""),
        ("https://www.facebook.com/glass", ""),
        ("https://sites.google.com/glass", ""),
        ("", ""),
        ("https://localhost/", ""),
    ],
)
def test_the_domain_somebody_registered(address, key):
    assert domain_key(address) == key


@pytest.fixture
def stryi():
    return CityFactory(name="Stryi")


def business(name, city, **fields):
    member = OrganisationMemberFactory(organisation__name=name, organisation__city=city, **fields)
    return member.organisation


def pairs():
    return {
        (one.first.name, one.second.name, one.same_number, one.same_domain, bool(one.likeness))
        for one in PossibleDuplicate.objects.open()
    }


def test_each_reason_finds_its_pair_and_nothing_else(stryi):
    business("ТОВ Галицьке скло", stryi, organisation__registration_number="01234567")
    business("Halytske Sklo LLC", CityFactory(name="Lviv"), organisation__website="https://sklo.example")
    business("Windows", stryi, organisation__registration_number="UA-1234567")
    abroad = CityFactory(name="Lublin", country=CountryFactory(code="PL"))
    business("Halytske Sklo sp. z o.o.", abroad, organisation__registration_number="1234567")
    elsewhere = BusinessProfileFactory(
        organisation__name="Mirrors", organisation__city=abroad, website="https://www.sklo.example/pl"
    )
    business("Halytskyi lis", stryi)
    business("One page", stryi, organisation__website="https://facebook.com/one")
    business("Other page", stryi, organisation__website="https://facebook.com/other")
    business("Halytske sklo!", stryi, state="draft")
    assert pairs() == {
        ("ТОВ Галицьке скло", "Halytske Sklo LLC", False, False, True),
        ("ТОВ Галицьке скло", "Windows", True, False, False),
        ("Halytske Sklo LLC", "Mirrors", False, True, False),
    }
    elsewhere.website = ""
    elsewhere.save()
    Organisation.objects.get(name="Windows").delete()
    first = Organisation.objects.get(name="Halytske Sklo LLC")
    first.name = "Something new"
    first.save()
    assert pairs() == set()


def test_a_pair_that_was_parted_is_not_shown_again(client, stryi):
    approver = StaffFactory(groups=[Group.objects.get(name="Approvers")])
    client.force_login(approver)
    one, other = business("Glass Stryi", stryi), business("Glass Stryi Ltd", stryi)
    member = one.members.get()
    review = f"/admin/partnerships/organisationmember/{member.pk}/change/"
    pair = PossibleDuplicate.objects.get()
    for page in (QUEUE, review, f"{QUEUE}{other.pk}/"):
        shown = client.get(page).content.decode()
        assert "Names 100% alike." in shown
        assert "Glass Stryi Ltd" in shown
    answer = client.post(QUEUE, {"pair": pair.pk, "next": review})
    assert answer["Location"] == review
    client.post(QUEUE, {"pair": pair.pk})  # a second click changes nothing
    assert [entry.actor for entry in AuditEntry.of(one).filter(action="not the same")] == [approver]
    other.registration_number = "1"
    other.save()
    find_duplicates([one.pk, other.pk])
    assert "alike." not in client.get(QUEUE).content.decode()
    pair.refresh_from_db()
    assert pair.decided_by == approver
    for nonsense in ("", "0", "x", "9" * 30):
        assert client.post(QUEUE, {"pair": nonsense}).status_code == 404
    client.force_login(StaffFactory(rights=["view_organisationmember"]))
    assert client.get(QUEUE).status_code == 200
    assert client.post(QUEUE, {"pair": pair.pk}).status_code == 403


def test_many_namesakes_make_few_pairs(stryi):
    OrganisationFactory.create_batch(30, name="Same", city=stryi)
    last = Organisation.objects.order_by("pk").last()
    assert PossibleDuplicate.objects.of(last).count() == 20
