"""Integrity declarations, their reviews, and organisations that may be the same."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.membership import State
from accounts.models import User

INTEGRITY = "integrity"
"""The name in cities.DataVersion that counts changes of declarations and their reviews."""

VALID = timedelta(days=365)


class Interest(models.TextChoices):
    """How a person owns or controls an organisation: codes of the Beneficial Ownership Data Standard 0.4."""

    SHAREHOLDING = "shareholding", _("shareholding")
    VOTING_RIGHTS = "votingRights", _("voting rights")
    APPOINTMENT_OF_BOARD = "appointmentOfBoard", _("right to appoint the board")
    SENIOR_MANAGING_OFFICIAL = "seniorManagingOfficial", _("senior managing official")
    PROFIT = "rightsToProfitOrIncome", _("rights to profit or income")
    CONTRACT = "rightsGrantedByContract", _("rights granted by contract")
    SETTLOR = "settlor", _("settlor of a trust")
    TRUSTEE = "trustee", _("trustee")
    PROTECTOR = "protector", _("protector of a trust")
    BENEFICIARY = "beneficiaryOfLegalArrangement", _("beneficiary of a trust")
    OTHER = "otherInfluenceOrControl", _("other influence or control")


IN_PER_CENT = (Interest.SHAREHOLDING, Interest.VOTING_RIGHTS)
"""Interests that are held in shares of a whole."""


class NoOwners(models.TextChoices):
    """Why no beneficial owner is named."""

    PUBLICLY_LISTED = "publicly-listed", _("its shares are traded on a regulated market")
    PUBLIC_BODY = "public-body", _("it is a public body, or belongs to one")
    NONE = "none", _("nobody owns or controls a quarter or more of it")
    NOT_KNOWN = "not-known", _("the owners cannot be found out or confirmed")


class Question(models.TextChoices):
    """What is answered by yes or no; the exclusion grounds are those of Directive 2014/24/EU, article 57."""

    CONFLICTS = "conflicts", _("Ties to mayors, councillors or officials of cities it wants to work with")
    SANCTIONS = "sanctions", _("On a sanctions list of the EU, the UN, the UK, the USA or Ukraine")
    CONVICTIONS = "convictions", _("Convictions")
    TAXES = "taxes", _("Taxes or social contributions unpaid")
    INSOLVENCY = "insolvency", _("Insolvency")
    MISCONDUCT = "misconduct", _("Grave professional misconduct")


class IntegrityDeclarationQuerySet(models.QuerySet["IntegrityDeclaration"]):
    """Queries over declarations."""

    def standing(self) -> "IntegrityDeclarationQuerySet":
        """Those of people who could speak for the organisation: members, or applicants approved since.

        What an applicant signed stands only while their own membership lasts.
        """
        from partnerships.models import OrganisationMember

        trusted = OrganisationMember.objects.filter(
            organisation=OuterRef("organisation"),
            user=OuterRef("signed_by"),
            state__in=[State.APPROVED, State.SUSPENDED],
        )
        return self.filter(Q(as_member=True) | Exists(trusted))

    def current(self) -> "IntegrityDeclarationQuerySet":
        """The latest standing one of each organisation."""
        newer = IntegrityDeclaration.objects.standing().filter(
            organisation=OuterRef("organisation"), pk__gt=OuterRef("pk")
        )
        return self.standing().filter(~Exists(newer))

    def with_outcome(self) -> "IntegrityDeclarationQuerySet":
        """With `outcome` and `reviewed_at` of the last review; both None where there was none."""
        last = IntegrityReview.objects.filter(declaration=OuterRef("pk"))
        return self.annotate(
            outcome=Subquery(last.values("outcome")[:1]), reviewed_at=Subquery(last.values("at")[:1])
        )

    def to_check(self) -> "IntegrityDeclarationQuerySet":
        """Current ones whose review is not finished and that are not out of date, oldest first."""
        unfinished = Q(outcome=None) | Q(outcome=IntegrityReview.Outcome.UNFINISHED)
        fresh = self.current().with_outcome().filter(unfinished, signed_at__gt=timezone.now() - VALID)
        return fresh.order_by("signed_at", "pk")

    def comparable_with(self, declaration: "IntegrityDeclaration") -> "IntegrityDeclarationQuerySet":
        """Earlier ones of its organisation that stand, or that the same person signed; the latest first."""
        earlier = self.filter(organisation=declaration.organisation_id, pk__lt=declaration.pk)
        standing = earlier.standing().values("pk")
        return earlier.filter(Q(pk__in=standing) | Q(signed_by=declaration.signed_by_id))

    def public_conflicts(self) -> "models.QuerySet[IntegrityDeclaration, dict[str, Any]]":
        """What everybody may know of conflicts of interest, the newest declaration first.

        Rows of organisation__name, organisation__slug, organisation__kind, has_conflicts, signed_at, outcome,
        reviewed_at: of organisations that an approved member represents.
        """
        from partnerships.models import OrganisationMember

        approved = OrganisationMember.objects.filter(
            organisation=OuterRef("organisation"), state=State.APPROVED
        )
        shown = self.current().with_outcome().filter(Exists(approved))
        declared = models.ExpressionWrapper(
            ~Q(**{f"answers__{Question.CONFLICTS.value}": ""}), output_field=models.BooleanField()
        )
        return (
            shown.annotate(has_conflicts=declared)
            .order_by("-pk")
            .values(
                *(f"organisation__{name}" for name in ("name", "slug", "kind")),
                *("has_conflicts", "signed_at", "outcome", "reviewed_at"),
            )
        )


class IntegrityDeclaration(models.Model):
    """What an organisation declared once, signed. Never changed: the database refuses it, see migrations.

    `answers` has every question: empty for no, the explanation for yes.
    """

    organisation = models.ForeignKey(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        related_name="integrity_declarations",
        verbose_name=_("organisation"),
    )
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    as_member = models.BooleanField(
        _("signed by an approved member"), help_text=_("Otherwise by somebody who applied to be one.")
    )
    no_owners = models.CharField(_("why no owner is named"), max_length=20, choices=NoOwners, blank=True)
    no_owners_note = models.CharField(_("explanation"), max_length=500, blank=True)
    answers = models.JSONField(_("answers"), default=dict)

    objects = IntegrityDeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("integrity declaration")
        verbose_name_plural = _("integrity declarations")
        ordering = ["-id"]
        indexes = [models.Index("organisation", F("id").desc(), name="declaration_latest")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.signed_at:%Y-%m-%d %H:%M}"

    @property
    def valid_until(self) -> date:
        """The last day before it is out of date."""
        return timezone.localdate(self.signed_at) + VALID

    @property
    def is_out_of_date(self) -> bool:
        """Whether it was signed too long ago."""
        return timezone.localdate() > self.valid_until


class BeneficialOwner(models.Model):
    """A person who in the end owns or controls an organisation, as a declaration has it. Never changed."""

    declaration = models.ForeignKey(
        IntegrityDeclaration,
        on_delete=models.CASCADE,
        related_name="owners",
        verbose_name=_("integrity declaration"),
    )
    name = models.CharField(_("full name"), max_length=200)
    country = models.CharField(_("country of residence"), max_length=2)
    interest = models.CharField(_("kind of ownership or control"), max_length=40, choices=Interest)
    share = models.DecimalField(
        _("share in per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    is_exposed = models.BooleanField(_("politically exposed person"))

    class Meta:
        verbose_name = _("beneficial owner")
        verbose_name_plural = _("beneficial owners")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class IntegrityReview(models.Model):
    """The checklist of a declaration as reviewers left it once; the last one holds. Never changed.

    `items`: {code of an item: {"state", "note", "by" (number of a user), "at" (ISO 8601)}}.
    """

    class Item(models.TextChoices):
        IDENTITY = "identity", _("Identity of the organisation in the register checked")
        AUTHORITY = "authority", _("Authority of the person checked")
        OWNERS = "owners", _("Beneficial owners compared with the register")
        SANCTIONS = "sanctions", _("Sanctions lists searched")
        CONFLICTS = "conflicts", _("Conflicts of interest read")
        EXCLUSION = "exclusion", _("Exclusion answers read")
        DUPLICATES = "duplicates", _("Possible duplicates looked at")

    class Mark(models.TextChoices):
        OPEN = "", _("not yet")
        DONE = "done", _("done")
        PROBLEM = "problem", _("problem")
        NOT_APPLICABLE = "not-applicable", _("not applicable")

    class Outcome(models.TextChoices):
        CHECKED = "checked", _("checked")
        PROBLEM = "problem", _("problem found")
        UNFINISHED = "unfinished", _("not finished")

    declaration = models.ForeignKey(
        IntegrityDeclaration,
        on_delete=models.CASCADE,
        related_name="reviews",
        verbose_name=_("integrity declaration"),
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    items = models.JSONField(_("checklist"))

    class Meta:
        verbose_name = _("review of an integrity declaration")
        verbose_name_plural = _("reviews of integrity declarations")
        ordering = ["-id"]
        indexes = [models.Index("declaration", F("id").desc(), name="integrity_review_latest")]

    def __str__(self) -> str:
        return f"{self.declaration}: {self.get_outcome_display()}"


class OrganisationIdentity(models.Model):
    """What organisations are compared by; written whenever one is saved, see `duplicates`."""

    organisation = models.OneToOneField(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="identity",
        verbose_name=_("organisation"),
    )
    country = models.CharField(_("country"), max_length=2)
    number = models.CharField(_("registration number"), max_length=50, blank=True)
    domains = ArrayField(models.CharField(max_length=253), verbose_name=_("web domains"), default=list)
    name = models.CharField(_("name without its legal form"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("identity of an organisation")
        verbose_name_plural = _("identities of organisations")
        indexes = [
            models.Index(fields=["country", "number"], condition=~Q(number=""), name="identity_number"),
            GinIndex(fields=["domains"], name="identity_domains"),
            GinIndex(OpClass(F("name"), name="gin_trgm_ops"), name="identity_name_trigrams"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class PossibleDuplicateQuerySet(models.QuerySet["PossibleDuplicate"]):
    """Queries over pairs of organisations that may be the same."""

    def open(self) -> "PossibleDuplicateQuerySet":
        """Pairs about which nobody has decided, of organisations that somebody represents or has applied to.

        The likeliest come first.
        """
        from partnerships.models import OrganisationMember

        shown = self.filter(decided_at=None)
        for side in ("first", "second"):
            handed_in = OrganisationMember.objects.filter(
                organisation=OuterRef(side), state__in=[State.SUBMITTED, State.APPROVED, State.SUSPENDED]
            )
            shown = shown.filter(Exists(handed_in))
        return shown.select_related("first__city", "second__city").order_by(
            "-same_number", "-same_domain", F("likeness").desc(nulls_last=True), "id"
        )

    def of(self, organisation: Any) -> "PossibleDuplicateQuerySet":
        """The pairs of one organisation."""
        return self.filter(Q(first=organisation) | Q(second=organisation))


class PossibleDuplicate(models.Model):
    """Two organisations that may be the same, and why; what a reviewer decided is kept."""

    NAMED_ALIKE: ClassVar[float] = 0.6

    first = models.ForeignKey(
        "partnerships.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name=_("one")
    )
    second = models.ForeignKey(
        "partnerships.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name=_("the other")
    )
    same_number = models.BooleanField(_("same registration number"), default=False)
    same_domain = models.BooleanField(_("same web domain"), default=False)
    likeness = models.FloatField(
        _("likeness of the names"), null=True, blank=True, help_text=_("From 0 to 1, by their trigrams.")
    )
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"
