"""A partnership of two sides: its stages and their history, its plan, tasks and signed memoranda."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.letters import in_each_language
from accounts.membership import private_storage
from accounts.models import AUDITED, AuditEntry, User
from cities.models import City, Topic, Twinning, in_active_language
from cities.romanised import plain_slug
from partnerships.interests.models import Interest, NotPossible, Party
from partnerships.interests.two_sides import TwoSides, TwoSidesQuerySet
from projects.models import Project

PARTNERSHIPS = "partnerships"
"""The name in cities.DataVersion that counts changes of partnerships."""


class PartnershipQuerySet(TwoSidesQuerySet["Partnership"]):
    """Queries over partnerships."""

    def living(self) -> PartnershipQuerySet:
        """Those that have not ended."""
        return self.exclude(stage=Partnership.Stage.ENDED)

    def public(self) -> PartnershipQuerySet:
        """Those that both sides show to everybody."""
        return self.filter(public_since__isnull=False)

    def at(self, city: City) -> PartnershipQuerySet:
        """Those of a city itself."""
        return self.filter(Q(one__city=city) | Q(other__city=city))

    def waiting_for(self, user: User) -> PartnershipQuerySet:
        """Claimed ones that a side of the person has to confirm."""
        mine = Party.objects.represented_by(user).values("pk")
        waiting = self.living().filter(confirmed_at=None).seen_by(user)
        return waiting.exclude(begun_for__in=mine)


class Partnership(TwoSides):
    """What two sides do together. One pair has one that has not ended, at most."""

    class Stage(models.TextChoices):
        """How far it is, in order."""

        EXPLORING = "exploring", _("exploring")
        NEGOTIATING = "negotiating", _("negotiating")
        MEMORANDUM = "memorandum", _("memorandum signed")
        ACTIVE = "active", pgettext_lazy("stage of a partnership", "active")
        ENDED = "ended", _("ended")

    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.EXPLORING)
    interest = models.ForeignKey(
        Interest,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("expression of interest"),
    )
    twinning = models.ForeignKey(
        Twinning,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("twinning"),
    )
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    begun_for = models.ForeignKey(
        Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("begun for the side")
    )
    confirmed_at = models.DateTimeField(
        _("confirmed"),
        null=True,
        blank=True,
        help_text=_("By the side that did not begin it. What grows of an accepted interest is confirmed."),
    )
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_step_on = models.DateField(_("next step until"), null=True, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    projects = models.ManyToManyField(
        Project, blank=True, related_name="partnerships", verbose_name=_("projects")
    )
    one_shows = models.BooleanField(_("the one side shows it"), default=False)
    other_shows = models.BooleanField(_("the other side shows it"), default=False)
    public_since = models.DateTimeField(
        _("public since"), null=True, blank=True, help_text=_("Set while both sides show it.")
    )
    is_demonstration = models.BooleanField(_("demonstration data"), default=False)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="partnership_sides_in_order"),
            models.UniqueConstraint(
                fields=["one", "other"], condition=~Q(stage="ended"), name="partnership_living_once_a_pair"
            ),
            models.CheckConstraint(
                condition=Q(public_since=None)
                | Q(one_shows=True, other_shows=True, confirmed_at__isnull=False),
                name="partnership_public_when_both_agree",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("desk-partnership", args=[self.pk])

    @property
    def slug(self) -> str:
        """The names of both sides as they stand in its public address."""
        names = [party.city.name if party.city else str(party.organisation) for party in self.parties]
        return plain_slug(" ".join(names), "partnership")

    @property
    def public_url(self) -> str:
        """The address of its page in the register."""
        return reverse("partnership", args=[self.pk, self.slug])

    @property
    def is_living(self) -> bool:
        """Whether it has not ended."""
        return self.stage != self.Stage.ENDED

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides stand by it."""
        return self.confirmed_at is not None

    @property
    def open_stages(self) -> list[Partnership.Stage]:
        """The stages it may come to now: any later one, or the one before."""
        if not self.is_living or not self.is_confirmed:
            return []
        order = list(self.Stage)
        at = order.index(self.Stage(self.stage))
        return [stage for place, stage in enumerate(order) if place >= at - 1 and place != at]

    @property
    def latest(self) -> int:
        """The number of the latest change: whoever sends something says which they have seen."""
        return self.changes.values_list("pk", flat=True).first() or 0

    def shown_by(self, party: Party) -> bool:
        """Whether a side shows it to everybody."""
        return self.one_shows if party.pk == self.one_id else self.other_shows

    def move(self, to: str, *, by: User, seen: int, note: str = "") -> None:
        """Bring it to another stage. Raises NotPossible, as all changes do, where somebody was faster."""
        from .telling import tell_of_stage

        with transaction.atomic():
            self._hold(seen)
            if to not in self.open_stages:
                raise NotPossible(
                    _("From “%(here)s” it cannot come to “%(there)s”.")
                    % {"here": self.get_stage_display(), "there": self.Stage(to).label}
                )
            self.stage = to
            self.save(update_fields=["stage"])
            self.record(PartnershipChange.What.STAGE, by, note)
            tell_of_stage(self, by, note)

    def confirm(self, *, by: User) -> None:
        """Stand by what the other side has claimed."""
        from .telling import tell_of_confirmation

        with transaction.atomic():
            self._hold_claim()
            self.confirmed_at = timezone.now()
            self.save(update_fields=["confirmed_at"])
            self.record(PartnershipChange.What.CONFIRMED, by)
            tell_of_confirmation(self, by)

    def refuse(self, *, by: User, note: str = "") -> None:
        """Not stand by what was claimed, or take the claim back."""
        from .telling import tell_of_confirmation

        with transaction.atomic():
            self._hold_claim()
            self.stage = self.Stage.ENDED
            self.save(update_fields=["stage"])
            self.record(PartnershipChange.What.REFUSED, by, note)
            tell_of_confirmation(self, by, note)

    def plan(
        self,
        *,
        by: User,
        seen: int,
        step: tuple[str, Any],
        topics: Sequence[Topic],
        projects: Sequence[Project],
    ) -> None:
        """Set the next step (what, until when), the topics and the projects."""
        with transaction.atomic():
            self._hold(seen)
            self._must_stand()
            self.next_step, self.next_step_on = step
            self.save(update_fields=["next_step", "next_step_on"])
            self.topics.set(topics)
            self.projects.set(projects)
            self.record(PartnershipChange.What.PLAN, by, self.next_step)

    def show(self, party: Party, shows: bool, *, by: User) -> None:
        """A side agrees to show it to everybody, or no longer does; it is public while both do."""
        from .telling import tell_of_showing

        with transaction.atomic():
            self._locked()
            if not self.is_confirmed:
                raise NotPossible(_("Both sides have to confirm the partnership first."))
            if self.shown_by(party) == shows:
                return
            setattr(self, "one_shows" if party.pk == self.one_id else "other_shows", shows)
            both = self.one_shows and self.other_shows
            self.public_since = timezone.now() if both else None
            self.save(update_fields=["one_shows", "other_shows", "public_since"])
            self.record(PartnershipChange.What.SHOWN if shows else PartnershipChange.What.HIDDEN, by)
            if shows:
                tell_of_showing(self, by)

    def sign(self, *, by: User, **memorandum: Any) -> Memorandum:
        """Keep a signed memorandum; before that stage, it brings the partnership there."""
        from .telling import tell_of_stage

        with transaction.atomic():
            self._locked()
            self._must_stand()
            kept = Memorandum.objects.create(partnership=self, uploaded_by=by, **memorandum)
            self.record(PartnershipChange.What.MEMORANDUM, by, kept.file_name)
            if self.stage in (self.Stage.EXPLORING, self.Stage.NEGOTIATING):
                self.stage = self.Stage.MEMORANDUM
                self.save(update_fields=["stage"])
                self.record(PartnershipChange.What.STAGE, by)
                tell_of_stage(self, by, "")
        return kept

    def add_task(self, **task: Any) -> PartnershipTask:
        """Add a task to the action plan."""
        with transaction.atomic():
            self._locked()
            self._must_stand()
            return self.tasks.create(**task)

    def record(self, what: str, by: User, note: str = "") -> None:
        """Add to its history, and to the audit log."""
        self.changes.create(what=what, by=by, stage=self.stage, note=note)
        AuditEntry.note(by, f"partnership {what}", self)

    def stage_label(self) -> dict[str, str]:
        """What its stage is called, by language."""
        return in_each_language(lambda: str(self.get_stage_display()))

    def _hold(self, seen: int) -> None:
        """Lock it until the transaction ends; raises NotPossible if it was changed since change `seen`."""
        self._locked()
        newer = self.changes.filter(pk__gt=seen).select_related("by").first()
        if newer is not None:
            raise NotPossible(
                _(
                    "%(who)s was faster: %(what)s. The stage is “%(stage)s” now. "
                    "Look at it as it stands, and send yours again if it still fits."
                )
                % {
                    "who": newer.by,
                    "what": newer.get_what_display(),
                    "stage": self.get_stage_display(),
                }
            )

    def _hold_claim(self) -> None:
        self._locked()
        if self.is_confirmed or not self.is_living:
            latest = self.changes.select_related("by").first()
            raise NotPossible(
                _("This is answered already: %(what)s, %(who)s.")
                % {"what": latest.get_what_display(), "who": latest.by}
                if latest
                else _("This is answered already.")
            )

    def _must_stand(self) -> None:
        if not self.is_living or not self.is_confirmed:
            raise NotPossible(_("Only a confirmed partnership that has not ended can be changed."))

    def _locked(self) -> None:
        """Take over the row as it is now; nobody else changes it before the transaction ends."""
        self.refresh_from_db(from_queryset=Partnership.objects.select_for_update(), fields=STATE)


STATE = ["stage", "confirmed_at", "one_shows", "other_shows", "public_since", "next_step", "next_step_on"]


class PartnershipChange(models.Model):
    """One change of a partnership. Only ever added to: the database refuses changes (see the migrations)."""

    class What(models.TextChoices):
        BEGUN = "begun", _("begun")
        CLAIMED = "claimed", _("claimed as a partnership")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("not confirmed")
        STAGE = "stage", _("stage changed")
        PLAN = "plan", _("plan changed")
        SHOWN = "shown", _("agreed to show it in public")
        HIDDEN = "hidden", _("no longer agreed to show it in public")
        MEMORANDUM = "memorandum", _("signed memorandum uploaded")

    SETTING_A_STAGE = (What.BEGUN, What.CLAIMED, What.STAGE, What.REFUSED)

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="changes", verbose_name=_("partnership")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    what = models.CharField(_("what"), max_length=12, choices=What)
    stage = models.CharField(_("stage afterwards"), max_length=12, choices=Partnership.Stage)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("change of a partnership")
        verbose_name_plural = _("changes of partnerships")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.partnership_id}: {self.get_what_display()}"


AUDITED.update({f"partnership {what}": what.label for what in PartnershipChange.What})


class PartnershipTask(models.Model):
    """A task of the action plan."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("partnership")
    )
    title_en = models.CharField(_("task in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("task in Ukrainian"), max_length=200, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    party = models.ForeignKey(
        Party,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
        help_text=_("Empty: both sides."),
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )

    class Meta:
        verbose_name = _("task of a partnership")
        verbose_name_plural = _("tasks of partnerships")
        ordering = [F("due").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title_en="", title_uk=""), name="task_says_something"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What is to be done, in the reader's language or in the one there is."""
        return in_active_language(self.title_en, self.title_uk)

    @property
    def is_late(self) -> bool:
        """Whether it was due and is not done."""
        return self.done_at is None and self.due is not None and self.due < timezone.localdate()

    def tick(self, done: bool, *, by: User) -> None:
        """Say that it is done, or is not after all."""
        self.done_at, self.done_by = (timezone.now(), by) if done else (None, None)
        self.save(update_fields=["done_at", "done_by"])


def memorandum_path(memorandum: Memorandum, name: str) -> str:
    """A random name: nobody can guess an address or smuggle one in."""
    return f"memoranda/{uuid4().hex}"


class Memorandum(models.Model):
    """A signed memorandum as it was uploaded; only the two sides get it."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="memoranda", verbose_name=_("partnership")
    )
    file = models.FileField(_("file"), upload_to=memorandum_path, storage=private_storage)
    file_name = models.CharField(_("file name"), max_length=150)
    type = models.CharField(_("file type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    signed_on = models.DateField(_("signed on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    reminded_at = models.DateTimeField(_("reminded of its end"), null=True, blank=True)

    class Meta:
        verbose_name = _("signed memorandum")
        verbose_name_plural = _("signed memoranda")
        ordering = ["-signed_on", "-id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("desk-partnership-memorandum", args=[self.partnership_id, self.pk])
