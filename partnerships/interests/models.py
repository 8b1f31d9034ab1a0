"""Who can agree with whom, what one writes to the other, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Greatest, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.letters import in_each_language
from accounts.membership import State as MembershipState
from accounts.models import AUDITED, AuditEntry, User
from cities.models import City, Topic
from projects.models import Project, ProjectNeed

AUDITED.update(
    {
        "interest sent": _("expression of interest sent"),
        "interest accepted": _("expression of interest accepted"),
        "interest declined": _("expression of interest declined"),
        "interest withdrawn": _("expression of interest withdrawn"),
        "interest expired": _("expression of interest expired"),
        "party blocked": _("other side blocked"),
        "party unblocked": _("other side let in again"),
        "reported": _("reported to the administrators"),
        "conversation opened": _("opened what the two sides of a report wrote"),
        "conversation file opened": _("opened a file of a reported conversation"),
        "report closed": _("report closed"),
    }
)


NAMED_BY = ("city__country", "organisation__city__country")
"""What the name of a side is made of."""


class NotPossible(Exception):
    """The state has changed meanwhile, or never allowed this; the message says why, to a person."""


def named_by(*sides: str) -> list[str]:
    """What the names of some sides are made of, for select_related; the sides are fields of a row."""
    return [f"{side}__{part}" for side in sides for part in NAMED_BY]


class PartyQuerySet(models.QuerySet["Party"]):
    """Queries over sides."""

    def of(self, one: Any) -> Party:
        """The side that a city or an organisation is; made where there is none yet."""
        field = "city" if isinstance(one, City) else "organisation"
        return self.named().get(pk=self.get_or_create(**{field: one})[0].pk)

    def named(self) -> PartyQuerySet:
        """With what their names are made of."""
        return self.select_related(*NAMED_BY)

    def represented_by(self, user: User) -> PartyQuerySet:
        """Those that an approved membership of the person speaks for."""
        approved = {"user": user, "state": MembershipState.APPROVED}
        mayor = {f"city__mayors__{name}": value for name, value in approved.items()}
        member = {f"organisation__members__{name}": value for name, value in approved.items()}
        return self.filter(
            Q(pk__in=Party.objects.filter(**mayor).values("pk"))
            | Q(pk__in=Party.objects.filter(**member).values("pk"))
        )


class Party(models.Model):
    """A city or an organisation as one side of what two have with each other."""

    city = models.OneToOneField(
        City, on_delete=models.CASCADE, null=True, blank=True, related_name="party", verbose_name=_("city")
    )
    organisation = models.OneToOneField(
        "partnerships.Organisation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="party",
        verbose_name=_("organisation"),
    )
    list_known_since = models.DateTimeField(
        _("list known since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("What stood in its list of matches then is not told as new."),
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("side")
        verbose_name_plural = _("sides")
        constraints = [
            models.CheckConstraint(
                condition=Q(city__isnull=True) ^ Q(organisation__isnull=True), name="party_is_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.one.get_absolute_url()

    @property
    def one(self) -> Any:
        """The city or the organisation."""
        return self.city or self.organisation

    @property
    def name(self) -> str:
        """What it is called, in the reader's alphabet."""
        return self.city.display_name if self.city else str(self.organisation)

    @property
    def names(self) -> dict[str, str]:
        """What it is called, by language."""
        return in_each_language(lambda: self.name)

    @property
    def home(self) -> City:
        """The city it is, or is in."""
        found: City = self.city or self.one.city
        return found

    def members(self) -> Any:
        """The approved memberships of those who speak for it, the first one first."""
        memberships: Any = self.city.mayors if self.city else self.one.members
        return memberships.approved().filter(user__is_active=True).select_related("user").order_by("pk")

    def people(self) -> list[User]:
        """Those who speak for it."""
        return [one.user for one in self.members()]

    def is_represented_by(self, user: User) -> bool:
        """Whether the person speaks for it."""
        return Party.objects.represented_by(user).filter(pk=self.pk).exists()

    def has_blocked(self, other: Party) -> bool:
        """Whether it wants to hear nothing of the other."""
        return Block.objects.filter(by_party=self, party=other).exists()


def locked(*parties: Party) -> None:
    """Hold sides until the transaction ends, always in the same order: nobody else writes for them."""
    list(Party.objects.select_for_update().filter(pk__in=[one.pk for one in parties]).order_by("pk"))


WITH_SIDES = named_by("sender", "receiver")
"""What the names of both sides of an interest are made of."""


class InterestQuerySet(models.QuerySet["Interest"]):
    """Queries over expressions of interest."""

    def seen_by(self, user: User) -> InterestQuerySet:
        """Those of the sides that the person speaks for."""
        mine = Party.objects.represented_by(user).values("pk")
        return self.filter(Q(sender__in=mine) | Q(receiver__in=mine))

    def between(self, one: Party, other: Party) -> InterestQuerySet:
        """Those from one side to the other, whoever wrote."""
        return self.filter(Q(sender=one, receiver=other) | Q(sender=other, receiver=one))

    def open(self) -> InterestQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=Interest.State.SENT)

    def named(self) -> InterestQuerySet:
        """With all that a list shows of them."""
        return self.select_related(*WITH_SIDES, "by", "answered_by", "topic", "project", "need")


class Interest(models.Model):
    """What one side writes to another: that it would like to work together, and why."""

    VALID = timedelta(days=30)
    REMINDED_AFTER = timedelta(days=10)

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    class Why(models.TextChoices):
        """Why one declines: what the portal can learn from."""

        NOT_NOW = "not-now", _("not now")
        NOT_OUR_FIELD = "not-our-field", _("not our field")
        TOO_FAR = "too-far", _("too far")
        TOO_BUSY = "too-busy", _("too busy")

    sender = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("from"))
    receiver = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("to"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    reason = models.TextField(_("reason"), max_length=2000)
    topic = models.ForeignKey(
        Topic, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    project = models.ForeignKey(
        Project, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    need = models.ForeignKey(
        ProjectNeed,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("need of the project"),
    )
    score = models.FloatField(
        _("score"), null=True, blank=True, help_text=_("Of the pair when it was sent, 0 to 1.")
    )
    components = models.JSONField(
        _("components"), default=dict, blank=True, help_text=_("Their values when it was sent, 0 to 1.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    why = models.CharField(_("reason for declining"), max_length=15, choices=Why, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("expression of interest")
        verbose_name_plural = _("expressions of interest")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=models.F("receiver")), name="interest_in_another"),
            models.UniqueConstraint(
                Least("sender", "receiver"),
                Greatest("sender", "receiver"),
                condition=Q(state="sent"),
                name="interest_open_once_a_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="sent"), name="interests_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver}"

    def get_absolute_url(self) -> str:
        return reverse("interest", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == self.State.SENT

    @property
    def expires_in(self) -> timedelta:
        """The time left for an answer."""
        return self.expires_at - timezone.now()

    def other_side(self, party: Party) -> Party:
        """The side that is not this one."""
        return self.receiver if party.pk == self.sender_id else self.sender

    def accept(self, *, by: User, answer: str = "") -> None:
        """Say yes; the two can then talk. Raises NotPossible, as all changes of state do."""
        from partnerships.conversations.models import Conversation

        with transaction.atomic():
            self._answer(self.State.ACCEPTED, by, answer=answer)
            Conversation.objects.begin(self.sender, self.receiver)

    def decline(self, *, by: User, why: str, answer: str = "") -> None:
        """Say no, with one of Why."""
        self._answer(self.State.DECLINED, by, why=self.Why(why).value, answer=answer)

    def withdraw(self, *, by: User) -> None:
        """Take it back, while nobody has answered."""
        self._answer(self.State.WITHDRAWN, by)

    def expire(self) -> None:
        """Nobody answered in time."""
        self._answer(self.State.EXPIRED, None)

    def _answer(self, state: str, by: User | None, **said: str) -> None:
        from .telling import tell_of_answer

        with transaction.atomic():
            now = self._locked()
            if not now.is_open:
                raise NotPossible(now.too_late())
            self.state, self.answered_at, self.answered_by = state, timezone.now(), by
            for name, value in said.items():
                setattr(self, name, value)
            self.save(update_fields=["state", "answered_at", "answered_by", *said])
            AuditEntry.note(by, f"interest {state}", self)
            tell_of_answer(self)

    def _locked(self) -> Interest:
        """The row as it is now; nobody else changes it before the transaction ends."""
        return Interest.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=self.pk)

    def too_late(self) -> str:
        """A sentence for whoever comes after somebody else."""
        state = self.get_state_display()
        if self.answered_by is None:
            return _("This is not possible any more: the expression of interest is %(state)s.") % {
                "state": state
            }
        return _("Already answered by %(who)s: the expression of interest is %(state)s.") % {
            "who": self.answered_by,
            "state": state,
        }


class Block(models.Model):
    """A side that wants to hear nothing more of another."""

    by_party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="blocks", verbose_name=_("by"))
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("blocked"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["by_party", "party"], name="block_once_a_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.by_party} ✕ {self.party}"


class ReportQuerySet(models.QuerySet["Report"]):
    """Queries over reports."""

    def waiting(self) -> ReportQuerySet:
        """Those that nobody has closed, oldest first."""
        return self.filter(closed_at=None).order_by("at", "id")

    def named(self) -> ReportQuerySet:
        """With all that a list shows of them."""
        sides = [f"interest__{one}" for one in WITH_SIDES]
        return self.select_related(*sides, "by", "closed_by")


class Report(models.Model):
    """What somebody tells the administrators of an expression of interest or of the talk that followed."""

    interest = models.ForeignKey(
        Interest, on_delete=models.CASCADE, related_name="reports", verbose_name=_("expression of interest")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("what is wrong"), max_length=2000)
    at = models.DateTimeField(_("when"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    note = models.TextField(
        _("note"), max_length=2000, blank=True, help_text=_("What came of it. Only administrators read it.")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        permissions = [("read_reported", "Can read what was reported")]

    def __str__(self) -> str:
        return str(self.interest)

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.closed_at is None

    @property
    def waiting_days(self) -> int:
        """Full days since it came."""
        return (timezone.now() - self.at).days

    def open_texts(self, *, by: User) -> None:
        """Note in the log that a person reads what the two wrote. Raises NotPossible once it is closed."""
        with self._still_open():
            AuditEntry.note(by, "conversation opened", self.interest, report=self.pk)

    def open_file(self, name: str, *, by: User) -> None:
        """Note in the log that a person takes a file of the two. Raises NotPossible once it is closed."""
        with self._still_open():
            AuditEntry.note(by, "conversation file opened", self.interest, report=self.pk, file=name)

    def close(self, *, by: User, note: str) -> None:
        """Say what came of it; nobody reads the two any more by it. Raises NotPossible once it is closed."""
        with self._still_open():
            self.closed_at, self.closed_by, self.note = timezone.now(), by, note
            self.save(update_fields=["closed_at", "closed_by", "note"])
            AuditEntry.note(by, "report closed", self.interest, report=self.pk)

    @contextmanager
    def _still_open(self) -> Iterator[None]:
        with transaction.atomic():
            now = Report.objects.select_for_update(of=("self",)).select_related("closed_by").get(pk=self.pk)
            if not now.is_open:
                raise NotPossible(_("%(who)s has closed this report already.") % {"who": now.closed_by})
            yield
