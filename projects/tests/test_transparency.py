"""The transparency page: its sums equal those of the projects and of its files; what is late is listed."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from cities.directory import versions
from cities.tests.factories import CityFactory
from knowledge.news import schedule
from projects.models import Project, ProjectUpdate
from projects.transparency.pictures import bars
from projects.transparency.scope import Scope
from projects.transparency.sums import AMOUNTS, rows_of, total
from projects.transparency.tables import sums

from .factories import BudgetLineFactory, FundingSourceFactory, MilestoneFactory, ProjectFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def money(project, budget, pledged, committed, disbursed, funder):
    BudgetLineFactory(project=project, amount=Decimal(budget))
    FundingSourceFactory(
        project=project,
        name_en=funder,
        pledged=Decimal(pledged),
        committed=Decimal(committed),
        disbursed=Decimal(disbursed),
    )


@pytest.fixture
def works():
    """Two cities, four public projects (one without a rate), and a draft that nobody may see."""
    stryi, lviv = CityFactory(name="Stryi"), CityFactory(name="Lviv")
    school = ProjectFactory(
        published=True, city=stryi, title_en="School", currency="UAH", rate=Decimal("3"), rate_on=TODAY(),
        sectors=["education", "energy"], planned_start="2026-03-01", status="implementation",
    )  # fmt: skip
    money(school, "100.00", "80.00", "50.00", "20.00", "Bank")
    money(school, "0.01", "0", "0", "0", "Bank")
    tram = ProjectFactory(
        published=True, city=lviv, title_en="Tram", currency="EUR", sectors=["transport.rail"],
        actual_start="2025-01-01", status="completion", is_demonstration=True,
    )  # fmt: skip
    money(tram, "1000.10", "1200.00", "1100.00", "0.05", "Bank")
    unrated = ProjectFactory(published=True, city=lviv, title_en="Park", currency="UAH", sectors=["energy"])
    money(unrated, "77.00", "0", "0", "0", "City budget")
    bare = ProjectFactory(published=True, city=stryi, title_en="Library", currency="EUR", sectors=[])
    money(ProjectFactory(city=stryi, title_en="Secret", currency="EUR"), "5", "0", "0", "0", "Nobody")
    return {"school": school, "tram": tram, "park": unrated, "library": bare}


def read(query=""):
    return Scope.read(QueryDict(query))


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def rows(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_sums_are_those_of_the_projects_to_the_cent(works):
    found = total(rows_of(read()))
    assert (found.projects, found.demonstrations, found.without_rate) == (4, 1, 1)
    assert found.budget == Decimal("33.34") + Decimal("1000.10")  # 100.01 / 3, rounded once
    assert found.pledged == Decimal("26.67") + Decimal("1200.00")
    assert found.disbursed == Decimal("6.67") + Decimal("0.05")
    assert found.gap == Decimal("16.67")  # the tram has more than it needs: that fills no other gap
    for name in AMOUNTS:
        rated = [one for one in works.values() if one.title_en != "Park"]
        amounts = [getattr(Project.objects.get(pk=one.pk).money, name) for one in rated]
        in_euros = [one.in_euros(amount) for one, amount in zip(rated, amounts, strict=True) if amount]
        assert getattr(found, name) == sum(in_euros)


@pytest.mark.parametrize("by", ["city", "sector", "year", "funder"])
def test_a_file_has_what_the_page_has(client, works, by):
    whole = total(rows_of(read()))
    file = rows(client.get(f"/transparency/sums.csv?by={by}"))
    table = sums(read(f"by={by}"), rows_of(read()), "/transparency/")
    assert [one["group"] for one in file] == [row["group"][0] for row in table.rows]
    assert [Decimal(one["pledged"]) for one in file] == [row["pledged"] for row in table.rows]
    page = text(client.get(f"/transparency/?by={by}"))
    assert "Secret" not in page
    assert "Demonstration data" in page
    if by in ("city", "year"):  # each project in one group
        assert sum(int(one["projects"]) for one in file) == whole.projects
        assert sum(Decimal(one["budget"]) for one in file) == whole.budget
    if by == "funder":
        assert [(one["group"], one["projects"]) for one in file] == [("Bank", "2"), ("City budget", "1")]
        assert sum(Decimal(one["committed"]) for one in file) == whole.committed


def test_every_group_leads_to_its_own_page(works):
    for by in ("city", "sector", "year", "funder"):
        for row in sums(read(f"by={by}"), rows_of(read()), "").rows:
            query = row["group"][1].removeprefix("?")
            deeper = read(query)
            assert total(rows_of(deeper)).projects == row["projects"]
            assert deeper.by != by
            assert deeper.query_string == f"?{query}"


@pytest.mark.parametrize(
    "query",
    [
        "by=moon",
        "city=x",
        "city=999999999",
        "sector=%00",
        "year=%F0",
        "year=99999",
        "funder=%00'\"--",
        "city=%D9%A3",
    ],
)
def test_nonsense_harms_nothing(client, works, query):
    assert client.get(f"/transparency/?{query}").status_code == 200
    assert client.get(f"/transparency/late.csv?{query}").status_code == 200
    assert client.get("/transparency/nothing.csv").status_code == 404


def test_what_is_late_silent_declared_and_approved_is_listed(client, works):
    today, mayor = TODAY(), UserFactory()
    for name, days in [("school", 5), ("tram", 9)]:  # the tram is finished: nobody waits for it
        MilestoneFactory(project=works[name], title_en=f"{name} roof", due_on=today - timedelta(days=days))
    MilestoneFactory(project=works["school"], title_en="Done", due_on=today, done_on=today)
    long_ago = timezone.now() - timedelta(days=200)
    Project.objects.filter(title_en__in=["School", "Park"]).update(published_at=long_ago)
    ProjectUpdate.objects.create(project=works["park"], on=today - timedelta(days=90), text_en="On the way")
    works["library"].interests, works["library"].interests_en = "declared", "The mayor's sister builds it."
    works["library"].approved_by = mayor
    works["library"].save()
    assert [(one["milestone"], one["days_late"]) for one in rows(client.get("/transparency/late.csv"))] == [
        ("school roof", "5")
    ]
    assert [(one["project"], one["days"]) for one in rows(client.get("/transparency/quiet.csv"))] == [
        ("School", "200")
    ]
    declared = rows(client.get("/transparency/interests.csv"))[0]
    assert (declared["project"], declared["text"]) == ("Library", "The mayor's sister builds it.")
    approved = {one["project"]: one["by"] for one in rows(client.get("/transparency/approvals.csv"))}
    assert approved["Library"] == "A representative of the city"
    page = text(client.get("/uk/transparency/"))
    assert page.index("school roof") < page.index("The mayor&#x27;s sister builds it.")


def test_bars_fit_and_do_not_overlap(works):
    found = bars(sums(read("by=city"), rows_of(read()), "").rows)
    for bar in found:
        ends = [one.start + one.width for one in bar.pieces]
        assert all(end <= 100.01 for end in ends)
        assert [one.start for one in bar.pieces][1:] == ends[:-1]
    assert max(one.start + one.width for bar in found for one in bar.pieces) == pytest.approx(100)


def test_the_number_of_queries_does_not_grow(client, works):
    def queries():
        with CaptureQueriesContext(connection) as context:
            for by in ("city", "funder"):
                text(client.get(f"/transparency/?by={by}"))
        return len(context)

    schedule.public_by_now(versions())  # which is read once
    few = queries()
    for number in range(3):
        other = ProjectFactory(published=True, currency="EUR", approved_by=UserFactory())
        money(other, "10", "5", "5", "5", f"Funder {number}")
        MilestoneFactory(project=other)
    assert queries() == few
