"""Projects and their parts, for tests."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from factory import Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory
from projects.models import BudgetLine, FundingSource, Milestone, Project, ProjectNeed


class ProjectFactory(DjangoModelFactory[Project]):
    """A draft that could be published; `published=True` makes it public."""

    class Meta:
        model = Project

    class Params:
        published = Trait(state="published", published_at=timezone.now(), approved_by=SubFactory(UserFactory))

    city = SubFactory(CityFactory)
    title_en = Sequence(lambda n: f"School {n}")
    title_uk = Sequence(lambda n: f"Школа {n}")
    summary_en = "A school with a shelter."
    sectors = ["education"]
    type = "construction"
    status = "preparation"
    budget_is_unknown = True
    interests = "none"


class BudgetLineFactory(DjangoModelFactory[BudgetLine]):
    """A line of 1000.00."""

    class Meta:
        model = BudgetLine

    project = SubFactory(ProjectFactory)
    label_en = "Works"
    amount = Decimal("1000.00")


class FundingSourceFactory(DjangoModelFactory[FundingSource]):
    """A source that pledged 600.00, committed 400.00, and disbursed 100.00."""

    class Meta:
        model = FundingSource

    project = SubFactory(ProjectFactory)
    name_en = "City budget"
    pledged = Decimal("600.00")
    committed = Decimal("400.00")
    disbursed = Decimal("100.00")


class ProjectNeedFactory(DjangoModelFactory[ProjectNeed]):
    """An open need of expertise."""

    class Meta:
        model = ProjectNeed

    project = SubFactory(ProjectFactory)
    kind = "expertise"
    title_en = "An engineer for shelters"


class MilestoneFactory(DjangoModelFactory[Milestone]):
    """A step that was due at the beginning of 2026 and is not done."""

    class Meta:
        model = Milestone

    project = SubFactory(ProjectFactory)
    title_en = "Design is ready"
    due_on = date(2026, 1, 1)
