"""Matching rounds: many cities get partners at once, under capacities; an administrator decides on them.

A round in the state "solving" is its own outbox row: it waits for the worker (see `round_solving`). Every
change of state locks the row first, so that of two clicks the second finds the work done and is told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.hints import hint
from accounts.models import AUDITED, AuditEntry, User
from cities.models import City, in_active_language
from cities.querysets import CityQuerySet

MOST_PARTNERS = 20
MOST_CAPACITY = 1000

AUDITED.update(
    {
        "round solve": _("asked for the matching round to be solved"),
        "round reopen": _("opened the matching round for changes"),
        "round exclude": _("excluded pairs from the matching round"),
        "round readmit": _("allowed pairs of the matching round again"),
        "round publish": _("published the matching round"),
        "round discard": _("discarded the matching round"),
    }
)


class RoundNotPossible(Exception):
    """The round's state has changed meanwhile, or never allowed this."""

    def __init__(self, found: MatchingRound) -> None:
        super().__init__(f"{found}: {found.state}")
        self.round = found

    @property
    def message(self) -> str:
        """A sentence for the person who was late."""
        state = self.round.get_state_display()
        return gettext("This is not possible any more: the matching round is %(state)s.") % {"state": state}


class MatchingRoundQuerySet(models.QuerySet["MatchingRound"]):
    """Queries over rounds."""

    def published(self) -> MatchingRoundQuerySet:
        """Those that everybody sees, newest first."""
        return self.filter(state=MatchingRound.State.PUBLISHED).order_by("-published_at", "-id")


class MatchingRound(models.Model):
    """Who looks for partners among whom, how many each, and what came of it."""

    MAX_ATTEMPTS = 5

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        SOLVING = "solving", _("being solved")
        SOLVED = "solved", _("solved")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    title_en = models.CharField(_("title in English"), max_length=150)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=150)
    taker_countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries"), default=list, blank=True
    )  # fmt: skip
    taker_regions = ArrayField(
        models.CharField(max_length=12), verbose_name=_("regions"), default=list, blank=True
    )  # fmt: skip
    takers_members_only = models.BooleanField(_("member cities only"), default=True)
    takers_min_population = models.PositiveIntegerField(
        _("inhabitants at least"), default=0, validators=[MaxValueValidator(100_000_000)]
    )
    taker_cities = ArrayField(
        models.BigIntegerField(), verbose_name=_("exactly these cities"), default=list, blank=True
    )  # fmt: skip
    candidate_countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries"), default=list, blank=True
    )  # fmt: skip
    candidates_members_only = models.BooleanField(_("member cities only"), default=False)
    candidates_min_population = models.PositiveIntegerField(
        _("inhabitants at least"), default=20_000, validators=[MaxValueValidator(100_000_000)]
    )
    candidates_max_population = models.PositiveIntegerField(
        _("inhabitants at most"), null=True, blank=True, validators=[MaxValueValidator(100_000_000)]
    )
    candidate_cities = ArrayField(
        models.BigIntegerField(), verbose_name=_("exactly these cities"), default=list, blank=True
    )  # fmt: skip
    partners_each = models.PositiveSmallIntegerField(
        _("partners for each city"), default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTNERS)],
    )  # fmt: skip
    capacity = models.PositiveSmallIntegerField(
        _("capacity of a candidate"), default=2,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CAPACITY)],
        help_text=_("To how many cities one city may be proposed in this round."),
    )  # fmt: skip

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False,
        verbose_name=_("created by"),
    )  # fmt: skip
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    takers = models.PositiveIntegerField(_("taking cities"), default=0, editable=False)
    candidates = models.PositiveIntegerField(_("candidates"), default=0, editable=False)
    scored = models.PositiveIntegerField(_("cities scored"), default=0, editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    solved_at = models.DateTimeField(_("solved at"), null=True, editable=False)
    seconds = models.FloatField(_("seconds of work"), null=True, editable=False)
    total_score = models.FloatField(_("total score"), null=True, editable=False)
    unconstrained_score = models.FloatField(_("total score without capacities"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False,
        verbose_name=_("published by"),
    )  # fmt: skip
    error = models.TextField(_("error"), blank=True, editable=False)

    objects = MatchingRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("matching round")
        verbose_name_plural = _("matching rounds")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["attempts", "id"], condition=Q(state="solving"), name="rounds_to_solve"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_active_language(self.title_en, self.title_uk)

    def clean(self) -> None:
        """Refuse a round that nobody takes part in, or whose sizes contradict each other."""
        if not (self.taker_cities or self.taker_countries or self.taker_regions or self.takers_members_only):
            raise ValidationError(
                _("Say who takes part: choose countries, regions, members only, or name the cities.")
            )
        largest = self.candidates_max_population
        if largest is not None and largest < (self.candidates_min_population or 0):
            raise ValidationError(
                {"candidates_max_population": _("This is below the smallest number of inhabitants.")}
            )

    # -- Who ------------------------------------------------------------------------------------------

    def taking_cities(self) -> CityQuerySet:
        """The cities that are to get partners."""
        if self.taker_cities:
            return City.objects.filter(pk__in=self.taker_cities)
        cities = City.objects.filter(population__gte=self.takers_min_population)
        if self.taker_countries or self.taker_regions:
            with_regions = {code.partition(".")[0] for code in self.taker_regions}
            whole = [code for code in self.taker_countries if code not in with_regions]
            cities = cities.filter(Q(country__in=whole) | Q(region__in=self.taker_regions))
        return cities.members() if self.takers_members_only else cities

    def candidate_queryset(self) -> CityQuerySet:
        """The cities that can be given as partners."""
        if self.candidate_cities:
            return City.objects.filter(pk__in=self.candidate_cities)
        cities = City.objects.filter(population__gte=self.candidates_min_population)
        if self.candidates_max_population is not None:
            cities = cities.filter(population__lte=self.candidates_max_population)
        if self.candidate_countries:
            cities = cities.filter(country__in=self.candidate_countries)
        return cities.members() if self.candidates_members_only else cities

    # -- What came of it --------------------------------------------------------------------------------

    @property
    def cost_of_fairness(self) -> float | None:
        """How much of the total score without capacities is given up for them, in percent."""
        if not self.unconstrained_score or self.total_score is None:
            return None
        return 100 * (1 - self.total_score / self.unconstrained_score)

    @property
    def percent(self) -> int:
        """How much is scored, 0 to 100."""
        return 100 * self.scored // self.takers if self.takers else 0

    @property
    def proposed(self) -> models.QuerySet[RoundPair]:
        """The pairs of the result, by city and rank."""
        return self.pairs.filter(is_excluded=False).select_related("city__country", "partner__country")

    # -- Changes of state -------------------------------------------------------------------------------

    def solve(self, by: User) -> None:
        """Ask the worker to solve it. Raises RoundNotPossible unless it is being prepared or solved."""
        with transaction.atomic():
            self.hold([self.State.DRAFT, self.State.SOLVED])
            self._begin_solving("round solve", by)

    def reopen(self, by: User) -> None:
        """Open a solved round for changes of what is asked. Raises RoundNotPossible for others."""
        with transaction.atomic():
            self.hold([self.State.SOLVED])
            self._become(self.State.DRAFT, "round reopen", by)

    def exclude(self, pairs: Iterable[int], by: User) -> None:
        """Take these pairs (ids) out and solve again without them. Raises RoundNotPossible unless solved."""
        self._mark(pairs, True, by)

    def readmit(self, pairs: Iterable[int], by: User) -> None:
        """Allow excluded pairs (ids) again and solve again. Raises RoundNotPossible unless solved."""
        self._mark(pairs, False, by)

    def publish(self, by: User) -> None:
        """Show it to everybody. Raises RoundNotPossible unless it is solved."""
        from partnerships.scoring.match_table import count_change

        with transaction.atomic():
            self.hold([self.State.SOLVED])
            self.published_at, self.published_by = timezone.now(), by
            self._become(self.State.PUBLISHED, "round publish", by, ["published_at", "published_by"])
            count_change()

    def discard(self, by: User) -> None:
        """Put it away; a published one is no longer shown. Raises RoundNotPossible if it was before."""
        from partnerships.scoring.match_table import count_change

        with transaction.atomic():
            self.hold([state for state in self.State if state != self.State.DISCARDED])
            self._become(self.State.DISCARDED, "round discard", by)
            count_change()

    def note_failure(self, error: str, *, for_good: bool = False) -> None:
        """Note what went wrong. For good, or after MAX_ATTEMPTS, it goes back to the administrator."""
        self.error, changed = error.replace("\x00", ""), ["error"]
        if for_good or self.attempts >= self.MAX_ATTEMPTS:
            self.state, changed = self.State.DRAFT, ["error", "state"]
        self.save(update_fields=changed)

    def hold(self, allowed: Iterable[str]) -> None:
        """Keep others from changing its state to the end of the transaction.

        Raises RoundNotPossible unless its state, as it is now, is one of these.
        """
        now = MatchingRound.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if now.state not in allowed:
            raise RoundNotPossible(now)
        self.state = now.state

    def _become(self, state: str, action: str, by: User, changed: Iterable[str] = (), **details: Any) -> None:
        before, self.state = self.state, state
        self.save(update_fields=["state", *changed])
        AuditEntry.note(by, action, self, before=before, after=state, **details)

    def _begin_solving(self, action: str, by: User, **details: Any) -> None:
        self.attempts, self.scored, self.error = 0, 0, ""
        self._become(self.State.SOLVING, action, by, ["attempts", "scored", "error"], **details)
        transaction.on_commit(wake_worker)

    def _mark(self, pairs: Iterable[int], excluded: bool, by: User) -> None:
        with transaction.atomic():
            self.hold([self.State.SOLVED])
            chosen = self.pairs.filter(pk__in=list(pairs), is_excluded=not excluded)
            named = [f"{pair.city} - {pair.partner}" for pair in chosen.select_related("city", "partner")]
            chosen.update(is_excluded=excluded)
            self._begin_solving("round exclude" if excluded else "round readmit", by, pairs=named)


def wake_worker() -> None:
    """Tell the workers that a round waits."""
    from partnerships.tasks import solve_matching_rounds

    hint(solve_matching_rounds)


class RoundPair(models.Model):
    """A partner given to a city in a round, or one that must not be given (excluded)."""

    round = models.ForeignKey(
        MatchingRound, on_delete=models.CASCADE, related_name="pairs", verbose_name=_("matching round")
    )
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city"))
    partner = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("proposed partner")
    )
    score = models.FloatField(_("score"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    components = models.JSONField(
        _("components"), default=dict, blank=True, help_text=_("By their codes, as they were then.")
    )
    is_excluded = models.BooleanField(_("excluded"), default=False)

    class Meta:
        verbose_name = _("pair of a matching round")
        verbose_name_plural = _("pairs of a matching round")
        ordering = ["-city__population", "city_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["round", "city", "partner"], name="round_pair_once"),
            models.CheckConstraint(condition=~Q(city=F("partner")), name="round_pair_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {self.rank}: {self.partner_id}"

    @property
    def percent(self) -> int:
        """The score as pages show it."""
        return round(100 * self.score)
