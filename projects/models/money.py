"""Money: budget lines, who pays, and their totals. Every amount is a decimal; none is ever a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cities.models import City
from projects import codelists

from .texts import Bilingual, Part, date_field, in_one_language_at_least, of_project

if TYPE_CHECKING:
    from .project import Project

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
MOST = Decimal("1000000000000.00")  # a million millions of any currency
EURO = "EUR"


class MoneyField(models.DecimalField):
    """An amount to the cent, from 0 to MOST."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": 18, "decimal_places": 2})

    @property
    def validators(self) -> list[Any]:  # type: ignore[override]
        """Those of a decimal, and the two ends in words."""
        ends = [
            MinValueValidator(NOTHING, _("An amount cannot be below zero.")),
            MaxValueValidator(MOST, _("No amount is that large: a million millions at most.")),
        ]
        return [*ends, *super().validators]


def check_rate(rate: Decimal) -> None:
    """Raises ValidationError for what no currency is worth."""
    if not Decimal("0.0001") <= rate <= Decimal("1000000"):
        raise ValidationError(_("No currency has that rate to the euro."))


def sane(*fields: str, name: str) -> models.CheckConstraint:
    """That amounts lie between nothing and MOST."""
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__gte": NOTHING, f"{field}__lte": MOST})
    return models.CheckConstraint(condition=condition, name=name)


class BudgetLine(Part):
    """What a part of the project costs."""

    NAME = "label"

    project = of_project("budget_lines")
    label_en = models.CharField(_("line in English"), max_length=200, blank=True)
    label_uk = models.CharField(_("line in Ukrainian"), max_length=200, blank=True)
    amount = MoneyField(_("amount"))

    label = Bilingual("label")
    HISTORY: ClassVar[list[str]] = ["label_en", "label_uk", "amount"]

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["id"]
        constraints = [
            in_one_language_at_least("label", "budget_line_has_label"),
            sane("amount", name="budget_line_amount_is_sane"),
        ]


class FundingSource(Part):
    """Who pays for a project, and how much of it is sure.

    `pledged` is all that was promised, what is committed included; `committed` is what a contract or a budget
    decision binds the funder to, what is disbursed included; `disbursed` is what was paid out. So each is at
    most the one before it. Only what is committed counts towards the budget.
    """

    NAME = "name"

    class Origin(models.TextChoices):
        DOMESTIC = "domestic", _("domestic")
        INTERNATIONAL = "international", _("international")

    class Ownership(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")

    project = of_project("funding_sources")
    name_en = models.CharField(_("funder in English"), max_length=200, blank=True)
    name_uk = models.CharField(_("funder in Ukrainian"), max_length=200, blank=True)
    origin = models.CharField(_("origin"), max_length=15, choices=Origin, default=Origin.DOMESTIC)
    ownership = models.CharField(_("ownership"), max_length=10, choices=Ownership, default=Ownership.PUBLIC)
    arrangement = models.CharField(
        _("form of the money"),
        max_length=20,
        choices=codelists.arrangements,
        blank=True,
        help_text=_("Empty: the funder's own budget, or not known."),
    )
    city = models.ForeignKey(
        City, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("funder is the city"),
    )  # fmt: skip
    pledged = MoneyField(
        _("pledged"),
        default=NOTHING,
        blank=True,
        help_text=_("All that was promised, what is committed included."),
    )
    committed = MoneyField(
        _("committed"), default=NOTHING, blank=True, help_text=_("Bound by a contract or a budget decision.")
    )
    disbursed = MoneyField(_("disbursed"), default=NOTHING, blank=True, help_text=_("Paid out already."))
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1950), MaxValueValidator(2100)],
        help_text=_("The budget year the money belongs to."),
    )  # fmt: skip
    agreed_on = date_field(_("agreed on"))

    name = Bilingual("name")
    HISTORY: ClassVar[list[str]] = [
        *("name_en", "name_uk", "origin", "ownership", "arrangement", "city"),
        *("pledged", "committed", "disbursed", "year", "agreed_on"),
    ]

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        ordering = ["id"]
        constraints = [
            in_one_language_at_least("name", "funding_source_has_name"),
            sane("pledged", "committed", "disbursed", name="funding_amounts_are_sane"),
            models.CheckConstraint(
                condition=Q(disbursed__lte=F("committed")),
                name="funding_disbursed_within_committed",
                violation_error_message=_("More is disbursed than committed."),
            ),
            models.CheckConstraint(
                condition=Q(committed__lte=F("pledged")),
                name="funding_committed_within_pledged",
                violation_error_message=_("More is committed than pledged."),
            ),
        ]


@dataclass(frozen=True)
class Money:
    """The totals of a project in its currency; `budget` is None while there are no lines."""

    budget: Decimal | None
    pledged: Decimal
    committed: Decimal
    disbursed: Decimal

    @property
    def gap(self) -> Decimal | None:
        """What is not committed yet, never below zero; None without a budget."""
        return None if self.budget is None else max(self.budget - self.committed, NOTHING)

    @property
    def promised(self) -> Decimal:
        """Pledged but not committed yet."""
        return self.pledged - self.committed

    @property
    def to_be_paid(self) -> Decimal:
        """Committed but not disbursed yet."""
        return self.committed - self.disbursed

    @staticmethod
    def in_euros(amount: Decimal, project: "Project") -> Decimal | None:
        """An amount of a project in euros to the cent, halves up; None without a rate."""
        if project.currency == EURO:
            return amount
        if project.rate is None:
            return None
        return (amount / project.rate).quantize(CENT, ROUND_HALF_UP)


def money_of(project: "Project") -> Money:
    """The totals of a project, added in this process from its lines and sources."""
    lines, sources = list(project.budget_lines.all()), list(project.funding_sources.all())
    return Money(
        budget=sum((line.amount for line in lines), NOTHING) if lines else None,
        pledged=sum((source.pledged for source in sources), NOTHING),
        committed=sum((source.committed for source in sources), NOTHING),
        disbursed=sum((source.disbursed for source in sources), NOTHING),
    )
