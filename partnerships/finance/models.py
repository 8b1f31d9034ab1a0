"""What financial partners say of themselves, and the calls by which they may be asked for money."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import in_active_language
from partnerships.organisations.models import (
    OfOrganisation,
    OrganisationName,
    OrganisationProfile,
    OrganisationStatement,
    OrganisationVersion,
    name_indexes,
)

from . import money

FINANCE = "finance"
"""The name in cities.DataVersion that counts changes of financial partners."""

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class Institution(models.TextChoices):
    """What a financial partner is."""

    BANK = "bank", _("bank")
    DEVELOPMENT_BANK = "development-bank", _("development bank")
    FUND = "fund", _("fund")
    DONOR = "donor", _("donor")
    FOUNDATION = "foundation", _("foundation")
    AGENCY = "agency", _("development agency")
    GOVERNMENT = "government", _("government body")


class Scope(models.TextChoices):
    """Where a financial partner works. It is stated: an international one may have its seat in Kyiv."""

    DOMESTIC = "domestic", _("domestic: in one country")
    INTERNATIONAL = "international", _("international: in several countries")


class Instrument(models.TextChoices):
    """What a financial partner offers."""

    GRANT = "grant", _("grant")
    LOAN = "loan", _("loan")
    GUARANTEE = "guarantee", _("guarantee")
    EQUITY = "equity", _("equity")
    ASSISTANCE = "assistance", _("technical assistance")


class Applicants(models.TextChoices):
    """Who may apply."""

    CITIES = "cities", _("cities")
    BUSINESSES = "businesses", _("businesses")
    BOTH = "both", _("cities and businesses")


def topics_field() -> "ArrayField[Any, Any]":
    """Codes of cities.Topic; empty stands for all."""
    return ArrayField(
        models.SlugField(max_length=40, db_index=False),
        verbose_name=_("topics"),
        default=list,
        blank=True,
        help_text=_("None ticked stands for all topics."),
    )


class FinancialPartnerProfile(OrganisationProfile):
    """What a financial partner says of itself."""

    institution = models.CharField(_("kind of institution"), max_length=20, choices=Institution, blank=True)
    scope = models.CharField(
        _("domestic or international"),
        max_length=15,
        choices=Scope,
        blank=True,
        help_text=_("Where it works, not where its seat is."),
    )
    topics = topics_field()
    countries = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("countries where it works"),
        default=list,
        blank=True,
        help_text=_("ISO 3166-1 codes of countries."),
    )
    applicants = models.CharField(_("who may apply"), max_length=10, choices=Applicants, blank=True)
    ticket_from = money.SumField(_("smallest sum"), help_text=_("What one project gets at least."))
    ticket_to = money.SumField(_("largest sum"), help_text=_("What one project gets at most."))
    currency = money.CurrencyField(_("currency"), help_text=_("ISO 4217 code."))
    conditions_en = models.TextField(_("conditions in English"), max_length=2000, blank=True)
    conditions_uk = models.TextField(_("conditions in Ukrainian"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("profile of a financial partner")
        verbose_name_plural = _("profiles of financial partners")
        constraints = [
            models.CheckConstraint(condition=Q(ticket_from__lte=F("ticket_to")), name="finance_from_to"),
            models.CheckConstraint(
                condition=Q(ticket_from=None, ticket_to=None) | ~Q(currency=""), name="finance_currency"
            ),
        ]

    @property
    def conditions(self) -> str:
        """The conditions in the reader's language."""
        return in_active_language(self.conditions_en, self.conditions_uk)

    @property
    def ticket(self) -> str:
        """The sums one project gets, in words; empty where they are not stated."""
        return money.range_in_words(self.ticket_from, self.ticket_to, self.currency)

    def clean(self) -> None:
        """Raises ValidationError, by field, for what contradicts itself."""
        low, high = self.ticket_from, self.ticket_to
        errors = money.missing_currency({"ticket_from": low, "ticket_to": high}, self.currency)
        if low is not None and high is not None and low > high:
            errors["ticket_to"] = _("The largest sum is smaller than the smallest one.")
        if self.scope == Scope.DOMESTIC and len(self.countries) > 1:
            errors["scope"] = _("A domestic partner works in one country, and several are ticked.")
        if errors:
            raise ValidationError(errors)


class FinancialPartnerName(OrganisationName):
    """One of the names a financial partner is found by."""

    class Meta:
        verbose_name = _("name of a financial partner")
        verbose_name_plural = _("names of financial partners")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="finance_name_once"),
        ]
        indexes = name_indexes("finance_name")


class FinancialOffer(OrganisationStatement):
    """An instrument that a financial partner offers."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("offers")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.OFFER)
    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument)

    class Meta(OrganisationStatement.Meta):
        verbose_name = _("offer of a financial partner")
        verbose_name_plural = _("offers of financial partners")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "instrument"], name="finance_offer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_instrument_display()}"


class FundingCall(OfOrganisation):
    """A call for applications with a deadline: open until the end of that day, UTC."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        SOON = "soon", _("opens soon")
        CLOSED = "closed", _("closed")

    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)
    url = models.URLField(_("page of the call"), blank=True)
    opens = models.DateField(
        _("opens"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        help_text=_("Empty: it is open already."),
    )
    deadline = models.DateField(
        _("deadline"), validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    )
    topics = topics_field()
    stated_at = models.DateTimeField(_("stated first"), default=timezone.now, editable=False)
    amount = money.SumField(_("sum of the call"), help_text=_("What is shared out altogether."))
    currency = money.CurrencyField(_("currency"), help_text=_("ISO 4217 code."))

    class Meta:
        verbose_name = _("funding call")
        verbose_name_plural = _("funding calls")
        ordering = ["deadline", "title_en", "title_uk", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(opens__lte=F("deadline")), name="funding_call_opens_first"),
            models.CheckConstraint(condition=Q(amount=None) | ~Q(currency=""), name="funding_call_currency"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_active_language(self.title_en, self.title_uk)

    @property
    def sum_in_words(self) -> str:
        """The sum of the call; empty where it is not stated."""
        return money.in_words(self.amount, self.currency) if self.amount is not None else ""

    @property
    def status(self) -> "FundingCall.Status":
        """Whether one can apply today."""
        today = timezone.localdate()
        if self.deadline < today:
            return self.Status.CLOSED
        return self.Status.SOON if self.opens and self.opens > today else self.Status.OPEN

    def clean(self) -> None:
        """Raises ValidationError, by field, for what is missing or contradicts itself."""
        errors = money.missing_currency({"amount": self.amount}, self.currency)
        if not self.title:
            errors["title_en"] = _("A call needs a title in one language at least.")
        if self.opens and self.deadline and self.opens > self.deadline:
            errors["deadline"] = _("The deadline is before the day on which the call opens.")
        if errors:
            raise ValidationError(errors)


class FinancialPartnerVersion(OrganisationVersion):
    """A financial partner's profile as it was saved once, with its offers and calls; see `profile`."""

    class Meta(OrganisationVersion.Meta):
        verbose_name = _("version of a financial partner's profile")
        verbose_name_plural = _("versions of financial partners' profiles")
