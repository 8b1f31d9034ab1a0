"""The project itself."""

from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, AuditEntry, User
from cities.models import City
from projects import codelists
from projects.querysets import ProjectQuerySet
from projects.signals import project_changed

from .history import ProjectChange
from .money import EURO, Money, check_rate, money_of
from .texts import Bilingual, Titled, date_field, in_one_language_at_least

AUDITED.update(
    {
        "project published": _("project published"),
        "project archived": _("project archived"),
        "project restored": _("project taken out of the archive"),
    }
)


class NotPossible(Exception):
    """A change of state that the project's state does not allow; `reasons` are sentences for people."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def not_before(start: str, end: str, name: str, message: Any) -> models.CheckConstraint:
    """That a period does not end before it starts; open ends are allowed."""
    return models.CheckConstraint(
        condition=Q(**{f"{start}__isnull": True})
        | Q(**{f"{end}__isnull": True})
        | Q(**{f"{end}__gte": F(start)}),
        name=name,
        violation_error_message=message,
    )


class Project(Titled):
    """What a city builds or restores. Amounts are in its currency; see `money_of` for the totals.

    Published ones are open to everybody, with every change since; archived ones stay open, with a banner.
    """

    ADDRESS = "project"

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    class Interests(models.TextChoices):
        NONE = "none", _("no conflict of interest")
        DECLARED = "declared", _("a conflict of interest is declared")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="projects", verbose_name=_("city"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    summary_en = models.TextField(_("summary in English"), max_length=3000, blank=True)
    summary_uk = models.TextField(_("summary in Ukrainian"), max_length=3000, blank=True)
    sectors = ArrayField(
        models.CharField(max_length=40, choices=codelists.sectors),
        verbose_name=_("sectors"),
        default=list,
        blank=True,
    )
    type = models.CharField(_("type of works"), max_length=20, choices=codelists.types, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=codelists.statuses, blank=True)
    goals = ArrayField(
        models.PositiveSmallIntegerField(choices=codelists.goals),
        verbose_name=_("Sustainable Development Goals"),
        default=list,
        blank=True,
    )
    address_en = models.CharField(_("address in English"), max_length=300, blank=True)
    address_uk = models.CharField(_("address in Ukrainian"), max_length=300, blank=True)
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north, as 49.8397."),
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east, as 24.0297."),
    )
    beneficiaries = models.PositiveIntegerField(
        _("number of beneficiaries"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100_000_000)],
        help_text=_("How many people are better off by it."),
    )
    beneficiaries_en = models.CharField(_("who benefits, in English"), max_length=300, blank=True)
    beneficiaries_uk = models.CharField(_("who benefits, in Ukrainian"), max_length=300, blank=True)
    planned_start = date_field(_("planned start"))
    planned_end = date_field(_("planned end"))
    actual_start = date_field(_("actual start"))
    actual_end = date_field(_("actual end"))

    currency = models.CharField(
        _("currency"), max_length=3, choices=codelists.currency_choices, default="UAH"
    )
    budget_is_unknown = models.BooleanField(
        _("the budget is not yet known"), default=False, help_text=_("Tick it where there are no lines yet.")
    )
    rate = models.DecimalField(
        _("units of the currency for one euro"),
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[check_rate],
        help_text=_("As a central bank publishes it, for instance 48.5021."),
    )
    rate_on = date_field(_("day of the rate"))
    rate_source = models.CharField(
        _("source of the rate"),
        max_length=100,
        blank=True,
        help_text=_("For instance National Bank of Ukraine."),
    )

    interests = models.CharField(_("conflict of interest"), max_length=10, choices=Interests, blank=True)
    interests_en = models.TextField(_("statement in English"), max_length=2000, blank=True)
    interests_uk = models.TextField(_("statement in Ukrainian"), max_length=2000, blank=True)
    interests_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stated by")
    )
    interests_at = models.DateTimeField(_("stated"), null=True, blank=True)

    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("Counts what was saved; see the history.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, help_text=_("Empty: never.")
    )
    approved_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )

    objects = ProjectQuerySet.as_manager()

    summary = Bilingual("summary")
    address = Bilingual("address")
    who_benefits = Bilingual("beneficiaries")
    interests_text = Bilingual("interests")

    HISTORY: ClassVar[list[str]] = [
        *("title_en", "title_uk", "summary_en", "summary_uk", "sectors", "type", "status", "goals"),
        *("address_en", "address_uk", "latitude", "longitude"),
        *("beneficiaries", "beneficiaries_en", "beneficiaries_uk"),
        *("planned_start", "planned_end", "actual_start", "actual_end"),
        *("currency", "budget_is_unknown", "rate", "rate_on", "rate_source"),
        *("interests", "interests_en", "interests_uk"),
    ]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-id"]
        constraints = [
            in_one_language_at_least("title", "project_has_title"),
            not_before(
                "planned_start",
                "planned_end",
                "project_planned_period",
                _("The planned end is before the planned start."),
            ),
            not_before(
                "actual_start",
                "actual_end",
                "project_actual_period",
                _("The actual end is before the actual start."),
            ),
            models.CheckConstraint(
                condition=Q(actual_end__isnull=True) | Q(actual_start__isnull=False),
                name="project_ended_after_it_started",
                violation_error_message=_("A project that has ended has an actual start too."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="project_on_earth",
                violation_error_message=_("A place needs both latitude and longitude, in degrees."),
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=True, rate_on__isnull=True)
                | Q(rate__isnull=False, rate__gt=0, rate_on__isnull=False),
                name="project_rate_with_day",
                violation_error_message=_("State the rate together with its day."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="project_published_since",
            ),
        ]
        indexes = [models.Index(fields=["city", "state"], name="project_of_city")]

    def clean(self) -> None:
        """What no constraint can say: nothing actual lies ahead; a euro needs no rate."""
        today = timezone.localdate()
        for name in ("actual_start", "actual_end"):
            if (day := getattr(self, name)) and day > today:
                raise ValidationError({name: _("An actual date cannot lie ahead.")})
        if self.rate is not None and self.currency == EURO:
            raise ValidationError({"rate": _("Amounts in euros need no rate.")})
        if self.rate is not None and self.rate_on and self.rate_on > today:
            raise ValidationError({"rate_on": _("The day of a rate cannot lie ahead.")})
        if self.interests == self.Interests.DECLARED and not (self.interests_en or self.interests_uk):
            raise ValidationError({"interests_en": _("Say which conflict of interest there is.")})

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it: published, or archived after it was."""
        return self.published_at is not None

    @cached_property
    def money(self) -> Money:
        """Its totals now: two queries, none where budget lines and funding are prefetched."""
        return money_of(self)

    def in_euros(self, amount: Decimal) -> Decimal | None:
        """An amount in euros to the cent, halves up; None without a rate."""
        return Money.in_euros(amount, self)

    def lacks(self) -> list[str]:
        """What stands in the way of publishing, a sentence each."""
        wanted = [
            (self.title, _("A title in one language at least.")),
            (self.summary, _("A summary in one language at least.")),
            (self.sectors, _("A sector at least.")),
            (self.status, _("The status.")),
            (
                self.budget_is_unknown or self.budget_lines.exists(),
                _("A budget, or that it is not yet known."),
            ),
            (self.interests, _("A statement on conflicts of interest.")),
        ]
        return [str(text) for given, text in wanted if not given]

    def publish(self, *, by: User | None) -> None:
        """Open it to everybody. Raises NotPossible, with what it lacks."""
        self._change("project published", by, {self.State.DRAFT}, self.State.PUBLISHED)

    def archive(self, *, by: User | None) -> None:
        """Close it to changes; a published one stays open to everybody. Raises NotPossible."""
        since = {self.State.DRAFT, self.State.PUBLISHED}
        self._change("project archived", by, since, self.State.ARCHIVED)

    def restore(self, *, by: User | None) -> None:
        """Make it what it was before it was archived. Raises NotPossible."""
        to = self.State.PUBLISHED if self.is_public else self.State.DRAFT
        self._change("project restored", by, {self.State.ARCHIVED}, to)

    def _change(self, action: str, by: User | None, since: set[Any], to: str) -> None:
        with transaction.atomic():
            before = Project.objects.select_for_update(of=("self",)).get(pk=self.pk)
            self._check(before, since, to)
            now = timezone.now()
            self.state, self.version, self.updated_at = to, before.version + 1, now
            changed = ["state", "version", "updated_at"]
            if to == self.State.PUBLISHED and not before.is_public:
                self.published_at, self.approved_by = now, by
                changed += ["published_at", "approved_by"]
            self.save(update_fields=changed)
            ProjectChange.objects.create(
                project=self, version=self.version, at=now, by=by, part="project", field="state",
                old=before.state, new=to, is_public=self.is_public,
            )  # fmt: skip
            AuditEntry.note(by, action, self, before=before.state, after=to)
            project_changed.send(sender=Project, project=self, by=by)

    def _check(self, before: "Project", since: set[Any], to: str) -> None:
        if before.state not in since:
            self.state = before.state
            text = _("This is not possible any more: the project is %(state)s.")
            raise NotPossible([str(text) % {"state": before.get_state_display()}])
        if to == self.State.PUBLISHED and (lacks := before.lacks()):
            raise NotPossible(lacks)
