"""Money is exact: totals in Python and in PostgreSQL are the same to the last cent, and limits hold."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from projects.models import BudgetLine, FundingSource, Project
from projects.querysets import in_euros
from projects.tests.factories import BudgetLineFactory, FundingSourceFactory, ProjectFactory

pytestmark = pytest.mark.django_db
RATE = {"rate": Decimal("48.502100"), "rate_on": "2026-11-24"}


def test_totals_are_exact_and_equal_in_python_and_in_the_database():
    project = ProjectFactory(**RATE)
    for amount in ["0.10", "0.20", "999999999999.99"]:  # floats would give 0.30000000000000004 and lose cents
        BudgetLineFactory(project=project, amount=Decimal(amount))
    FundingSourceFactory(project=project)
    FundingSourceFactory(project=project, pledged=Decimal("0.03"), committed=Decimal("0.01"), disbursed=0)
    ProjectFactory()  # of another, which has neither
    money = Project.objects.get(pk=project.pk).money
    assert money.budget == Decimal("1000000000000.29")
    assert (money.pledged, money.committed, money.disbursed) == tuple(
        map(Decimal, ("600.03", "400.01", "100.00"))
    )
    assert money.gap == Decimal("999999999600.28")
    assert (money.promised, money.to_be_paid) == (Decimal("200.02"), Decimal("300.01"))
    counted = Project.objects.with_money().get(pk=project.pk)
    assert [counted.total_budget, counted.total_pledged, counted.total_committed] == [
        money.budget, money.pledged, money.committed,
    ]  # fmt: skip
    assert (counted.total_disbursed, counted.total_gap) == (money.disbursed, money.gap)
    empty = Project.objects.with_money().exclude(pk=project.pk).get()
    assert (empty.total_budget, empty.total_gap, empty.money.gap) == (None, None, None)
    assert empty.total_committed == empty.money.committed == 0


def test_a_gap_is_never_below_zero():
    project = BudgetLineFactory(amount=Decimal("1.00")).project
    FundingSourceFactory(project=project)
    assert project.money.gap == 0
    assert Project.objects.with_money().get().total_gap == 0


@pytest.mark.parametrize(
    ("amount", "rate", "euros"),
    [
        ("1000.00", "48.5021", "20.62"),
        ("0.25", "10", "0.03"),  # 0.025: halves up, where a bank's rounding would give 0.02
        ("1000000000000.00", "0.0001", "10000000000000000.00"),
        ("844505518807.50", "0.617423", "1367790831905.35"),
        ("7.00", None, None),
    ],
)
def test_euros_are_rounded_once_halves_up(amount, rate, euros):
    rate, euros = rate and Decimal(rate), euros and Decimal(euros)
    project = ProjectFactory(rate=rate, rate_on=rate and "2026-11-24")
    BudgetLineFactory(project=project, amount=Decimal(amount))
    project.refresh_from_db()
    assert project.in_euros(Decimal(amount)) == euros
    counted = Project.objects.with_money().annotate(euros=in_euros("total_budget")).get()
    assert counted.euros == euros


def test_an_amount_in_euros_needs_no_rate():
    project = ProjectFactory(currency="EUR")
    BudgetLineFactory(project=project, amount=Decimal("7.01"))
    assert project.in_euros(Decimal("7.01")) == Decimal("7.01")
    counted = Project.objects.with_money().annotate(euros=in_euros("total_budget")).get()
    assert counted.euros == Decimal("7.01")


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ({"pledged": 1, "committed": 2, "disbursed": 0}, "More is committed than pledged"),
        ({"pledged": 3, "committed": 2, "disbursed": Decimal("2.01")}, "More is disbursed than committed"),
        ({"pledged": 3, "committed": 2, "disbursed": -1}, "below zero"),
        ({"pledged": 2 * 10**12, "committed": 0, "disbursed": 0}, "No amount is that large"),
    ],
)
def test_impossible_funding_is_refused_in_words_and_by_the_database(amounts, words):
    source = FundingSource(project=ProjectFactory(), name_en="A fund", **amounts)
    with pytest.raises(ValidationError, match=words):
        source.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        source.save()


@pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal("1000000000000.01")])
def test_the_database_refuses_absurd_budget_lines(amount):
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.create(project=ProjectFactory(), label_en="Works", amount=amount)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"planned_start": "2026-02-01", "planned_end": "2026-01-31"}, "planned end is before"),
        ({"actual_start": "2026-02-01", "actual_end": "2026-01-31"}, "actual end is before"),
        ({"actual_end": "2026-01-31"}, "has an actual start too"),
        ({"actual_start": "2100-01-01"}, "cannot lie ahead"),
        ({"planned_start": "0202-01-01"}, "greater than or equal to"),
        ({"currency": "XXX"}, "not a valid choice"),
        ({"currency": "EUR", **RATE}, "need no rate"),
        ({"rate": Decimal("48.5")}, "together with its day"),
        ({"rate": Decimal("-1"), "rate_on": "2026-11-24"}, "No currency has that rate"),
        ({"latitude": 49.8}, "both latitude and longitude"),
        ({"sectors": ["castles"]}, "not a valid choice"),
        ({"goals": [18]}, "not a valid choice"),
        ({"title_en": "", "title_uk": ""}, "English or in Ukrainian"),
        ({"interests": "declared"}, "Say which conflict"),
    ],
)
def test_impossible_projects_are_refused_in_words(fields, words):
    project = ProjectFactory.build(city=ProjectFactory().city, slug="it", **fields)
    with pytest.raises(ValidationError, match=words):
        project.full_clean()
