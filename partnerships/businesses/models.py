"""What businesses say of themselves."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.membership import State
from cities import nace
from cities.editing import SavedVersion
from cities.models import in_active_language

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


class BusinessProfileQuerySet(models.QuerySet["BusinessProfile"]):
    """Queries over profiles of businesses."""

    def public(self) -> "BusinessProfileQuerySet":
        """Those of businesses that an approved member represents."""
        from partnerships.models import OrganisationMember

        approved = OrganisationMember.objects.filter(
            organisation=OuterRef("organisation"), state=State.APPROVED
        )
        return self.filter(Exists(approved))


class BusinessProfile(models.Model):
    """What a business says of itself: public, but for the contact, while an approved member represents it.

    Its name, city and registration number belong to the organisation: they were reviewed.
    """

    organisation = models.OneToOneField(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="business_profile",
        verbose_name=_("business"),
    )
    other_name = models.CharField(
        _("other name"),
        max_length=200,
        blank=True,
        help_text=_("A brand, or the name in Latin or Ukrainian letters: people find you by it."),
    )
    division = models.CharField(
        _("activity"),
        max_length=2,
        blank=True,
        choices=nace.division_choices,
        help_text=_("The division of NACE Rev. 2 (in Ukraine KVED-2010) of your main activity."),
    )
    summary_en = models.TextField(_("summary in English"), max_length=2000, blank=True)
    summary_uk = models.TextField(_("summary in Ukrainian"), max_length=2000, blank=True)
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
    languages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
        help_text=_("ISO 639-1 codes."),
    )
    certificates = models.CharField(
        _("certificates"),
        max_length=300,
        blank=True,
        help_text=_("For instance ISO 9001, HACCP, FSC; separated by commas."),
    )
    website = models.URLField(_("website"), blank=True)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )
    text_key = models.TextField(_("search key of all texts"), blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    objects = BusinessProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("business profile")
        verbose_name_plural = _("business profiles")
        indexes = [GinIndex(OpClass(F("text_key"), name="gin_trgm_ops"), name="business_text_trigrams")]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def summary(self) -> str:
        """The summary in the reader's language."""
        return in_active_language(self.summary_en, self.summary_uk)


class BusinessName(models.Model):
    """One of the names a business is found by."""

    organisation = models.ForeignKey(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        related_name="business_names",
        verbose_name=_("business"),
    )
    name = models.CharField(_("name"), max_length=200)
    key = models.CharField(
        _("search key"), max_length=800, help_text=_("In small Latin letters without accents.")
    )

    class Meta:
        verbose_name = _("name of a business")
        verbose_name_plural = _("names of businesses")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="business_name_once"),
        ]
        indexes = [
            models.Index(OpClass(F("key"), name="text_pattern_ops"), name="business_name_prefix"),
            GinIndex(OpClass(F("key"), name="gin_trgm_ops"), name="business_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class BusinessStatement(models.Model):
    """Something a business offers or seeks."""

    class Kind(models.TextChoices):
        NEED = "need", _("seeks")
        OFFER = "offer", _("offers")

    organisation = models.ForeignKey(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        related_name="business_statements",
        verbose_name=_("business"),
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    trade = models.CharField(_("type"), max_length=20, choices=Trade)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True)
    note_uk = models.CharField(_("note in Ukrainian"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("offer or need of a business")
        verbose_name_plural = _("offers and needs of businesses")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "trade"], name="business_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()} - {self.get_trade_display()}"

    @property
    def note(self) -> str:
        """The note in the reader's language."""
        return in_active_language(self.note_en, self.note_uk)


class BusinessVersion(SavedVersion):
    """The profile of a business as it was saved once, with what it offers and seeks; see `profile`."""

    organisation = models.ForeignKey(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        related_name="business_versions",
        verbose_name=_("business"),
    )

    class Meta(SavedVersion.Meta):
        verbose_name = _("version of a business profile")
        verbose_name_plural = _("versions of business profiles")

    def __str__(self) -> str:
        return f"{self.organisation}, {self.at:%Y-%m-%d %H:%M}"
