"""The page of one city."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities import directory
from cities.city_page import clock
from cities.directory import versions
from cities.models import Mayor
from cities.neighbours import most_similar, nearest
from cities.tests.factories import (
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    MayorFactory,
    RegionFactory,
    TopicStatementFactory,
    TwinningFactory,
)
from knowledge.news import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def stryi():
    return CityFactory(
        name="Stryi",
        name_uk="Стрий",
        region=RegionFactory(code="UA.15", name_en="Lviv Oblast", name_uk="Львівська область"),
        names=["Stryj", "סטרי"],
        latitude=49.26,
        longitude=23.85,
    )


def page_of(client, city, prefix=""):
    answer = client.get(prefix + city.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_facts(client, stryi):
    page = page_of(client, stryi)
    for fact in (
        "Stryi",
        "50,000",
        "Ukraine",
        "Lviv Oblast",
        "Europe/Kyiv",
        "49.2600, 23.8500",
        "Stryj",
        "סטרי",
    ):
        assert fact in page


def test_it_speaks_ukrainian(client, stryi):
    page = page_of(client, stryi, prefix="/uk")
    for fact in ("<h1>Стрий</h1>", "Львівська область", "Україна"):
        assert fact in page


def test_it_shows_what_the_city_says_of_itself(client, stryi):
    CityProfileFactory(city=stryi, goals=["funding"], website="https://stryi.example/")
    TopicStatementFactory(city=stryi, topic_id="water", kind="need", note_en="Old pipes.")
    TopicStatementFactory(city=stryi, topic_id="culture", kind="offer")
    page = page_of(client, stryi)
    for text in ("A city with a river", "Joint projects and funding", "https://stryi.example/", "Old pipes."):
        assert text in page
    needs, offers = page.index("Water supply"), page.index("Culture and heritage")
    assert page.index('id="needs"') < needs < page.index('id="offers"') < offers


def test_demonstration_data_say_so(client, stryi):
    assert "Demonstration data" not in page_of(client, stryi)
    CityProfileFactory(city=stryi, is_demonstration=True)
    assert "Demonstration data" in page_of(client, stryi)


def test_only_what_an_approved_mayor_makes_public_is_shown(client, stryi):
    MayorFactory(city=stryi, public_name="Olena Public", function="deputy mayor")
    MayorFactory(city=stryi, public_name="", function="head of the hidden office")
    MayorFactory(city=stryi, public_name="Ivan Applicant", state=Mayor.State.SUBMITTED)
    MayorFactory(city=stryi, public_name="Petro Suspended", state=Mayor.State.SUSPENDED)
    page = page_of(client, stryi)
    assert "Olena Public" in page
    for hidden in ("hidden office", "Ivan", "Petro", Mayor.objects.first().user.email):
        assert hidden not in page


def test_a_city_without_a_member_invites(client, stryi):
    assert "Do you work for this city?" in page_of(client, stryi)
    MayorFactory(city=stryi, public_name="")
    assert "Do you work for this city?" not in page_of(client, stryi)


def test_twin_cities_are_listed_and_drawn(client, stryi):
    kolno = CityFactory(name="Kolno", country=CountryFactory(code="PL"), latitude=53.4, longitude=21.9)
    TwinningFactory(city_a=stryi, city_b=kolno, since=1999)
    page = page_of(client, stryi)
    assert f'href="{kolno.get_absolute_url()}"' in page
    assert "since 1999" in page
    assert "Map of the cities twinned with Stryi" in page
    assert f'href="{stryi.get_absolute_url()}"' in page_of(client, kolno)


def test_the_nearest_are_found_by_distance(stryi):
    near = CityFactory(latitude=49.27, longitude=23.85, population=10)
    far = CityFactory(latitude=49.84, longitude=24.02)
    reference = directory.current().reference
    rows, distances = nearest(directory.current(), int(reference.rows_of(stryi.id)))
    assert reference.ids[rows].tolist() == [near.id, far.id]
    assert distances == pytest.approx([1.11, 65.6], abs=0.1)


def test_the_similar_are_of_its_size_and_interests(stryi):
    TopicStatementFactory(city=stryi, topic_id="water")
    small = CityFactory(population=500)
    same_size = CityFactory(population=50_000, latitude=60.0)
    same_size_near = CityFactory(population=50_000, latitude=49.3, longitude=23.9)
    same_interests = CityFactory(population=40_000)
    TopicStatementFactory(city=same_interests, topic_id="water")
    reference = directory.current().reference
    rows = most_similar(directory.current(), int(reference.rows_of(stryi.id)))
    expected = [same_interests, same_size_near, same_size, small]
    assert reference.ids[rows].tolist() == [city.id for city in expected]


@pytest.mark.parametrize("address", ["/cities/UA/Stryi/", "/cities/ua/STRYI/", "/uk/cities/Ua/stryi/"])
def test_capital_letters_lead_to_the_one_address(client, stryi, address):
    answer = client.get(address)
    assert answer.status_code == 301
    assert answer["Location"] == address.lower()


@pytest.mark.parametrize(
    "address",
    ["/cities/pl/stryi/", "/cities/ua/nowhere/", "/cities/ua/a%00b/", "/cities/ukr/stryi/", "/cities/ua/"],
)
def test_what_is_not_there_is_not_found(client, stryi, address):
    assert client.get(address).status_code == 404


def test_queries_do_not_grow(client, stryi):
    def queries():
        with CaptureQueriesContext(connection) as context:
            page_of(client, stryi)
        return len(context)

    CityProfileFactory(city=stryi)
    MayorFactory(city=stryi)
    directory.current()
    schedule.public_by_now(versions())  # which is read once
    few = queries()
    for number in range(12):
        TwinningFactory(city_a=stryi, city_b=CityFactory(latitude=50.0 + number / 10))
        MayorFactory(city=stryi, public_name=f"Person {number}")
    for topic in ("water", "waste", "energy"):
        TopicStatementFactory(city=stryi, topic_id=topic)
    directory.current()
    assert queries() == few


def test_an_unchanged_page_is_not_sent_again(client, stryi):
    first = client.get(stryi.get_absolute_url())
    etag = {"If-None-Match": first["ETag"]}
    assert client.get(stryi.get_absolute_url(), headers=etag).status_code == 304
    TopicStatementFactory(city=stryi)
    assert client.get(stryi.get_absolute_url(), headers=etag).status_code == 200


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [
        ("Europe/Kyiv", ["UTC+2", "UTC+3"]),
        ("Atlantic/Azores", ["UTC-1", "UTC+0"]),
        ("Asia/Tbilisi", ["UTC+4"]),
        ("Asia/Kolkata", ["UTC+5:30"]),
        ("Nowhere/Atall", []),
    ],
)
def test_time_zones_say_their_offsets(zone, offsets):
    assert clock(zone) == offsets
