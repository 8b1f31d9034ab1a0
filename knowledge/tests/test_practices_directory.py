"""The directory of practices: who is found by what, at what cost; what is proposed to whom, and why."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities import page_cache
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory, TopicStatementFactory
from knowledge.models import Practice
from knowledge.practices import directory
from knowledge.practices.proposing import proposed

from .factories import AdoptionFactory, PracticeFactory

pytestmark = pytest.mark.django_db

BINS, SCHOOL, PIPES = "Wastes sorted in yards", "Укриття зі школами", "=New pipes"


@pytest.fixture
def told():
    """Three published practices of two countries, and one that is being reviewed."""
    stryi = CityFactory(name="Stryi", country=CountryFactory(code="UA"), population=59_000)
    leipzig = CityFactory(name="Leipzig", country=CountryFactory(code="DE"), population=620_000)
    made = {
        "bins": PracticeFactory(
            city=leipzig, title_en=BINS, title_uk="Сортуємо відходи у дворах", published=True, goals=[12],
            topics=["waste"], started_on="2018-01-01", ended_on="2021-01-01", sizes=["250k-1m", "over-1m"],
        ),
        "school": PracticeFactory(
            city=stryi, title_en="", title_uk=SCHOOL, published=True, topics=["education", "protection"],
            goals=[4], started_on="2023-02-01", results=["Уроки, втрачені через тривоги"],
        ),
        "pipes": PracticeFactory(city=stryi, title_en=PIPES, title_uk="", published=True),
        "secret": PracticeFactory(city=stryi, title_en="Secret plan", submitted=True),
    }  # fmt: skip
    AdoptionFactory(practice=made["school"], city=leipzig)
    for number, name in enumerate(["bins", "school", "pipes"]):
        Practice.objects.filter(pk=made[name].pk).update(published_at=f"2026-06-0{number + 1}T00:00:00Z")
    return made


def listed(client, query=""):
    """The rows that a state of the directory lists, in their order."""
    answer = client.get(f"/practices/?format=csv&{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_it_lists_what_was_asked_for(client, told):
    wanted = {
        "": [PIPES, SCHOOL, BINS],
        "country=DE": [BINS],
        "topic=waste&topic=education": [SCHOOL, BINS],
        "goal=12": [BINS],
        "size=50k-100k": [PIPES, SCHOOL],
        "fits=50k-100k": [PIPES, SCHOOL],
        "year=2021": [BINS],
        "year=2023": [SCHOOL],
        "sort=adopted": [SCHOOL, PIPES, BINS],
        "sort=title": [PIPES, BINS, SCHOOL],
        "q=школа": [SCHOOL],
        "q=школам": [SCHOOL],
        "q=shkola": [SCHOOL],
        "q=waste": [BINS],
        "q=waset": [BINS],
        "q=yard+sorts": [BINS],
        "q=відходів": [BINS],
        "q=двір": [BINS],
        "q=тривога": [SCHOOL],
        "q=втраченого+уроку": [SCHOOL],
        "q=leaking": [PIPES, SCHOOL, BINS],
        "q=pipe": [PIPES, SCHOOL, BINS],
        "q=стрий+школа": [SCHOOL],
        "q=лейпциг+школа": [],
        "q=stryi+школа": [SCHOOL],
        "q=secret": [],
        "q=%00%27%26%7C%21%3A*": [],
        "q=the+school+of+tomorrow+in+the+sky": [],
        "topic=moon&size=huge": [PIPES, SCHOOL, BINS],
        "bounds=0,0,1,1": [],
    }
    found = {
        query: [row["title_en"].removeprefix("'") or row["title_uk"] for row in listed(client, query)]
        for query in wanted
    }
    assert found == wanted


def test_page_block_and_files_say_the_same(client, told):
    page = client.get("/uk/practices/?topic=waste").content.decode()
    assert "Сортуємо відходи у дворах" in page
    assert "Secret" not in page
    block = client.get("/practices/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in block
    for shown in (BINS, "Leipzig", "adopted by 1 city", "<strong>6.50</strong>"):
        assert shown in block
    assert "similar ones" in client.get("/practices/?q=waset").content.decode()
    assert "<svg" in client.get("/practices/?view=map").content.decode()
    assert "Adopted by" in client.get("/practices/?view=table").content.decode()
    assert "No practice fits all of this" in client.get("/practices/?q=школа&country=DE").content.decode()
    found = json.loads(b"".join(client.get("/practices/?format=json")))["practices"]
    school = next(one for one in found if one["title_uk"] == SCHOOL)
    assert (school["adopted_by"], school["results"][0]["after"], school["year"]) == (
        ["Leipzig"],
        "6.50",
        2023,
    )
    rows = {row["title_uk"]: row for row in listed(client)}
    assert rows[""]["title_en"] == f"'{PIPES}"  # no spreadsheet runs it
    assert rows[SCHOOL]["results"] == "Уроки, втрачені через тривоги: 31.00 -> 6.50"
    clusters = json.loads(client.get("/practices/?format=clusters").content)["clusters"]
    assert sum(one["count"] for one in clusters) == 3


def test_the_copy_follows_the_database_and_queries_stay_few(client, told):
    def queries(address):
        directory.forget()
        page_cache.forget()
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        return len(context)

    addresses = ["/practices/?q=школа", "/practices/?q=waset", "/cities/ua/stryi/"]
    client.get(addresses[0])  # the cities are read once
    few = [queries(address) for address in addresses]
    for _number in range(3):
        AdoptionFactory(practice=PracticeFactory(published=True, results=["Час"]))
    assert len(directory.current()) == 6
    assert [queries(address) for address in addresses] == few
    told["pipes"].topics.set(["heating"])
    assert [row["title_en"] for row in listed(client, "topic=heating")] == [f"'{PIPES}"]


def test_cities_are_proposed_what_suits_them_and_told_why(client, told):
    boryslav = CityFactory(name="Boryslav", country=CountryFactory(code="UA"), population=61_000)
    MayorFactory(city=boryslav)
    titles = [one.card.title for one in proposed(boryslav.pk, 3)]
    assert titles == [PIPES, SCHOOL, BINS] or titles == [SCHOOL, PIPES, BINS]  # as large, in the same country
    TopicStatementFactory(city=boryslav, topic_id="waste")
    TopicStatementFactory(city=boryslav, topic_id="protection")
    directory.forget()
    best = proposed(boryslav.pk, 3)
    assert [one.card.title for one in best] == [SCHOOL, BINS, PIPES]
    assert best[0].why.startswith("Boryslav looks for this (")
    assert best[0].why.endswith(", and Stryi is about as large.")
    assert best[1].why.startswith("Boryslav looks for this: ")
    assert best[2].why == "Stryi is about as large as Boryslav."
    page = client.get("/cities/ua/boryslav/").content.decode()
    assert "Practices from cities like this one" in page
    assert best[2].why in page
    AdoptionFactory(practice=told["school"], city=boryslav)
    assert [one.card.title for one in proposed(boryslav.pk, 3)] == [BINS, PIPES]
    stryi = client.get("/cities/ua/stryi/").content.decode()
    assert "=New pipes" in stryi  # its own
