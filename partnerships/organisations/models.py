"""What the tables of businesses and of financial partners have in common."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.contacts import NamesAContact
from accounts.membership import State
from cities.editing import SavedVersion
from cities.models import in_active_language


class ProfileQuerySet(NamesAContact[Any]):
    """Queries over profiles of organisations."""

    def public(self) -> "ProfileQuerySet":
        """Those of organisations that an approved member represents."""
        from partnerships.models import OrganisationMember

        approved = OrganisationMember.objects.filter(
            organisation=OuterRef("organisation"), state=State.APPROVED
        )
        return self.filter(Exists(approved))


class OrganisationProfile(models.Model):
    """What an organisation says of itself: public but for the contact, while it has an approved member.

    Its name, city and registration number belong to the organisation: they were reviewed.
    """

    organisation = models.OneToOneField(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="%(class)s",
        verbose_name=_("organisation"),
    )
    other_name = models.CharField(
        _("other name"),
        max_length=200,
        blank=True,
        help_text=_("A brand, or the name in Latin or Ukrainian letters: people find you by it."),
    )
    summary_en = models.TextField(_("summary in English"), max_length=2000, blank=True)
    summary_uk = models.TextField(_("summary in Ukrainian"), max_length=2000, blank=True)
    languages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
        help_text=_("ISO 639-1 codes."),
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

    objects = ProfileQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def summary(self) -> str:
        """The summary in the reader's language."""
        return in_active_language(self.summary_en, self.summary_uk)


class OfOrganisation(models.Model):
    """A row that belongs to an organisation."""

    organisation = models.ForeignKey(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        related_name="%(class)ss",
        verbose_name=_("organisation"),
    )

    class Meta:
        abstract = True


class OrganisationName(OfOrganisation):
    """One of the names an organisation is found by."""

    name = models.CharField(_("name"), max_length=200)
    key = models.CharField(
        _("search key"), max_length=800, help_text=_("In small Latin letters without accents.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def name_indexes(prefix: str) -> list[models.Index]:
    """The indexes by which names are found."""
    return [
        models.Index(OpClass(F("key"), name="text_pattern_ops"), name=f"{prefix}_prefix"),
        GinIndex(OpClass(F("key"), name="gin_trgm_ops"), name=f"{prefix}_trigrams"),
    ]


class OrganisationStatement(OfOrganisation):
    """Something an organisation states, with a sentence about it in each language."""

    note_en = models.CharField(_("note in English"), max_length=300, blank=True)
    note_uk = models.CharField(_("note in Ukrainian"), max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]

    @property
    def note(self) -> str:
        """The note in the reader's language."""
        return in_active_language(self.note_en, self.note_uk)


class OrganisationVersion(OfOrganisation, SavedVersion):
    """The profile of an organisation as it was saved once, with all that is edited with it."""

    class Meta(SavedVersion.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.organisation}, {self.at:%Y-%m-%d %H:%M}"
