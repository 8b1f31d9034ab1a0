"""The directory of a city's proposed partners, and the panel on the city's page."""

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import StaffFactory
from cities import directory
from cities.directory import versions
from cities.models import City
from cities.tests.factories import CityFactory, CountryFactory, TopicStatementFactory, TwinningFactory
from knowledge.news import schedule
from partnerships.models import CityMatch, MatchRun, ScoringJob
from partnerships.scoring.outbox import run_pending_jobs
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db

LVIV = "/cities/ua/lviv/matches/"


@pytest.fixture
def world():
    cities = small_world()
    score_world()
    return cities


def page(client, address=LVIV):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client, query=""):
    """The names listed, in order."""
    answer = client.get(f"{LVIV}?{query}&format=json")
    return [city["name"] for city in json.loads(b"".join(answer.streaming_content))["cities"]]


@pytest.mark.parametrize(
    ("prefix", "sentences"),
    [
        (
            "",
            [
                "Gdańsk offers what Lviv looks for: water supply",
                "Lviv offers what Gdańsk looks for: culture",
                "Both have 1 twin city in common: Wrocław",  # with Görlitz
                "from public data only",
                "not known",
            ],
        ),
        (
            "/uk",
            [
                "Gdańsk пропонує те, що шукає Lviv: водопостачання",
                "Мають 1 спільне місто-побратим, зокрема: Wrocław",
                "лише за відкритими даними",
                "невідомо",
            ],
        ),
    ],
)
def test_each_partner_comes_with_its_reasons(client, world, prefix, sentences):
    text = page(client, prefix + LVIV)
    for sentence in sentences:
        assert sentence in text


def test_partners_already_twinned_and_cities_at_home_are_not_proposed(client, world):
    names = listed(client)
    assert names[0] == "Gdańsk"
    assert set(names) == {"Gdańsk", "Leipzig", "Görlitz", "Frankfurt"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("country=DE", {"Leipzig", "Görlitz", "Frankfurt"}),
        ("country=DE&size=250k-1m", {"Leipzig", "Frankfurt"}),
        ("member=yes", {"Gdańsk"}),
        ("need=culture", {"Gdańsk"}),
        ("twinned=PL", {"Leipzig", "Görlitz"}),
        ("q=Gorlitz", {"Görlitz"}),
        ("q=Lublin", set()),
        ("country=UA", set()),
    ],
)
def test_filters_list_what_fits_and_count_what_they_list(client, world, query, expected):
    assert set(listed(client, query)) == expected
    number = f"{len(expected)} possible partner" + ("" if len(expected) == 1 else "s")
    assert number in page(client, f"{LVIV}?{query}")


def test_it_sorts_by_match_distance_size_and_name(client, world):
    assert listed(client, "sort=population")[0] == "Frankfurt"
    assert listed(client, "sort=name") == sorted(listed(client))
    assert listed(client, "sort=distance&country=DE") == ["Görlitz", "Leipzig", "Frankfurt"]
    assert listed(client, "sort=nonsense") == listed(client)


def test_a_spreadsheet_holds_rank_and_score(client, world):
    answer = client.get(LVIV + "?format=csv&country=DE")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [int(row["rank"]) for row in rows] == [2, 3, 4]
    assert all(0 < float(row["score"]) < 1 for row in rows)
    assert 'filename="lviv-partners.csv"' in answer["Content-Disposition"]


def test_htmx_is_given_the_results_alone(client, world):
    answer = client.get(LVIV + "?country=DE&q=", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"Leipzig" in answer.content
    assert answer["HX-Push-Url"] == LVIV + "?country=DE"


def test_a_page_kept_by_a_browser_is_renewed_when_matches_change(client, world):
    etag = {"If-None-Match": client.get(LVIV)["ETag"]}
    assert client.get(LVIV, headers=etag).status_code == 304
    score_world()
    assert client.get(LVIV, headers=etag).status_code == 200


def test_the_number_of_queries_does_not_grow(client):
    def queries():
        directory.current()
        with CaptureQueriesContext(connection) as context:
            page(client)
        return len(context)

    small_world()
    score_world()
    schedule.public_by_now(versions())  # which is read once
    few = queries()
    for number in range(30):
        city = CityFactory(country=CountryFactory(code="PL"), name=f"Nowe {number}", population=100_000)
        TopicStatementFactory(city=city, topic_id="water", kind="offer")
    score_world()
    assert queries() == few
    assert "34 possible partners" in page(client)


@pytest.mark.parametrize(
    "query",
    ["page=99", "page=-1", "page=x", "country=%00", "size=&need=&q=%00", "view=map", "sort=&format=pdf"],
)
def test_nonsense_in_the_address_is_no_error(client, world, query):
    page(client, f"{LVIV}?{query}")


@pytest.mark.parametrize("address", ["/cities/ua/nowhere/matches/", "/cities/zz/lviv/matches/"])
def test_what_is_not_there_is_not_found(client, world, address):
    assert client.get(address).status_code == 404


def test_before_the_first_run_partners_are_ranked_at_once_and_the_panel_says_how_far_the_run_is(client):
    small_world()
    assert listed(client)[0] == "Gdańsk"
    panel = page(client, "/cities/ua/lviv/").partition('<ol class="proposals">')[2]
    assert re.findall(r"<h3><a [^>]*>([^<]+)", panel)[0] == "Gdańsk"
    assert "spread" in panel
    assert "% done" not in panel
    MatchRun.objects.create(total=8, done=2)
    assert "25% done" in page(client, "/cities/ua/kyiv/")
    score_world()
    assert "After the first run" not in page(client, "/cities/ua/stryi/")


def test_all_cities_are_ranked_in_the_order_of_the_stored_list(client):
    """Sixty towns alike in everything: more than are stored, and equal scores go by the lower id."""
    small_world()
    towns = [CityFactory(country=CountryFactory(code="PL"), name=f"Nowe {n}") for n in range(60)]
    City.objects.filter(pk__in=[town.pk for town in towns]).update(
        population=9_000, latitude=52, longitude=19
    )
    score_world()
    lviv = City.objects.get(name="Lviv")
    ranked = listed(client)
    stored = CityMatch.objects.filter(city=lviv).order_by("rank").values_list("partner__name", flat=True)
    assert len(ranked) == 64
    assert ranked[:50] == list(stored)
    alike = [name for name in ranked if name.startswith("Nowe")]
    assert alike == [town.name for town in sorted(towns, key=lambda town: town.pk)]


def test_a_filter_finds_the_best_of_all_cities_not_of_a_short_list(client):
    small_world()
    for number in range(60):
        CityFactory(country=CountryFactory(code="PL"), name=f"Nowe {number}", population=400_000)
    far = CityFactory(
        country=CountryFactory(code="PT"), name="Faro", population=700, latitude=37, longitude=-8
    )
    TopicStatementFactory(city=far, topic_id="energy", kind="offer")
    score_world()
    assert not CityMatch.objects.filter(city__name="Lviv", partner=far).exists()
    assert listed(client, "country=PT&size=under-5k&offer=energy") == ["Faro"]


def test_without_a_result_it_says_how_many_possible_partners_other_filters_leave(client, world):
    """Of all cities, six: Lviv is not proposed to itself, nor are cities at home and twins."""
    text = page(client, f"{LVIV}?q=Frankfurt&country=PL")
    assert "without it 1 city" in text
    assert "Name like “Frankfurt”: without it 1 city" in text  # Gdańsk: the other two are twins


def test_a_city_that_cannot_be_proposed_can_be_compared_all_the_same(client, world):
    link = 'href="/cities/ua/lviv/compare/?q=Lublin&amp;w_size=2"'
    text = page(client, f"{LVIV}?q=Lublin&w_size=2")
    assert link in text
    assert client.get("/cities/ua/lviv/compare/?q=Lublin&w_size=2", follow=True).status_code == 200
    assert "No possible partner has this name" not in page(client, f"{LVIV}?q=Leipzig&country=PL")


def test_a_change_of_the_data_is_ranked_at_once(client, world):
    for name in ("Leipzig", "Görlitz", "Frankfurt"):
        TopicStatementFactory(city=world[name], topic_id="water", kind="offer")
        TopicStatementFactory(city=world[name], topic_id="culture", kind="need")
    assert set(listed(client, "offer=water")) == {"Gdańsk", "Leipzig", "Görlitz", "Frankfurt"}
    TwinningFactory(city_a=world["Lviv"], city_b=world["Gdańsk"])
    assert "Gdańsk" not in listed(client)


def test_the_city_page_shows_the_best_partners(client, world):
    text = page(client, "/cities/ua/lviv/")
    assert "Gdańsk offers what Lviv looks for" in text
    assert f'href="{LVIV}"' in text


def test_the_administration_shows_runs_and_starts_one(admin_client, world):
    ScoringJob.objects.all().delete()
    runs = "/admin/partnerships/matchrun/"
    assert "9 / 9" in page(admin_client, runs)
    assert "8 / 9" not in page(admin_client, runs)
    answer = admin_client.post(runs + "score-all/", follow=True)
    assert "All cities will be scored" in answer.content.decode()
    assert ScoringJob.objects.get().city is None
    run_pending_jobs()
    assert MatchRun.objects.filter(state="done").count() == 2
    assert admin_client.get(runs + "score-all/").status_code == 405


def test_who_may_not_start_a_run_is_refused(client, world):
    client.force_login(StaffFactory())
    assert client.post("/admin/partnerships/matchrun/score-all/").status_code == 403


def test_a_failed_job_can_be_queued_again(admin_client, world):
    job = ScoringJob.objects.create(city=world["Lviv"], state="failed", attempts=5, error="why")
    admin_client.post(
        "/admin/partnerships/scoringjob/", {"action": "queue_again", "_selected_action": [job.pk]}
    )
    assert ScoringJob.objects.filter(city=world["Lviv"], state="pending").count() == 1
