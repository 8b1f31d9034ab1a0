"""The page of statistics: what is counted, when, and what it does not say."""

import csv
import io
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory
from cities.models import City
from cities.tests.factories import CityFactory, CityProfileFactory, CountryFactory, MayorFactory
from events.tests.factories import EventFactory
from partnerships.models import CityMatch, Interest
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    partnership_between,
)
from projects.tables import Column, Table
from projects.tests.factories import BudgetLineFactory, FundingSourceFactory, ProjectFactory
from public.models import DailyFigure
from public.statistics import drawing
from public.statistics.facts import Fact, Facts, Grown
from public.statistics.keeping import keep
from public.statistics.scope import Scope
from public.statistics.tables import FEW, daily, rounded

pytestmark = pytest.mark.django_db


def table(code, **asked):
    """A table of the page as its JSON file has it."""
    return read(json_of(code, **asked))


def json_of(code, **asked):
    return Client().get(reverse("statistics"), {"table": code, "format": "json", **asked})


def read(answer):
    return json.loads(b"".join(answer.streaming_content))["rows"]


def by(rows, name):
    return {row[name]: row for row in rows}


def at(year, month, day=15):
    return datetime(year, month, day, 12, tzinfo=UTC)


@contextmanager
def clock_at(*day):
    """Let it be that day, at noon."""
    with patch("django.utils.timezone.now", lambda: at(*day)):
        yield


def interests(sender, receiver, number, sent_at, **fields):
    """So many at once, past the rules of sending."""
    by_ = sender.people()[0]
    Interest.objects.bulk_create(
        Interest(
            sender=sender, receiver=receiver, by=by_, reason="Water.", sent_at=sent_at,
            expires_at=sent_at + Interest.VALID, **fields,
        )
        for _number in range(number)
    )  # fmt: skip


@pytest.fixture
def portal():
    """Two member cities in two countries and what they did; a demonstration city in a third."""
    for code in ("UA", "PL", "DE"):
        CountryFactory(code=code)
    lviv, lublin, leipzig = (CityFactory(country_id=code) for code in ("UA", "PL", "DE"))
    MayorFactory(city=lviv, decided_at=at(2040, 3))
    MayorFactory(city=lublin, decided_at=at(2040, 5))
    CityProfileFactory(city=leipzig, is_demonstration=True)
    MayorFactory(city=leipzig, decided_at=at(2040, 5), is_demonstration=True)
    BusinessProfileFactory(organisation__city=lviv)
    FinancialPartnerProfileFactory(organisation__city=lublin)
    made = partnership_between(lviv, lublin, public=True, stage="active")
    sides = made.interest.sender, made.interest.receiver
    Interest.objects.update(sent_at=at(2040, 4), answered_at=at(2040, 5))
    interests(*sides, 6, at(2040, 6), topic_id="water", state="declined")
    project = ProjectFactory(city=lviv, state="published", published_at=at(2040, 6), currency="EUR")
    BudgetLineFactory(project=project)
    FundingSourceFactory(project=project)
    EventFactory(city=lviv, starts_at=at(2040, 7), ends_at=at(2040, 7) + timedelta(hours=5))
    return lviv, lublin, leipzig


@pytest.fixture
def autumn():
    with clock_at(2040, 10, 20):
        yield


def test_what_is_counted_and_when(autumn, portal):
    members = by(table("members"), "month")
    assert members["2040-02"]["cities"] == 0
    assert [members[month]["cities"] for month in ("2040-03", "2040-04", "2040-05", "2040-10")] == [
        1,
        1,
        3,
        3,
    ]
    assert members["2040-10"]["businesses"] == members["2040-10"]["financial-partners"] == 1
    sent = by(table("interests"), "month")
    assert (sent["2040-04"]["interests"], sent["2040-04"]["accepted"]) == (1, 1)
    assert (sent["2040-06"]["interests"], sent["2040-06"]["accepted"]) == (6, 0)
    stages = by(table("partnerships"), "month")
    assert stages["2040-10"]["active"] == 1
    assert stages["2040-09"]["active"] == 0
    money = by(table("money"), "month")
    assert money["2040-05"]["budget"] == 0
    assert money["2040-10"] == {
        "month": "2040-10", "projects": 1, "budget": 1000, "pledged": 600, "committed": 400,
        "disbursed": 100, "gap": 600,
    }  # fmt: skip
    assert by(table("events"), "month")["2040-07"]["events"] == 1
    figures = by(table("now"), "code")
    assert (figures["cities"]["value"], figures["cities"]["demonstration"]) == (3, 1)
    assert figures["budget"]["value"] == 1000


def test_a_country_and_a_period_without_demonstration_data(autumn, portal):
    asked = {"demonstration": "without", "since": "2040-05", "until": "2040-06"}
    members = table("members", **asked)
    assert [row["month"] for row in members] == ["2040-05", "2040-06"]
    assert [row["cities"] for row in members] == [2, 2]
    of_poland = by(table("now", country="PL", **asked), "code")
    assert of_poland["cities"]["value"] == 1
    assert of_poland["businesses"]["value"] == 0
    assert "matches" not in of_poland
    countries = by(table("countries", **asked), "country")
    assert countries["Ukraine"]["budget"] == 1000
    assert countries["Germany"]["cities"] == 0


def test_partners_proposed_to_members_by_country(autumn, portal):
    cities = [*City.objects.members().filter(country="UA"), CityFactory()]
    for city in cities:  # the last is no member
        for rank in (1, 2):
            partner = CityFactory(country__code="PL")
            CityMatch.objects.create(city=city, partner=partner, rank=rank, score=0.5, components=[])
    countries = by(table("countries"), "country")
    assert countries["Ukraine"]["proposed"] == 2 * (len(cities) - 1) > 0
    assert countries["Poland"]["proposed"] == 0
    assert by(table("countries", until="2040-01"), "country")["Ukraine"]["proposed"] is None


def test_by_country_and_topic_nobody_can_be_told(autumn, portal):
    assert [rounded(number) for number in (0, 1, 4, 5, 9, 10)] == [FEW, FEW, FEW, 5, 5, 10]
    countries = by(table("countries"), "country")
    assert countries["Poland"]["interests"] == 5  # seven in truth
    assert countries["Germany"]["interests"] == countries["Poland"]["accepted"] == FEW
    assert by(table("topics"), "topic")["Water supply and wastewater"]["interests"] == 5
    months = by(table("interests", country="PL"), "month")
    assert (months["2040-06"]["interests"], months["2040-04"]["interests"]) == (5, FEW)
    assert months["2040-01"]["interests"] == FEW  # none, which is not told apart
    assert by(table("now", country="PL"), "code")["accepted"]["value"] == FEW


def test_what_was_sent_today_is_counted_tomorrow(autumn, portal):
    interest = Interest.objects.first()
    interests(interest.sender, interest.receiver, 3, timezone.now(), state="declined")
    assert by(table("interests"), "month")["2040-10"]["interests"] == 0
    with clock_at(2040, 10, 21):
        assert by(table("interests"), "month")["2040-10"]["interests"] == 3


def joined():
    """The months in which the member cities of today became that."""
    return [one.month for one in Facts.load().counts if one.kind == "cities"]


def test_a_member_counts_since_the_first_approval(portal):
    """Which the log knows; the row has the last decision."""
    mayor = MayorFactory(city=CityFactory(country_id="UA"), decided_at=at(2040, 4))
    for month in (1, 4):
        AuditEntry.objects.create(at=at(2040, month), action="approve", object=mayor, about="x")
    AuditEntry.objects.create(at=at(2039, 12), action="submit", object=mayor, about="x")
    assert date(2040, 1, 1) in joined()
    mayor.suspend(by=StaffFactory(), note="Because.")
    assert date(2040, 1, 1) not in joined()


def test_nonsense_is_left_out_and_an_unknown_table_is_none(client, portal):
    page = client.get(reverse("statistics"), {"country": "XX", "since": "2040-13", "until": "²⁰²⁶-01"})
    assert page.status_code == 200
    assert page.context["scope"] == Scope()
    turned = client.get(reverse("statistics"), {"since": "2026-05", "until": "2026-02"}).context["scope"]
    assert (turned.first, turned.last) == (date(2026, 2, 1), date(2026, 5, 1))
    assert client.get(reverse("statistics"), {"table": "x", "format": "csv"}).status_code == 404
    assert len(Scope(since=date(2000, 1, 1)).months) <= 600


def test_the_page_draws_every_table_and_says_what_is_invented(client, autumn, portal):
    page = client.get(reverse("statistics")).content.decode()
    for code in ("members", "interests", "partnerships", "money"):
        assert f'aria-labelledby="{code}-title {code}-described"' in page
    assert "From November 2038 to October 2040. Member cities: 0 at the beginning, 3 at the end." in page
    assert "of which demonstration: 1" in page
    answer = client.get(reverse("statistics"), {"table": "countries", "format": "csv", "country": "PL"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row["country"] for row in csv.DictReader(io.StringIO(text))] == ["Poland"]


def test_more_data_cost_no_more_queries(client, portal, django_assert_num_queries):
    def ask(country):
        return client.get(reverse("statistics"), {"country": country})

    ask("UA")  # which loads the directory
    with CaptureQueriesContext(connection) as queries:
        ask("PL")
    few = len(queries)
    assert 10 < few < 25
    for _number in range(4):
        partnership_between(CityFactory(country_id="UA"), CityFactory(country_id="PL"), public=True)
        BusinessProfileFactory()
        BudgetLineFactory(project=ProjectFactory(published=True))
    ask("UA")
    with django_assert_num_queries(few):
        ask("PL")


def test_a_partnership_stands_where_its_history_says():
    public = Fact("partnerships", date(2040, 2, 1), frozenset(), frozenset(), False)
    history = [(date(2040, 1, 1), "exploring"), (date(2040, 4, 1), "active"), (date(2040, 4, 1), "ended")]
    stages = [Grown(public, history).stage_in(date(2040, month, 1)) for month in range(1, 6)]
    assert stages == [None, "exploring", "exploring", "ended", "ended"]


def test_a_day_is_kept_once_and_a_missed_one_stays_empty(portal):
    with clock_at(2040, 10, 1):
        assert keep() == 14
        MayorFactory(city=CityFactory(country_id="UA"))
        assert keep() == 0
    with clock_at(2040, 10, 3):
        keep()
        rows = by(daily(Facts.load(), Scope()).rows, "day")
    assert list(rows) == [date(2040, 10, day) for day in (1, 2, 3)]
    assert [row["cities"] for row in rows.values()] == [3, None, 4]
    assert rows[date(2040, 10, 1)]["budget"] == Decimal("1000.00")
    with clock_at(2040, 10, 4):
        [month] = [row for row in table("proposals") if row["month"] == "2040-10"]
    assert (month["day"], month["missed"]) == ("2040-10-03", 2)


def test_two_workers_keep_a_day_once(portal, monkeypatch):
    """The second one looks before the first has written."""
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    keep()
    before = list(DailyFigure.objects.values_list("name", "value"))
    MayorFactory(city=CityFactory(country_id="UA"))
    keep()
    assert list(DailyFigure.objects.values_list("name", "value")) == before


@pytest.mark.parametrize(
    ("highest", "last", "count"), [(1, 1, 2), (4, 4, 5), (6, 6, 4), (23, 25, 6), (1_234_567, 1_500_000, 4)]
)
def test_the_scale_is_round_and_not_below_the_highest(highest, last, count):
    scale = drawing.ticks(highest)
    assert (scale[0], scale[-1], len(scale)) == (0, last, count)


def test_what_is_not_known_is_a_gap_in_the_line():
    rows = [{"month": date(2040, number, 1), "x": value} for number, value in enumerate([1, 2, None, 4], 1)]
    [line] = drawing.lines(Table("t", "T", [Column("x", "X", "number")], rows), "x").series
    assert len(line.segments) == 1
    assert len(line.marks) == 3
