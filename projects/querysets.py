"""Queries over projects, named for what they mean."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, DecimalField, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Round

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Project, ProjectChange  # noqa: F401 - named in strings

FINISHED = ("completion", "maintenance")
"""Statuses of projects whose works are done."""

_AMOUNT = DecimalField(max_digits=24, decimal_places=2)
_NOTHING = Value(Decimal("0.00"), output_field=_AMOUNT)


def _total(model: type[models.Model], field: str) -> Subquery:
    """The sum of a column over the parts of a project; null where it has none."""
    of_project = model._default_manager.filter(project=OuterRef("pk")).order_by().values("project")
    return Subquery(of_project.annotate(total=Sum(field)).values("total"), output_field=_AMOUNT)


def in_euros(amount: Any) -> Case:
    """An amount of a project in euros to the cent, as `Project.in_euros` reckons; null without a rate."""
    exact = Cast(amount, DecimalField(max_digits=50, decimal_places=24))  # so that it is rounded once
    return Case(
        When(currency="EUR", then=amount),
        default=Round(exact / F("rate"), precision=2),
        output_field=_AMOUNT,
    )


class ProjectQuerySet(models.QuerySet["Project"]):
    """Queries over projects."""

    def public(self) -> "ProjectQuerySet":
        """Those everybody may see: published ones, and archived ones that were."""
        return self.filter(published_at__isnull=False)

    def published(self) -> "ProjectQuerySet":
        """Those published now."""
        return self.filter(state="published")

    def finished(self) -> "ProjectQuerySet":
        """Those whose works are done."""
        return self.filter(status__in=FINISHED)

    def editable_by(self, user: "User") -> "ProjectQuerySet":
        """Those of the cities that a person represents."""
        from cities.models import Mayor

        mine = Mayor.objects.filter(user=user, state=Mayor.State.APPROVED)
        return self.filter(city__in=mine.values("city"))

    def visible_to(self, user: Any) -> "ProjectQuerySet":
        """Public ones; those of one's own cities; all for administrators."""
        if not user.is_authenticated:
            return self.public()
        if user.is_superuser:
            return self
        return self.filter(Q(published_at__isnull=False) | Q(pk__in=self.editable_by(user).values("pk")))

    def with_city(self) -> "ProjectQuerySet":
        """With what their addresses and headings need."""
        return self.select_related("city__country", "city__region")

    def with_open_data(self) -> "ProjectQuerySet":
        """With all that `open_data` publishes, in a constant number of queries."""
        return self.with_city().prefetch_related(
            "budget_lines", "funding_sources", "milestones", "risks", "photos", "tenders", "needs",
            "documents__versions",
        )  # fmt: skip

    def asking(self) -> "ProjectQuerySet":
        """The published ones that look for something."""
        return self.published().filter(needs__state__in=["open", "talks"]).distinct()

    def with_needs_and_money(self) -> "ProjectQuerySet":
        """With what they look for and what `Project.money` adds, in a constant number of queries."""
        return self.with_city().prefetch_related("needs", "budget_lines", "funding_sources")

    def with_money(self) -> "ProjectQuerySet":
        """With total_budget (null without lines), total_pledged, total_committed, total_disbursed, total_gap.

        Totals are exact decimals, added by PostgreSQL, and equal those of `Project.money`.
        """
        from .models import BudgetLine, FundingSource

        totals = {
            f"total_{name}": Coalesce(_total(FundingSource, name), _NOTHING)
            for name in ("pledged", "committed", "disbursed")
        }
        gap = Greatest(F("total_budget") - F("total_committed"), _NOTHING)
        return self.annotate(total_budget=_total(BudgetLine, "amount"), **totals).annotate(
            total_gap=Case(When(total_budget__isnull=False, then=gap), output_field=_AMOUNT)
        )


class ChangeQuerySet(models.QuerySet["ProjectChange"]):
    """Queries over the history of projects."""

    def public(self) -> "ChangeQuerySet":
        """Changes of what everybody could see."""
        return self.filter(is_public=True)

    def since(self, version: int) -> "ChangeQuerySet":
        """Changes made after a version."""
        return self.filter(version__gt=version)
