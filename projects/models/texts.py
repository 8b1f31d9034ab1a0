"""Texts in both languages, days, and what all parts of a project have in common."""

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.addressed import Addressed
from cities.models import in_active_language
from cities.romanised import free_slug

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)


def date_field(label: Any, **more: Any) -> Any:
    """A day between EARLIEST and LATEST, which may be unknown unless `more` says otherwise."""
    ends = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return models.DateField(label, **{"null": True, "blank": True, "validators": ends, **more})


class Bilingual:
    """The text of the fields `<name>_en` and `<name>_uk` in the reader's language, as an attribute."""

    def __init__(self, name: str) -> None:
        self.english, self.ukrainian = f"{name}_en", f"{name}_uk"

    def __get__(self, one: Any, owner: Any = None) -> str:
        return in_active_language(getattr(one, self.english), getattr(one, self.ukrainian))


class Titled(Addressed):
    """Something with a title in either language, and a page at an address made of it."""

    ADDRESS: ClassVar[str]
    """The name of its page's address; the word also stands there for a title without letters."""

    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Made of the title. Never changes, so that links keep working."),
    )
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)

    title = Bilingual("title")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(self.ADDRESS, args=[self.slug])

    def free_slug(self) -> str:
        """Its title in Latin letters; with a number where others are called the same."""
        others = type(self)._default_manager.exclude(pk=self.pk)
        return free_slug(self.title_en or self.title_uk, others, self.ADDRESS)


def in_one_language_at_least(field: str, name: str) -> models.CheckConstraint:
    """That a text is there in English or in Ukrainian; `name` is the constraint's."""
    return models.CheckConstraint(
        condition=~Q(**{f"{field}_en": "", f"{field}_uk": ""}),
        name=name,
        violation_error_message=_("Write it in English or in Ukrainian at least."),
    )


def of_project(related_name: str) -> Any:
    """The field that says which project a part belongs to."""
    return models.ForeignKey(
        "projects.Project",
        on_delete=models.CASCADE,
        related_name=related_name,
        verbose_name=_("project"),
    )


class Named(models.Model):
    """Something that is called by a text in two languages."""

    NAME = "title"
    """Its texts in two languages, by which it is called in the history and in errors."""
    HISTORY: ClassVar[list[str]]
    """The fields that say what it says: where none of them changed, nothing is saved."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return in_active_language(*self.names)

    @property
    def names(self) -> tuple[str, str]:
        """What it is called, in English and in Ukrainian."""
        return getattr(self, f"{self.NAME}_en"), getattr(self, f"{self.NAME}_uk")


class Part(Named):
    """Something that a project has several of. Parts are saved by `projects.editing`, which keeps history."""

    project_id: int
    project: Any

    class Meta:
        abstract = True
