"""Reference data: what is read of GeoNames, and how it gets into the database."""

from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from cities.importers import geonames, reference
from cities.importers.geonames import CityRow, CountryRow, NameRow, Reference, RegionRow
from cities.models import City, CityName, CityProfile, Country, DataVersion, Region

from .factories import CityProfileFactory, MayorFactory, TwinningFactory

pytestmark = (
    pytest.mark.django_db
)  # all: tests with and without a database run apart, and Europe is read once


@pytest.fixture(scope="module")
def europe() -> Reference:
    """The real data, read once."""
    return geonames.read(settings.EXTRA_COUNTRIES, settings.EXCLUDED_COUNTRIES)


def test_europe_is_complete_and_without_russia_and_belarus(europe):
    codes = {country.code for country in europe.countries}
    assert {"UA", "PL", "TR", "CY", "GE", "AM", "AZ", "XK", "GB"} <= codes
    assert not {"RU", "BY", "CS", "US"} & codes
    assert len(europe.cities) > 95_000
    assert {city.country for city in europe.cities} == codes
    assert len([city for city in europe.cities if city.is_capital]) == len(codes)


def test_countries_are_named_in_both_languages_and_have_official_languages(europe):
    countries = {country.code: country for country in europe.countries}
    assert countries["UA"][:4] == ("UA", "Ukraine", "Україна", ["uk"])
    assert countries["PL"].name_uk == "Польща"
    assert countries["CH"].languages == ["de", "fr", "it"]
    assert countries["NO"].languages == ["no"]
    assert all(country.languages for country in europe.countries)


def test_a_country_can_be_added_and_taken_out_by_a_setting():
    cache = [
        {"iso": "IL", "continentcode": "AS", "languages": "he", "neighbours": "", "capital": "Jerusalem"},
        {"iso": "RU", "continentcode": "EU", "languages": "ru", "neighbours": "UA", "capital": "Moscow"},
    ]
    assert [country.code for country in geonames.read_countries(cache, [], [])] == ["RU"]
    assert [country.code for country in geonames.read_countries(cache, ["IL"], ["RU"])] == ["IL"]


def test_cities_have_regions_and_ukrainian_names(europe):
    ukraine = [city for city in europe.cities if city.country == "UA"]
    assert sum(bool(city.name_uk) for city in ukraine) / len(ukraine) > 0.99
    assert sum(city.region is None for city in europe.cities) < 100
    names = {city.id: (city.name_uk, city.region, city.is_capital) for city in europe.cities}
    assert names[702550] == ("Львів", "UA.15", False)
    assert names[703448] == ("Київ", "UA.12", True)
    assert names[2761369] == ("Відень", "AT.09", True)
    assert names[698740][0] == "Одеса"
    assert names[3094802] == ("Краків", "PL.77", False)


# What follows loads small data, to see each rule at work.

UKRAINE = CountryRow("UA", "Ukraine", "Україна", ["uk"], ["PL"], "Kyiv")
LVIV_OBLAST = RegionRow("UA.15", "UA", "Lviv Oblast", "Львівська область")
LVIV = CityRow(1, "UA", "UA.15", "Lviv", "Львів", 700_000, 49.84, 24.02, "Europe/Kyiv", False)


def data(*cities: CityRow, names: list[NameRow] | None = None) -> Reference:
    """Ukraine with these cities; each city's own name is always among the names."""
    own = [NameRow(city.id, city.name, 0) for city in cities]
    return Reference([UKRAINE], [LVIV_OBLAST], list(cities), own + (names or []))


def load(loaded: Reference) -> reference.Outcome:
    return reference.load(loaded, lambda step: None)


def everything() -> list[list[Any]]:
    """All reference data with its version, to see whether a load changed any."""
    models = (Country, Region, City, CityName, DataVersion)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_load_writes_countries_regions_cities_and_names():
    load(data(LVIV, names=[NameRow(1, "Львів", 1), NameRow(1, "Lwów", 2)]))
    city = City.objects.select_related("country", "region").get()
    assert (city.name, city.name_uk, city.slug, str(city.region)) == (
        "Lviv",
        "Львів",
        "lviv",
        "Lviv Oblast",
    )
    assert (city.country.languages, city.country.neighbours) == (["uk"], ["PL"])
    assert set(city.names.values_list("name", "key")) == {
        ("Lviv", "lviv"),
        ("Львів", "львів"),
        ("Lwów", "lwow"),
    }


def test_a_second_load_changes_nothing():
    loaded = data(LVIV, names=[NameRow(1, "L’viv", 2), NameRow(1, "Lwów", 2)])
    load(loaded)
    before = everything()
    assert load(loaded) == reference.Outcome(0, 0, 0, 0, 0, 0, 0)
    assert everything() == before


def test_a_load_brings_what_changed_and_keeps_the_address_and_the_profile():
    load(data(LVIV, names=[NameRow(1, "Lwów", 1)]))
    CityProfileFactory(city_id=1, city=None, summary_en="Our own words")
    load(data(LVIV._replace(name="Lemberg", population=1, region=None), names=[NameRow(1, "Lviv", 1)]))
    city = City.objects.get()
    assert (city.name, city.population, city.region, city.slug) == ("Lemberg", 1, None, "lviv")
    assert set(city.names.values_list("name", flat=True)) == {"Lemberg", "Lviv"}
    assert CityProfile.objects.get(city=city).summary_en == "Our own words"


def test_of_names_that_are_searched_alike_the_first_is_kept():
    load(data(LVIV, names=[NameRow(1, "LVIV", 1), NameRow(1, "L’viv", 2), NameRow(1, "’", 3)]))
    assert list(CityName.objects.values_list("name", flat=True)) == ["Lviv"]


def test_slugs_are_plain_for_the_largest_and_never_change():
    small = LVIV._replace(id=2, population=5)
    other = LVIV._replace(id=3, name="Saint-Étienne’s ß")
    odd = LVIV._replace(id=4, name="Петровец")
    load(data(small, LVIV, other, odd))
    slugs = {1: "lviv", 2: "lviv-2", 3: "saint-etiennes-ss", 4: "4"}
    assert dict(City.objects.values_list("pk", "slug")) == slugs
    larger = LVIV._replace(id=5, population=9_000_000)
    load(data(small, LVIV, other, odd, larger))
    assert dict(City.objects.values_list("pk", "slug")) == {**slugs, 5: "lviv-5"}


def test_a_city_that_vanished_goes_unless_something_refers_to_it():
    cities = [LVIV._replace(id=number) for number in (1, 2, 3, 4, 5)]
    load(data(*cities))
    CityProfileFactory(city_id=1, city=None)
    MayorFactory(city_id=2, city=None)
    TwinningFactory(city_a_id=3, city_a=None, city_b_id=4, city_b=None)
    outcome = load(data())
    assert (outcome.cities_gone, outcome.cities_kept) == (1, 4)
    assert set(City.objects.values_list("pk", flat=True)) == {1, 2, 3, 4}
    assert load(data()) == reference.Outcome(0, 0, 0, 0, 4, 0, 0)


def test_a_country_and_a_region_go_with_their_last_city():
    load(data(LVIV))
    load(Reference([], [], [], []))
    assert [model.objects.count() for model in (Country, Region, City, CityName)] == [0, 0, 0, 0]


def test_the_command_loads_europe_within_its_minute(monkeypatch, europe):
    monkeypatch.setattr(geonames, "read", lambda extra, excluded: europe)
    out = StringIO()
    call_command("load_cities", stdout=out)
    assert City.objects.count() == len(europe.cities)
    assert CityName.objects.filter(key="lwow", city=702550).exists()
    assert City.objects.get(pk=2925533).slug == "frankfurt-am-main"
    last = out.getvalue().splitlines()[-1]
    assert "done: 55 countries" in last
    assert float(last[1:].partition(" s]")[0]) < 60
