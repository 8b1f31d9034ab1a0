"""Files of what the directory lists."""

import csv
import io
import json

import pytest

from cities.exports import FIELDS, cell
from cities.tests.factories import (
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    MayorFactory,
    TopicStatementFactory,
    TwinningFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    stryi = CityFactory(name="Stryi", name_uk="Стрий", population=60_000, longitude=-3.7)
    MayorFactory(city=stryi)
    CityProfileFactory(city=stryi, is_demonstration=True, languages=["en"])
    for topic in ("water", "waste"):
        TopicStatementFactory(city=stryi, topic_id=topic)
    kolno = CityFactory(name="Kolno", population=10_000, country=CountryFactory(code="PL"))
    TwinningFactory(city_a=stryi, city_b=kolno)
    for number in range(30):
        CityFactory(population=number)


def body(answer):
    assert answer.status_code == 200
    assert answer.streaming
    return b"".join(answer.streaming_content).decode()


def test_a_spreadsheet_holds_all_that_is_listed_in_its_order(client, world):
    answer = client.get("/cities/?format=csv&sort=smallest&page=2")
    text = body(answer)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 32
    assert [row["name"] for row in rows[-2:]] == ["Kolno", "Stryi"]
    stryi = rows[-1]
    assert stryi["name_uk"] == "Стрий"
    assert stryi["longitude"] == "-3.7"
    assert (stryi["member"], stryi["demonstration"]) == ("yes", "yes")
    assert stryi["looks_for"] == "water; waste"
    assert stryi["languages"] == "en; uk"
    assert (stryi["twinnings"], stryi["twinned_countries"]) == ("1", "PL")
    assert stryi["url"].endswith("/cities/ua/stryi/")
    assert 'filename="cities.csv"' in answer["Content-Disposition"]


def test_json_credits_its_source_and_follows_the_filters(client, world):
    answer = client.get("/cities/?format=json&country=PL")
    found = json.loads(body(answer))
    assert found["total"] == len(found["cities"]) == 1
    assert found["query"] == "country=PL"
    assert "GeoNames" in found["source"]
    assert tuple(found["cities"][0]) == FIELDS
    assert found["cities"][0]["name"] == "Kolno"


def test_empty_files_are_still_files(client):
    assert json.loads(body(client.get("/cities/?format=json&q=nowhere")))["cities"] == []
    assert body(client.get("/cities/?format=csv&q=nowhere")).strip().endswith("twinned_countries,url")


def test_many_cities_come_in_many_pieces(client):
    from cities import exports

    for _ in range(7):
        CityFactory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "ROWS_A_CHUNK", 2)
        pieces = list(client.get("/cities/?format=json").streaming_content)
    assert len(pieces) > 3
    assert len(json.loads(b"".join(pieces))["cities"]) == 7


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula(client, text):
    assert cell(text) == f"'{text}"
    CityFactory(name=text, slug="evil")
    rows = list(csv.DictReader(io.StringIO(body(client.get("/cities/?format=csv"))[1:], newline="")))
    assert rows[0]["name"] == f"'{text}"


def test_numbers_stay_numbers():
    assert cell(-3.7) == -3.7
    assert cell(0) == 0
