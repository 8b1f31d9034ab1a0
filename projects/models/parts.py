"""What a project needs, when what is done, what may go wrong, what is bought, what is new."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cities import nace
from cities.models import Topic

from .money import MoneyField, sane
from .texts import EARLIEST, LATEST, Bilingual, Part, date_field, in_one_language_at_least, of_project


class ProjectNeed(Part):
    """Something the project still lacks and others can give."""

    class Kind(models.TextChoices):
        FINANCE = "finance", _("finance")
        EXPERTISE = "expertise", _("expertise")
        EQUIPMENT = "equipment", _("equipment")
        PARTNER_CITY = "partner-city", _("partner city")
        CONTRACTOR = "contractor", _("contractor")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        TALKS = "talks", _("in talks")
        MET = "met", _("met")
        WITHDRAWN = "withdrawn", _("withdrawn")

    project = of_project("needs")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)
    note_en = models.TextField(_("note in English"), max_length=1000, blank=True)
    note_uk = models.TextField(_("note in Ukrainian"), max_length=1000, blank=True)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    division = models.CharField(
        _("activity of who can help"),
        max_length=2,
        blank=True,
        choices=nace.division_choices,
        help_text=_("A division of NACE Rev. 2 (in Ukraine KVED-2010)."),
    )
    amount = MoneyField(
        _("amount"), null=True, blank=True, help_text=_("What it would take, in the project's currency.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)

    title = Bilingual("title")
    note = Bilingual("note")
    HISTORY: ClassVar[list[str]] = [
        *("kind", "title_en", "title_uk", "note_en", "note_uk", "topic", "division", "amount", "state"),
    ]

    class Meta:
        verbose_name = _("need of a project")
        verbose_name_plural = _("needs of projects")
        ordering = ["id"]
        constraints = [
            in_one_language_at_least("title", "project_need_has_title"),
            sane("amount", name="project_need_amount_is_sane"),
        ]


class Milestone(Part):
    """A step: planned for a day, done on a day."""

    project = of_project("milestones")
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)
    due_on = date_field(_("planned for"), null=False, blank=False)
    done_on = date_field(_("done on"))

    title = Bilingual("title")
    HISTORY: ClassVar[list[str]] = ["title_en", "title_uk", "due_on", "done_on"]

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "id"]
        constraints = [
            in_one_language_at_least("title", "milestone_has_title"),
            models.CheckConstraint(
                condition=Q(due_on__range=(EARLIEST, LATEST)), name="milestone_due_is_sane"
            ),
        ]

    def clean(self) -> None:
        """What is done cannot lie ahead."""
        if self.done_on and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": _("What is done cannot lie ahead.")})

    def days_late(self, today: date) -> int:
        """How many days after the planned one it was done, or is not done yet; 0 if it is not late."""
        return max(((self.done_on or today) - self.due_on).days, 0)


class Risk(Part):
    """What may go wrong, how likely it is, and what is done about it."""

    NAME = "text"

    class Likelihood(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    project = of_project("risks")
    text_en = models.CharField(_("risk in English"), max_length=500, blank=True)
    text_uk = models.CharField(_("risk in Ukrainian"), max_length=500, blank=True)
    likelihood = models.CharField(
        _("likelihood"), max_length=6, choices=Likelihood, default=Likelihood.MEDIUM
    )
    mitigation_en = models.CharField(_("what is done about it, in English"), max_length=1000, blank=True)
    mitigation_uk = models.CharField(_("what is done about it, in Ukrainian"), max_length=1000, blank=True)

    text = Bilingual("text")
    mitigation = Bilingual("mitigation")
    HISTORY: ClassVar[list[str]] = ["text_en", "text_uk", "likelihood", "mitigation_en", "mitigation_uk"]

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["id"]
        constraints = [in_one_language_at_least("text", "risk_has_text")]


class Tender(Part):
    """A purchase for the project in an official procurement system."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        ACTIVE = "active", _("open for offers")
        AWARDED = "complete", _("awarded")
        UNSUCCESSFUL = "unsuccessful", _("unsuccessful")
        CANCELLED = "cancelled", _("cancelled")

    project = of_project("tenders")
    reference = models.CharField(
        _("reference"),
        max_length=100,
        help_text=_("As the procurement system has it, for instance UA-2026-05-12-000123-a."),
    )
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=300, blank=True)
    url = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("The https address in the official procurement system, for instance Prozorro or TED."),
    )
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.PLANNED)

    title = Bilingual("title")
    HISTORY: ClassVar[list[str]] = ["reference", "title_en", "title_uk", "url", "status"]

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        ordering = ["id"]
        constraints = [
            in_one_language_at_least("title", "tender_has_title"),
            models.UniqueConstraint(
                fields=["project", "reference"],
                name="tender_once_a_project",
                deferrable=models.Deferrable.DEFERRED,  # two may change places
                violation_error_message=_("This tender is listed already."),
            ),
        ]


class ProjectUpdate(Part):
    """What is new, on a day, by somebody."""

    NAME = "text"

    project = of_project("updates")
    on = date_field(_("day"), null=False, blank=False, default=timezone.localdate)
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    text_en = models.TextField(_("text in English"), max_length=3000, blank=True)
    text_uk = models.TextField(_("text in Ukrainian"), max_length=3000, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    text = Bilingual("text")
    HISTORY: ClassVar[list[str]] = ["on", "text_en", "text_uk"]

    class Meta:
        verbose_name = _("update of a project")
        verbose_name_plural = _("updates of projects")
        ordering = ["-on", "-id"]
        constraints = [in_one_language_at_least("text", "project_update_has_text")]

    def clean(self) -> None:
        """News tell what was."""
        if self.on and self.on > timezone.localdate():
            raise ValidationError({"on": _("The day of an update cannot lie ahead.")})
