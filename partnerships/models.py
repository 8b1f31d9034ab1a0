"""Organisations and who represents them; scored pairs of cities, their runs, the outbox of scoring jobs."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.jobs import Job
from accounts.membership import Membership, MembershipQuerySet
from accounts.models import User
from cities.addressed import Addressed
from cities.models import City
from cities.romanised import free_slug, plain_slug

from .businesses.models import (
    BusinessChange,
    BusinessName,
    BusinessProfile,
    BusinessStatement,
    BusinessVersion,
)
from .city_invitations.models import CityInvitation
from .conversations.models import Attachment, Conversation, LastRead, Message
from .discoveries.models import Discovery
from .finance.models import (
    FinancialOffer,
    FinancialPartnerName,
    FinancialPartnerProfile,
    FinancialPartnerVersion,
    FundingCall,
)
from .integrity.models import (
    BeneficialOwner,
    IntegrityDeclaration,
    IntegrityReview,
    OrganisationIdentity,
    PossibleDuplicate,
)
from .interests.models import Block, Interest, Party, Report
from .invitations.models import BusinessImport, BusinessInvitation
from .matching.topk import DEFAULT_K
from .papers.models import Paper
from .partnership.models import Memorandum, Partnership, PartnershipChange, PartnershipTask
from .rounds.models import MatchingRound, RoundPair

__all__ = [
    "Attachment",
    "BeneficialOwner",
    "Block",
    "BusinessChange",
    "BusinessImport",
    "BusinessInvitation",
    "BusinessJob",
    "BusinessMatch",
    "BusinessName",
    "BusinessProfile",
    "BusinessRun",
    "BusinessStatement",
    "BusinessVersion",
    "CityInvitation",
    "CityMatch",
    "Conversation",
    "Discovery",
    "FinancialOffer",
    "FinancialPartnerName",
    "FinancialPartnerProfile",
    "FinancialPartnerVersion",
    "FundingCall",
    "IntegrityDeclaration",
    "IntegrityReview",
    "Interest",
    "LastRead",
    "MatchRun",
    "MatchingRound",
    "Memorandum",
    "Message",
    "Organisation",
    "OrganisationIdentity",
    "OrganisationMember",
    "Paper",
    "Partnership",
    "PartnershipChange",
    "PartnershipTask",
    "Party",
    "PossibleDuplicate",
    "Report",
    "RoundPair",
    "ScoringJob",
    "SpreadMatch",
    "SpreadingJob",
    "WeightsPreview",
]

MATCHES = "matches"
"""The name in cities.DataVersion that counts changes of matches."""


class RealField(models.FloatField):
    """A float of four bytes: scores are computed to no more, and there are millions of them."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "real"


class Run(models.Model):
    """One scoring of all against all, and how far it is."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    total = models.PositiveIntegerField(_("cities to score"), default=0)
    done = models.PositiveIntegerField(_("cities scored"), default=0)
    matches = models.PositiveIntegerField(_("matches kept"), default=0)
    error = models.TextField(_("error"), blank=True)
    weights = models.JSONField(
        _("weights"), default=dict, blank=True, help_text=_("By component; empty: the default ones.")
    )
    matcher = models.CharField(
        _("matcher"), max_length=16, blank=True, help_text=_("Which version of the matcher made the matches.")
    )

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_running(self) -> bool:
        """Whether it is at work, as far as the database knows."""
        return self.state == self.State.RUNNING

    @property
    def is_storing(self) -> bool:
        """Whether all cities are scored and the matches are being put in the place of the old ones."""
        return self.is_running and 0 < self.total == self.done

    @property
    def percent(self) -> int:
        """How much is scored, 0 to 100."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def duration(self) -> timedelta:
        """The time from the start to the end, or to the last sign of life."""
        return (self.finished_at or self.heartbeat_at) - self.started_at

    @property
    def rate(self) -> float:
        """Cities scored a second."""
        return self.done / (self.duration.total_seconds() or 1)

    @property
    def remaining(self) -> timedelta | None:
        """The time it will still take at the rate so far; None while that cannot be told."""
        if not self.is_running or not self.done:
            return None
        return timedelta(seconds=round((self.total - self.done) / self.rate))


class MatchRun(Run):
    """One scoring of all cities against all cities.

    changed and overlap, a mean share, compare the top tens of member cities with those before the run; None
    where there were none.
    """

    changed = models.PositiveIntegerField(
        _("lists that changed"),
        null=True,
        blank=True,
        help_text=_("Top tens of member cities, as scored, that are not what they were before the run."),
    )
    overlap = models.FloatField(_("mean overlap"), null=True, blank=True)

    class Meta(Run.Meta):
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")


class BusinessRun(Run):
    """One scoring of all businesses against all businesses."""

    class Meta(Run.Meta):
        verbose_name = _("match run of businesses")
        verbose_name_plural = _("match runs of businesses")


class ProposedPartner(models.Model):
    """A place in a list of partners. `components` follow those of the matcher; NaN means unknown.

    Lists are made anew as a whole, so nothing refers to a place, and it has no constraints to other tables.
    """

    score = RealField(_("score"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    components = ArrayField(RealField(), verbose_name=_("components"))

    class Meta:
        abstract = True


class ProposedCity(ProposedPartner):
    """A place in a city's list."""

    city_id: int
    partner = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("proposed partner"),
    )  # fmt: skip

    class Meta:
        abstract = True
        ordering = ["city_id", "rank"]

    def __str__(self) -> str:
        return f"{self.city_id} {self.rank}: {self.partner_id}"


class CityMatch(ProposedCity):
    """A proposed partner of a city, in the order of the scores.

    The columns stand in an order that leaves no gaps between them on disk. A run replaces the whole table
    (see `match_table`).
    """

    LAST_RANK = DEFAULT_K

    pk = models.CompositePrimaryKey("city_id", "rank")
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="matches", db_constraint=False, db_index=False,
        verbose_name=_("city"),
    )  # fmt: skip

    class Meta(ProposedCity.Meta):
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes = [
            models.Index(fields=["partner"], name="match_partner"),
            models.Index(
                fields=["city"], include=["score", "partner"], condition=Q(rank=DEFAULT_K), name="match_last"
            ),
        ]


class SpreadMatch(ProposedCity):
    """A place in the top ten of a member city, so spread that no city stands in too many: see `spreading`."""

    LAST_RANK = 10

    pk = models.CompositePrimaryKey("city_id", "rank")
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="spread_matches", db_constraint=False, db_index=False,
        verbose_name=_("city"),
    )  # fmt: skip

    class Meta(ProposedCity.Meta):
        verbose_name = _("spread match")
        verbose_name_plural = _("spread matches")


class WeightedJob(Job):
    """A job that is done with weights of the components."""

    weights = models.JSONField(
        _("weights"), null=True, blank=True, help_text=_("Empty: those of the last finished run.")
    )

    class Meta(Job.Meta):
        abstract = True


class ScoringJob(WeightedJob):
    """Something changed in a city, or in many."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("city"),
        help_text=_("Empty: all cities."),
    )  # fmt: skip

    class Meta(WeightedJob.Meta):
        verbose_name = _("scoring job")
        verbose_name_plural = _("scoring jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["city"], condition=Q(state="pending", attempts=0), nulls_distinct=False,
                name="scoring_job_pending_once",
            ),
        ]  # fmt: skip


class SpreadingJob(Job):
    """Matches changed, so the top tens of member cities have to be spread anew: see `spreading`."""

    due_at = models.DateTimeField(
        _("due"), help_text=_("Put off while more changes, so that many are followed by one spreading.")
    )

    class Meta(Job.Meta):
        verbose_name = _("spreading job")
        verbose_name_plural = _("spreading jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="pending", attempts=0), name="spreading_job_pending_once"
            ),
        ]


class WeightsPreview(WeightedJob):
    """What other weights would change in the top tens of member cities: asked for, then worked out.

    changed: how many lists differ. changes: the most different of them, see `weights_previewing`. overlap, a
    share, and correlation are means over all lists.
    """

    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )
    total = models.PositiveIntegerField(_("lists to compare"), default=0)
    compared = models.PositiveIntegerField(_("lists compared"), default=0)
    changed = models.PositiveIntegerField(_("lists that change"), default=0)
    overlap = models.FloatField(_("mean overlap"), null=True)
    correlation = models.FloatField(_("mean rank correlation"), null=True)
    changes = models.JSONField(_("changes"), default=list)
    seconds = models.FloatField(_("seconds of work"), null=True)

    class Meta(WeightedJob.Meta):
        verbose_name = _("preview of weights")
        verbose_name_plural = _("previews of weights")
        constraints = [
            models.UniqueConstraint(
                fields=["weights"], condition=Q(state="pending"), name="weights_preview_pending_once"
            ),
        ]

    @property
    def percent(self) -> int:
        """How much is compared, 0 to 100."""
        return 100 * self.compared // self.total if self.total else 0


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Queries over organisations."""

    def same_as(self, kind: str, city: City, name: str, registration_number: str) -> "OrganisationQuerySet":
        """Those that are surely the same: of one country and number, or of one city and name."""
        number = registration_number.strip()
        same = Q(city=city, name__iexact=name.strip())
        if number:
            same |= Q(city__country=city.country_id, registration_number__iexact=number)
        return self.filter(same, kind=kind).order_by("id")


class Organisation(Addressed):
    """A business or a financial partner. Public once somebody who represents it is approved."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("business")
        FINANCIAL_PARTNER = "financial-partner", _("financial partner")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200, help_text=_("As it is registered."))
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Made of the name. Never changes once it is public, so that links keep working."),
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("city")
    )
    website = models.URLField(_("website"), blank=True)
    registration_number = models.CharField(
        _("registration number"),
        max_length=50,
        blank=True,
        help_text=_("In the national register: in Ukraine the EDRPOU code."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(self.kind, args=[self.slug])

    def plain_address(self) -> str:
        """Its name in Latin letters."""
        return plain_slug(self.name, self.kind)

    def free_slug(self) -> str:
        """Its name in Latin letters; with a number where others are called the same."""
        return free_slug(self.name, Organisation.objects.exclude(pk=self.pk), self.kind)

    def is_run_by_others(self, user: Any) -> bool:
        """Whether somebody but this person represents it or has applied to."""
        return bool(self.pk) and self.members.exclude(user=user).exists()


class OrganisationMember(Membership):
    """A person who represents a business or a financial partner."""

    REPRESENTED = "organisation"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="members", verbose_name=_("organisation")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative of an organisation")
        verbose_name_plural = _("representatives of organisations")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="member_once_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name or self.user}, {self.organisation}"

    @property
    def kind(self) -> str:
        """The word in addresses."""
        return self.organisation.kind

    @property
    def website(self) -> str:
        """The organisation's website."""
        return self.organisation.website

    @property
    def vouched(self) -> str:
        """Which city invited the organisation by a letter that this person had."""
        found = BusinessInvitation.objects.filter(membership=self).select_related("city").first()
        if found is None:
            return ""
        return _(
            "Invited by the city of %(city)s; the person opened the secret link of the letter to %(email)s."
        ) % {
            "city": found.city.display_name,
            "email": found.email,
        }


class BusinessMatch(ProposedPartner):
    """A proposed partner of a business, in the order of the scores; a run replaces the whole table."""

    LAST_RANK = DEFAULT_K

    pk = models.CompositePrimaryKey("business_id", "rank")
    business = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="matches", db_constraint=False, db_index=False,
        verbose_name=_("business"),
    )  # fmt: skip
    partner = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("proposed partner"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("match of a business")
        verbose_name_plural = _("matches of businesses")
        ordering = ["business_id", "rank"]
        indexes = [
            models.Index(fields=["partner"], name="business_match_partner"),
            models.Index(
                fields=["business"], include=["score", "partner"], condition=Q(rank=DEFAULT_K),
                name="business_match_last",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.business_id} {self.rank}: {self.partner_id}"


class BusinessJob(WeightedJob):
    """Something changed in a business, or in many."""

    business = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        db_constraint=False,  # that a business is gone is scored too
        verbose_name=_("business"), help_text=_("Empty: all businesses."),
    )  # fmt: skip

    class Meta(WeightedJob.Meta):
        verbose_name = _("scoring job of businesses")
        verbose_name_plural = _("scoring jobs of businesses")
        constraints = [
            models.UniqueConstraint(
                fields=["business"], condition=Q(state="pending", attempts=0), nulls_distinct=False,
                name="business_job_pending_once",
            ),
        ]  # fmt: skip
