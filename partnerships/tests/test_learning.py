"""The feedback loop: what answers teach, the page that says it, and ties that the backtest reads."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.tests.factories import StaffFactory
from cities.tests.factories import CityFactory, CityProfileFactory, CountryFactory
from partnerships.interests.learning import (
    Sent,
    Share,
    acceptance,
    how_far,
    journeys,
    lessons,
    months,
    why_not,
)
from partnerships.measuring.backtest import read_ties
from partnerships.models import Interest
from partnerships.partnership.beginning import begin
from partnerships.tests.factories import BusinessProfileFactory, interest_between

CITIES = ("city", "city")


def sent(state="accepted", kind=CITIES, day=date(2026, 11, 3), why="", **components):
    return Sent(kind, day, state, why, components)


def test_means_and_shares_tell_the_answered_apart():
    rows = [
        *[sent(distance=value) for value in (0.9, 0.9, 0.9, 0.9, 0.4)],
        *[sent("declined", distance=0.1) for _ in range(4)],
        sent("expired", distance=0.6),
        *[sent(state, distance=0.0) for state in ("sent", "withdrawn")],
        sent("declined"),  # its distance was not known
    ]
    [lesson] = lessons(rows, {"distance": 0.5})
    assert lesson.accepted.value == pytest.approx(0.8)
    assert lesson.refused.value == pytest.approx(0.2)
    assert lesson.shares == (Share(4, 5), Share(1, 5), Share(4, 5))
    assert [share.percent for share in lesson.shares] == [80, 20, 80]
    assert acceptance(rows) == Share(5, 11)


def test_of_few_answers_nothing_is_told_but_their_number():
    [lesson] = lessons([sent(size=1.0)] * 4 + [sent("declined", size=0.0)] * 5, {"size": 0.5})
    assert (lesson.accepted.count, lesson.accepted.percent) == (4, None)
    assert (lesson.refused.count, lesson.refused.percent) == (5, 0)
    assert [share.percent for share in lesson.shares] == [None, 0, None]


def test_how_far_those_went_that_were_accepted():
    came = [sent(distance=0.2)._replace(came_to=stage) for stage in (0, 1, 1, 2, 4, 4)]
    rows = [*came, sent("declined", distance=0.9), sent(distance=0.8)._replace(came_to=4, has_ended=True)]
    shares = how_far(rows, 4)
    assert [share.part for share in shares] == [7, 6, 4, 3, 3, 1]
    assert [share.percent for share in shares] == [100, 86, 57, 43, 43, 14]
    [journey] = journeys(rows, ["distance"], 4)
    assert [mean.count for mean in journey.means] == [7, 6, 4, 3, 3, 1]
    assert journey.means[1].value == pytest.approx((5 * 0.2 + 0.8) / 6)
    assert {mean.percent for mean in journey.means[2:]} == {None}
    assert how_far(came[:4], 4)[1].percent is None


def test_months_are_those_they_were_sent_in():
    rows = [sent(), sent("declined"), sent(day=date(2026, 10, 31)), sent(kind=("business", "city"))]
    found = [(one.month, one.kind, one.sent, dict(one.states)) for one in months(rows)]
    assert found == [
        (date(2026, 11, 1), ("business", "city"), 1, {"accepted": 1}),
        (date(2026, 11, 1), CITIES, 2, {"accepted": 1, "declined": 1}),
        (date(2026, 10, 1), CITIES, 1, {"accepted": 1}),
    ]


def test_reasons_are_counted_the_most_frequent_first():
    rows = [sent("declined", why=why) for why in ("too-far", "not-now", "too-far")]
    assert why_not([*rows, sent()]) == [("too-far", 2), ("not-now", 1)]


@pytest.fixture
def pairs(db):
    """Five pairs of cities, each end in a country of its own, that agreed; one that did not."""
    ends = [CountryFactory(code="UA"), CountryFactory(code="PL")]
    made = [[CityFactory(country=country) for country in ends] for _ in range(6)]
    for number, pair in enumerate(made):
        interest = interest_between(*pair)
        by = interest.receiver.people()[0]
        if number:
            interest.accept(by=by)
        else:
            interest.decline(by=by, why="too-far")
    return made


def test_the_page_says_what_leads_to_partnerships(client, pairs, django_assert_max_num_queries):
    interest_between(pairs[0][0], BusinessProfileFactory().organisation)
    for interest, stages in zip(Interest.objects.order_by("pk")[1:3], ([], ["active", "ended"]), strict=True):
        made = begin(interest.sender, interest.receiver, by=interest.by)
        for stage in stages:
            made.move(stage, by=interest.by, seen=made.latest)
    client.force_login(StaffFactory(rights=["view_interest"]))
    address = reverse("admin:partnerships_interest_learning")
    assertContains(client.get(reverse("admin:partnerships_interest_changelist")), address)
    with django_assert_max_num_queries(13):
        page = client.get(address)
    assertContains(page, "5 of 6 (83%)")
    assertContains(page, "too far")
    assertContains(page, "city and business")
    [cities, businesses] = page.context["scored"]
    assert {line.code for _label, line in cities.lines} >= {"score", "distance", "needs"}
    by_code = {line.code: line for _label, line in cities.lines}
    values = [one.components["distance"] for one in Interest.objects.filter(state="accepted")]
    assert by_code["distance"].accepted.value == pytest.approx(sum(values) / 5)
    assert by_code["distance"].refused.percent is None
    assert businesses.share.count == 0
    assert [(str(kind), [one.part for one in shares]) for kind, shares in page.context["how_far"]] == [
        ("two cities", [5, 2, 1, 1, 1, 1])
    ]
    assert page.context["steps"] == [
        "accepted", "exploring", "negotiating", "memorandum signed", "active", "ended",
    ]  # fmt: skip
    far = {line.code: line for _label, line in cities.journeys}
    assert [mean.count for mean in far["distance"].means] == [5, 2, 1, 1, 1, 1]
    client.force_login(StaffFactory(rights=["view_city"]))
    assert client.get(address).status_code == 403


def test_accepted_pairs_are_ties_that_the_backtest_reads(pairs):
    CityProfileFactory(city=pairs[1][0], is_demonstration=True)
    CityProfileFactory(city=pairs[2][0])
    out, said = StringIO(), StringIO()
    call_command("accepted_ties", stdout=out, stderr=said)
    ties, problems = read_ties(out.getvalue())
    assert ties.tolist() == sorted(sorted(city.pk for city in pair) for pair in pairs[2:])
    assert problems == []
    assert "4 ties; left out as demonstration: 1" in said.getvalue()
