"""What worked in a city, told so that others can do it too: its review, questions to it, who adopted it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.contacts import NamesAContact
from accounts.membership import private_storage
from accounts.models import AUDITED, AuditEntry, User
from cities.directory import SIZES
from cities.models import City, Mayor, Topic
from knowledge.practices.words import searchable
from partnerships.models import Partnership, Party
from projects import codelists
from projects.documents import Checked
from projects.models import Project
from projects.models.files import CheckedFile, delete_on_commit
from projects.models.money import MoneyField, sane
from projects.models.project import NotPossible, not_before
from projects.models.texts import Bilingual, Named, Titled, date_field, in_one_language_at_least

LONGEST_TEXT = 6000
PUBLISH_RIGHT = "knowledge.change_practice"

AUDITED.update(
    {
        "practice created": _("practice created"),
        "practice edited": _("practice edited"),
        "practice submitted": _("practice handed in"),
        "practice taken back": _("practice taken back before the decision"),
        "practice published": _("practice published"),
        "practice sent back": _("practice sent back"),
        "practice withdrawn": _("practice withdrawn"),
        "question asked": _("question to a practice asked"),
        "question answered": _("question to a practice answered"),
        "practice adopted": _("practice adopted by another city"),
        "adoption removed": _("adoption of a practice taken back"),
    }
)


def size_choices() -> list[tuple[str, Any]]:
    """The size bands of cities."""
    return [(code, label) for code, (_least, label) in SIZES.items()]


def document_path(one: PracticeDocument, name: str) -> str:
    """A random name, so that nobody can guess an address or smuggle one in."""
    return f"practices/documents/{uuid4().hex}"


def _text(label: Any, **more: Any) -> Any:
    return models.TextField(label, max_length=LONGEST_TEXT, blank=True, **more)


class PracticeQuerySet(NamesAContact["Practice"]):
    """Queries over practices."""

    def published(self) -> PracticeQuerySet:
        """Those everybody may read."""
        return self.filter(state="published")

    def waiting(self) -> PracticeQuerySet:
        """The reviewers' queue, who waits longest first."""
        return self.filter(state="submitted").order_by("submitted_at", "id")

    def changed_since(self) -> PracticeQuerySet:
        """Published ones that were changed after the decision."""
        return self.published().filter(updated_at__gt=F("decided_at"))

    def with_city(self) -> PracticeQuerySet:
        """With what their addresses and headings need."""
        return self.select_related("city__country", "city__region")

    def editable_by(self, user: User) -> PracticeQuerySet:
        """Those of the cities that a person represents."""
        mine = Mayor.objects.filter(user=user, state=Mayor.State.APPROVED)
        return self.filter(city__in=mine.values("city"))

    def visible_to(self, user: Any) -> PracticeQuerySet:
        """Published ones; those of one's own cities; for those who review them all that were handed in."""
        if not user.is_authenticated:
            return self.published()
        mine = Q(state="published") | Q(pk__in=self.model._default_manager.editable_by(user).values("pk"))
        if user.is_staff and user.has_perm(PUBLISH_RIGHT):
            mine |= Q(submitted_at__isnull=False)
        return self.filter(mine)

    def with_parts(self) -> PracticeQuerySet:
        """With all that its page and the files say of them, in a constant number of queries."""
        return self.with_city().prefetch_related(
            "topics", "results", "documents",
            models.Prefetch("adoptions", Adoption.objects.select_related("city__country")),
        )  # fmt: skip

    def for_list(self) -> PracticeQuerySet:
        """With what a short list shows of them."""
        return self.published().with_city().order_by("-published_at", "-id")


class Practice(Titled):
    """What a city did that worked. Its mayors write it, reviewers publish it or send it back."""

    ADDRESS = "practice"

    DECIDED_BY_APPROVERS = True

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        PUBLISHED = "published", _("published")
        SENT_BACK = "sent-back", _("sent back")
        WITHDRAWN = "withdrawn", _("withdrawn")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="practices", verbose_name=_("city"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    problem_en = _text(_("the problem, in English"), help_text=_("What was wrong, and for whom."))
    problem_uk = _text(_("the problem, in Ukrainian"))
    done_en = _text(
        _("what was done, in English"), help_text=_("Step by step, so that another city could do it.")
    )
    done_uk = _text(_("what was done, in Ukrainian"))
    lessons_en = _text(
        _("lessons, in English"), help_text=_("What you would do otherwise, and what others should know.")
    )
    lessons_uk = _text(_("lessons, in Ukrainian"))
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="practices", blank=True)
    goals = ArrayField(
        models.PositiveSmallIntegerField(choices=codelists.goals),
        verbose_name=_("Sustainable Development Goals"),
        default=list,
        blank=True,
    )
    sizes = ArrayField(
        models.CharField(max_length=12, choices=size_choices),
        verbose_name=_("size of city that it fits"),
        default=list,
        blank=True,
        help_text=_("Number of inhabitants; none ticked: any city."),
    )
    cost = MoneyField(_("cost"), null=True, blank=True, help_text=_("All of it, as 1 234 567.89."))
    currency = models.CharField(
        _("currency"), max_length=3, choices=codelists.currency_choices, default="EUR"
    )
    started_on = date_field(_("begun"))
    ended_on = date_field(_("finished"), help_text=_("Empty where it goes on."))
    contact_name = models.CharField(
        _("contact"), max_length=150, blank=True, help_text=_("Who answers questions, and in which office.")
    )
    contact_email = models.EmailField(
        _("e-mail of the contact"), blank=True, help_text=_("Shown to approved members of the portal only.")
    )
    projects = models.ManyToManyField(
        Project, verbose_name=_("projects of the city"), related_name="practices", blank=True
    )
    partnerships = models.ManyToManyField(
        Partnership,
        verbose_name=_("partnerships of the city"),
        related_name="practices",
        blank=True,
        help_text=_("Shown to everybody where both sides show the partnership."),
    )

    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, help_text=_("Counts what was saved."))
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.TextField(_("reason"), max_length=2000, blank=True, help_text=_("Why it was sent back."))

    title_words = models.TextField(_("words of the title"), blank=True, editable=False)
    words = models.TextField(
        _("words"), blank=True, editable=False, help_text=_("By which it is found, dictionary forms too.")
    )
    vector = models.GeneratedField(
        expression=SearchVector("title_words", config="simple", weight="A")
        + SearchVector("words", config="simple", weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PracticeQuerySet.as_manager()

    problem = Bilingual("problem")
    done = Bilingual("done")
    lessons = Bilingual("lessons")

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["-id"]
        constraints = [
            in_one_language_at_least("title", "practice_has_title"),
            sane("cost", name="practice_cost_is_sane"),
            not_before("started_on", "ended_on", "practice_period", _("The end is before the beginning.")),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="practice_published_since",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "state"], name="practice_of_city"),
            GinIndex(fields=["vector"], name="practice_vector"),
            GinIndex(OpClass(F("words"), name="gin_trgm_ops"), name="practice_trigrams"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, with the words by which it is found."""
        self.title_words = searchable(titles := f"{self.title_en} {self.title_uk}")
        results = self.results.all() if self.pk else []
        self.words = searchable(
            titles, self.problem_en, self.problem_uk, self.done_en, self.done_uk, self.lessons_en,
            self.lessons_uk, self.city.name, self.city.name_uk,
            *(name for one in results for name in one.names),
        )  # fmt: skip
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "title_words", "words"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Nothing that has happened lies ahead."""
        today = timezone.localdate()
        for name in ("started_on", "ended_on"):
            if (day := getattr(self, name)) and day > today:
                raise ValidationError({name: _("What worked has happened: the day cannot lie ahead.")})

    @property
    def names(self) -> dict[str, str]:
        """The title, as notifications take it."""
        return {"en": self.title_en or self.title_uk, "uk": self.title_uk or self.title_en}

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state == self.State.PUBLISHED

    @property
    def is_editable(self) -> bool:
        """Whether its mayors may change it: not while it is being reviewed."""
        return self.state != self.State.SUBMITTED

    @property
    def waiting_days(self) -> int:
        """Since how many days it waits for a decision."""
        return (timezone.now() - self.submitted_at).days if self.submitted_at else 0

    @property
    def is_changed_since(self) -> bool:
        """Whether a published one says something else than what was reviewed."""
        return bool(self.is_public and self.decided_at and self.updated_at > self.decided_at)

    def lacks(self) -> list[str]:
        """What stands in the way of handing it in, a sentence each."""
        wanted = [
            (self.problem, _("The problem, in one language at least.")),
            (self.done, _("What was done, in one language at least.")),
            (self.topics.exists(), _("A topic at least.")),
            (self.lessons or self.results.exists(), _("Results with figures, or lessons.")),
        ]
        return [str(text) for given, text in wanted if not given]

    def submit(self, *, by: User) -> None:
        """Hand it in for review. Raises NotPossible, with what it lacks."""
        since = {self.State.DRAFT, self.State.SENT_BACK, self.State.WITHDRAWN}
        self._change("practice submitted", by, since, self.State.SUBMITTED, submitted_at=timezone.now())

    def take_back(self, *, by: User) -> None:
        """Take it back before it is decided, to change it. Raises NotPossible."""
        self._change("practice taken back", by, {self.State.SUBMITTED}, self.State.DRAFT)

    def publish(self, *, by: User) -> None:
        """Show it to everybody; a reviewer's decision. Raises NotPossible."""
        now = timezone.now()
        self._change(
            "practice published", by, {self.State.SUBMITTED}, self.State.PUBLISHED, note="",
            published_at=self.published_at or now, **self._decided(by, now),
        )  # fmt: skip

    def send_back(self, *, by: User, note: str) -> None:
        """Give it back with a reason; a published one is public no more. Raises NotPossible."""
        since = {self.State.SUBMITTED, self.State.PUBLISHED}
        decided = self._decided(by, timezone.now())
        self._change("practice sent back", by, since, self.State.SENT_BACK, note=note, **decided)

    def withdraw(self, *, by: User) -> None:
        """Show it to nobody but its authors any more. Raises NotPossible."""
        since = set(self.State) - {self.State.WITHDRAWN}
        self._change("practice withdrawn", by, since, self.State.WITHDRAWN)

    @staticmethod
    def _decided(by: User, at: datetime) -> dict[str, Any]:
        return {"decided_by": by, "decided_at": at, "updated_at": at}

    def _change(self, action: str, by: User, since: set[Any], to: Any, **more: Any) -> None:
        from knowledge.practices.telling import tell_of_state

        with transaction.atomic():
            before = Practice.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if before.state not in since:
                self.state = before.state
                text = _("This is not possible any more: the practice is %(state)s.")
                raise NotPossible([str(text) % {"state": before.get_state_display()}])
            if to in (self.State.SUBMITTED, self.State.PUBLISHED) and (lacks := before.lacks()):
                raise NotPossible(lacks)
            changed = {"state": to, "version": before.version + 1, **more}
            for name, value in changed.items():
                setattr(self, name, value)
            self.save(update_fields=changed)
            AuditEntry.note(
                by,
                action,
                self,
                before=before.state,
                after=to,
                **({"note": self.note} if "note" in more else {}),
            )
            tell_of_state(self, before.state, by)


class PracticeResult(Named):
    """A figure before and after."""

    NAME = "indicator"
    HISTORY: ClassVar[list[str]] = ["indicator_en", "indicator_uk", "before", "after", "unit_en", "unit_uk"]

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="results", verbose_name=_("practice")
    )
    indicator_en = models.CharField(_("indicator in English"), max_length=200, blank=True)
    indicator_uk = models.CharField(_("indicator in Ukrainian"), max_length=200, blank=True)
    before = models.DecimalField(_("before"), max_digits=16, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=16, decimal_places=2)
    unit_en = models.CharField(
        _("unit in English"), max_length=40, blank=True, help_text=_("As t a year, %, minutes.")
    )
    unit_uk = models.CharField(_("unit in Ukrainian"), max_length=40, blank=True)

    indicator = Bilingual("indicator")
    unit = Bilingual("unit")

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["id"]
        constraints = [in_one_language_at_least("indicator", "practice_result_has_indicator")]


class PracticeDocument(Named, CheckedFile):
    """A paper for everybody to download."""

    HISTORY: ClassVar[list[str]] = ["title_en", "title_uk"]

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="documents", verbose_name=_("practice")
    )
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to=document_path, storage=private_storage)

    title = Bilingual("title")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["id"]
        constraints = [in_one_language_at_least("title", "practice_document_has_title")]

    def get_absolute_url(self) -> str:
        return reverse("practice-document", args=[self.practice.slug, self.pk])

    def replace_file(self, file: File, checked: Checked, *, by: User | None) -> None:
        """Take on a file that was checked; the one before goes, once that is sure. Saved by the caller."""
        if self.file:
            delete_on_commit(self.file)
        self.uploaded_at = timezone.now()
        self.keep(file, checked, by=by)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Its file goes with it, once that is sure."""
        delete_on_commit(self.file)
        return super().delete(*args, **kwargs)


class QuestionQuerySet(models.QuerySet["PracticeQuestion"]):
    """Queries over questions."""

    def answered(self) -> QuestionQuerySet:
        """Those everybody may read, the newest first."""
        return self.filter(answered_at__isnull=False).order_by("-answered_at", "-id")

    def waiting_for(self, user: User) -> QuestionQuerySet:
        """Those to published practices of the cities that a person represents, the oldest first."""
        mine = Practice.objects.published().editable_by(user)
        return self.filter(practice__in=mine, answered_at=None).order_by("id")

    def named(self) -> QuestionQuerySet:
        """With the side that asked, and what it is about."""
        return self.select_related(
            "practice__city__country", "party__city__country", "party__organisation__city__country"
        )


class PracticeQuestion(models.Model):
    """What a member asked of a practice; everybody reads it with the answer."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="questions", verbose_name=_("practice")
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("asked for"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    text = models.TextField(_("question"), max_length=1000)
    answer = models.TextField(_("answer"), max_length=3000, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a practice")
        verbose_name_plural = _("questions to practices")
        ordering = ["-id"]
        indexes = [models.Index(fields=["asked_by", "asked_at"], name="practice_questions_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""), name="practice_answer_says_something"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{self.practice.get_absolute_url()}#question-{self.pk}"


class Adoption(models.Model):
    """That another member city did the same, and what came of it."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="adoptions", verbose_name=_("practice")
    )
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="adopted_practices", verbose_name=_("city")
    )
    since = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    text_en = models.TextField(
        _("what came of it, in English"), max_length=2000, blank=True,
        help_text=_("What you changed for your city, and which results you have."),
    )  # fmt: skip
    text_uk = models.TextField(_("what came of it, in Ukrainian"), max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("stated by"))
    at = models.DateTimeField(_("stated"), default=timezone.now)
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )

    text = Bilingual("text")

    class Meta:
        verbose_name = _("adoption of a practice")
        verbose_name_plural = _("adoptions of practices")
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "city"], name="practice_adopted_once_a_city"),
            in_one_language_at_least("text", "adoption_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.practice}"

    def clean(self) -> None:
        """Nothing was adopted in a year to come."""
        if self.since and self.since > timezone.localdate().year:
            raise ValidationError({"since": _("The year cannot lie ahead.")})
