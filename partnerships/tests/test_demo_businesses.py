"""Demonstration businesses."""

import pytest
from django.core.management import call_command
from django.utils import translation

from cities import nace
from cities.demo import read_cities
from cities.tests.factories import CityFactory, CityProfileFactory, CountryFactory
from partnerships.businesses import demo
from partnerships.businesses.models import SizeBand, Trade
from partnerships.models import (
    BusinessProfile,
    BusinessStatement,
    Organisation,
    OrganisationMember,
)

pytestmark = pytest.mark.django_db

LVIV, WROCLAW = 702550, 3081368


@pytest.fixture
def cities():
    CityFactory(id=LVIV, name="Lviv")
    CityFactory(id=WROCLAW, name="Wrocław", slug="wroclaw", country=CountryFactory(code="PL"))


def test_the_texts_are_complete_in_both_languages_and_fit_the_models():
    entries = demo.read_businesses()
    assert len(entries) == len({one["name"] for one in entries}) == 60
    assert {one["city"] for one in entries} <= {one["id"] for one in read_cities()}
    for one in entries:
        assert one["offers"]
        assert one["needs"]
        assert one["offers"].keys() | one["needs"].keys() <= set(Trade)
        assert one["size"] in SizeBand
        assert one["division"] in nace.activities()
        for english, ukrainian in (*one["offers"].values(), *one["needs"].values()):
            assert english
            assert ukrainian
            BusinessStatement(note_en=english, note_uk=ukrainian).clean_fields(
                exclude=["organisation", "kind", "trade"]
            )
        fields = demo.content_of(one)["profile"]
        BusinessProfile(**fields).clean_fields(exclude=["organisation"])
        assert fields["summary_en"]
        assert fields["summary_uk"]


def test_businesses_come_with_the_demonstration_cities_and_say_so(client, cities):
    call_command("load_demo")
    assert BusinessProfile.objects.public().count() == 2
    assert not BusinessProfile.objects.filter(is_demonstration=False).exists()
    for business in Organisation.objects.filter(kind="business"):
        for language, words in [("en", "this business is invented"), ("uk", "це підприємство вигадане")]:
            with translation.override(language):
                shown = client.get(business.get_absolute_url()).content.decode()
            assert words in shown
    assert client.get("/businesses/").content.decode().count('class="demo"') == 2


def test_a_second_run_adds_nothing_and_changes_nothing(cities):
    call_command("load_demo")
    BusinessProfile.objects.update(summary_en="Our own words")
    call_command("load_demo")
    assert OrganisationMember.objects.filter(organisation__kind="business").count() == 2
    assert Organisation.objects.filter(kind="business").count() == 2
    assert set(BusinessProfile.objects.values_list("summary_en", flat=True)) == {"Our own words"}


def test_a_real_city_gets_no_invented_businesses(cities):
    CityProfileFactory(city_id=LVIV, city=None, is_demonstration=False)
    call_command("load_demo")
    assert not Organisation.objects.filter(city=LVIV).exists()


def test_the_business_of_lviv_can_sign_in_and_edit(client, cities):
    call_command("load_demo")
    email, password = "business.lviv@demo.example", "demo-business-2026"
    client.post("/accounts/login/", {"login": email, "password": password})
    business = Organisation.objects.get(city=LVIV, kind="business")
    assert client.get(f"{business.get_absolute_url()}profile/").status_code == 200
