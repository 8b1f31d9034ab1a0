"""The directory of projects: who is found by what, with which counts, at what cost."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities import page_cache
from cities.directory import versions
from cities.tests.factories import CityFactory, CountryFactory
from knowledge.news import schedule
from projects import directory
from projects.directory import band_of
from projects.models import Project

from .factories import (
    BudgetLineFactory,
    FundingSourceFactory,
    MilestoneFactory,
    ProjectFactory,
    ProjectNeedFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def works():
    """Three published projects of two countries, an archived one and a draft."""
    stryi = CityFactory(name="Stryi", country=CountryFactory(code="UA"))
    leipzig = CityFactory(name="Leipzig", country=CountryFactory(code="DE"))
    made = {
        "school": ProjectFactory(
            city=stryi, title_en="School with a shelter", title_uk="Школа з укриттям", currency="EUR",
            sectors=["education"], goals=[4], status="implementation", planned_start="2026-05-01",
        ),
        "tram": ProjectFactory(
            city=leipzig, title_en="Tram to the harbour", title_uk="", currency="EUR",
            sectors=["transport.rail"], goals=[9, 11], status="completion", planned_start="2024-05-01",
        ),
        "park": ProjectFactory(
            city=stryi, title_en="", title_uk="Парк Перемоги", currency="UAH", sectors=["energy"]
        ),
        "old": ProjectFactory(city=stryi, title_en="Old mill"),
        "draft": ProjectFactory(city=stryi, title_en="Secret plan"),
    }  # fmt: skip
    BudgetLineFactory(project=made["school"], amount=Decimal("2000000.00"))
    FundingSourceFactory(project=made["school"], name_en="Harbour Bank")
    BudgetLineFactory(project=made["tram"], amount=Decimal("400.00"))
    FundingSourceFactory(project=made["tram"])
    BudgetLineFactory(project=made["park"])
    ProjectNeedFactory(project=made["school"], kind="finance", title_en="Half of the roof")
    ProjectNeedFactory(project=made["tram"], kind="expertise", state="met")
    MilestoneFactory(project=made["school"], done_on="2026-01-02")
    MilestoneFactory(project=made["school"])
    for number, name in enumerate(["school", "tram", "park", "old"]):
        Project.objects.filter(pk=made[name].pk).update(
            state="archived" if name == "old" else "published",
            published_at=made[name].created_at,
            updated_at=f"2026-06-0{number + 1}T00:00:00Z",
        )
    return made


def listed(client, query=""):
    """The titles that a state of the directory lists, in their order."""
    answer = client.get(f"/projects/?format=csv&{query}")
    assert answer.status_code == 200
    rows = csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
    return [row["title"] for row in rows]


SCHOOL, TRAM, PARK = "School with a shelter", "Tram to the harbour", "Парк Перемоги"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", [PARK, TRAM, SCHOOL]),
        ("country=DE", [TRAM]),
        ("sector=transport", [TRAM]),
        ("sector=education&sector=energy", [PARK, SCHOOL]),
        ("status=implementation", [SCHOOL]),
        ("goal=11", [TRAM]),
        ("need=finance", [SCHOOL]),
        ("need=expertise", []),
        ("budget=1m-10m", [SCHOOL]),
        ("gap=none", [TRAM]),
        ("gap=unknown", [PARK]),
        ("sort=budget", [SCHOOL, TRAM, PARK]),
        ("sort=gap", [SCHOOL, TRAM, PARK]),
        ("sort=start", [TRAM, SCHOOL, PARK]),
        ("sort=title", [SCHOOL, TRAM, PARK]),
        ("q=harbour", [TRAM, SCHOOL]),
        ("q=harbuor", [TRAM, SCHOOL]),
        ("q=ukryttiam", [SCHOOL]),
        ("q=Peremohy", [PARK]),
        ("q=парк+стрий", [PARK]),
        ("q=парк+tram", []),
        ("q=stryi+roof", [SCHOOL]),
        ("q=mill", []),
        ("q=secret", []),
        ("q=%00%2F%27", []),
        ("country=XX&sector=moon&goal=99", [PARK, TRAM, SCHOOL]),
        ("bounds=0,0,1,1", []),
    ],
)
def test_it_lists_what_was_asked_for(client, works, query, titles):
    assert listed(client, query) == titles


def test_page_block_and_files_say_the_same(client, works):
    page = client.get("/uk/projects/?sector=transport").content.decode()
    for shown in (TRAM, "Leipzig", "400", "/projects/tram-to-the-harbour/"):
        assert shown in page
    assert "Secret" not in page
    block = client.get("/projects/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in block
    for shown in (SCHOOL, "€2,000,000", "1/2", "Looks for"):
        assert shown in block
    table = client.get("/projects/?view=table").content.decode()
    assert "€1,999,600" in table
    answer = client.get("/projects/?format=json&country=UA")
    found = json.loads(b"".join(answer), parse_float=Decimal)["projects"]
    assert [one["gap"] for one in found if one["title"] == SCHOOL] == [Decimal("1999600.00")]
    clusters = json.loads(client.get("/projects/?format=clusters").content)["clusters"]
    assert sum(one["count"] for one in clusters) == 3
    assert "<svg" in client.get("/projects/?view=map").content.decode()


def test_a_search_in_vain_helps_on(client, works):
    page = client.get("/projects/?q=shcool+shelters+x").content.decode()
    assert "Titles that look similar" in page
    assert SCHOOL in page
    assert "No project fits all of this" in client.get("/projects/?country=DE&need=finance").content.decode()


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        (None, "unknown"),
        ("0.00", "none"),
        ("0.01", "under-100k"),
        ("99999.99", "under-100k"),
        ("100000.00", "100k-1m"),
        ("100000000.00", "over-100m"),
    ],
)
def test_bands_begin_at_their_least_amount(amount, band):
    assert band_of(amount and Decimal(amount)) == band


def test_the_copy_follows_the_database_and_queries_stay_few(client, works):
    def queries():
        directory.forget()
        page_cache.forget()
        with CaptureQueriesContext(connection) as context:
            client.get("/projects/?q=school")
        return len(context)

    assert len(directory.current()) == 3
    schedule.public_by_now(versions())  # which is read once
    few = queries()
    for _number in range(3):
        BudgetLineFactory(project=ProjectFactory(published=True))
    assert len(directory.current()) == 6
    assert queries() == few
