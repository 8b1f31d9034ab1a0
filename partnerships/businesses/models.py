"""What businesses say of themselves."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cities import nace
from partnerships.organisations.models import (
    OrganisationName,
    OrganisationProfile,
    OrganisationStatement,
    OrganisationVersion,
    name_indexes,
)

BUSINESSES = "businesses"
"""The name in cities.DataVersion that counts changes of businesses."""


class SizeBand(models.TextChoices):
    """How many people work for a business: the bands of the European Union."""

    MICRO = "micro", _("1 to 9 people")
    SMALL = "small", _("10 to 49 people")
    MEDIUM = "medium", _("50 to 249 people")
    LARGE = "large", _("250 people or more")


class Trade(models.TextChoices):
    """What a business can offer or seek."""

    PRODUCT = "product", _("product")
    SERVICE = "service", _("service")
    SUBCONTRACTING = "subcontracting", _("subcontracting")
    DISTRIBUTION = "distribution", _("distribution")
    JOINT_VENTURE = "joint-venture", _("joint venture")
    INVESTMENT = "investment", _("investment")
    TECHNOLOGY = "technology", _("technology")
    PUBLIC_TENDER = "public-tender", _("public tender partner")


class BusinessProfile(OrganisationProfile):
    """What a business says of itself."""

    activity = models.CharField(
        _("activity"),
        max_length=5,
        blank=True,
        choices=nace.activity_choices,
        help_text=_("Class, group or division of NACE Rev. 2 (in Ukraine KVED-2010) of your main activity."),
    )
    size = models.CharField(_("size"), max_length=10, choices=SizeBand, blank=True)
    founded = models.PositiveSmallIntegerField(
        _("founded"), null=True, blank=True, validators=[MinValueValidator(1000), MaxValueValidator(2100)]
    )
    markets = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("export markets"),
        default=list,
        blank=True,
        help_text=_("ISO 3166-1 codes of countries."),
    )
    certificates = models.CharField(
        _("certificates"),
        max_length=300,
        blank=True,
        help_text=_("For instance ISO 9001, HACCP, FSC; separated by commas."),
    )
    text_vectors = models.BinaryField(_("texts as numbers"), null=True, editable=False)

    class Meta:
        verbose_name = _("business profile")
        verbose_name_plural = _("business profiles")


class BusinessName(OrganisationName):
    """One of the names a business is found by."""

    class Meta:
        verbose_name = _("name of a business")
        verbose_name_plural = _("names of businesses")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="business_name_once"),
        ]
        indexes = name_indexes("business_name")


class BusinessStatement(OrganisationStatement):
    """Something a business offers or seeks."""

    class Kind(models.TextChoices):
        NEED = "need", _("seeks")
        OFFER = "offer", _("offers")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    trade = models.CharField(_("type"), max_length=20, choices=Trade)

    class Meta(OrganisationStatement.Meta):
        verbose_name = _("offer or need of a business")
        verbose_name_plural = _("offers and needs of businesses")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "trade"], name="business_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()} - {self.get_trade_display()}"


class BusinessChange(models.Model):
    """Which businesses changed in which transaction last, noted by triggers; 0 for all of them at once.

    So a copy in memory is renewed without reading everything: see `directory`.
    """

    organisation_id = models.BigIntegerField(_("business"), primary_key=True)
    xact = models.BigIntegerField(_("transaction"), db_index=True)

    class Meta:
        verbose_name = _("change of a business")
        verbose_name_plural = _("changes of businesses")

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.xact}"


class BusinessVersion(OrganisationVersion):
    """The profile of a business as it was saved once, with what it offers and seeks; see `profile`."""

    class Meta(OrganisationVersion.Meta):
        verbose_name = _("version of a business profile")
        verbose_name_plural = _("versions of business profiles")
