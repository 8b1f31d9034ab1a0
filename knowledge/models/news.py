"""Articles of the news, and the pictures in their texts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cities.directory import reader_language
from knowledge.news.text import as_html, strange_pictures
from projects.models.texts import Bilingual, Titled, in_one_language_at_least

FOLDER = "news/pictures"
LANGUAGES = ("en", "uk")
TEXTS = ("title", "summary", "body")


def picture_path(one: models.Model, name: str) -> str:
    """A random name: each picture has its own address for ever."""
    return f"{FOLDER}/{uuid4().hex}.webp"


class ArticleQuerySet(models.QuerySet["Article"]):
    """Queries over articles."""

    def public(self) -> ArticleQuerySet:
        """Those that everybody sees by now, the latest first."""
        shown = self.filter(publish_at__lte=timezone.now(), is_withdrawn=False)
        return shown.order_by("-publish_at", "-pk")

    def seen_by(self, user: User | AnonymousUser) -> ArticleQuerySet:
        """Those that a person sees: administrators see all, to look at them beforehand."""
        return self.all() if user.is_superuser else self.public()

    def in_language(self, language: str) -> ArticleQuerySet:
        """Those that are written in a language, "en" or "uk"."""
        return self.exclude(**{f"title_{language}": ""})

    def with_picture(self, name: str) -> ArticleQuerySet:
        """Those with the picture of this name (without .webp), above or in the text."""
        file = f"{FOLDER}/{name}.webp"
        return self.filter(Q(picture=file) | Q(pictures__file=file)).distinct()

    def to_be_told(self) -> ArticleQuerySet:
        """Public ones that people are still to be told of; what is old when it is entered is no news."""
        since = timezone.now() - Article.IS_NEWS_FOR
        return self.public().filter(told_at=None, publish_at__gt=since, is_demonstration=False)

    def published_before(self, article: Article) -> ArticleQuerySet:
        """Those older than one that has a day, the nearest first."""
        earlier = Q(publish_at__lt=article.publish_at) | Q(publish_at=article.publish_at, pk__lt=article.pk)
        return self.filter(earlier).order_by("-publish_at", "-pk")

    def published_after(self, article: Article) -> ArticleQuerySet:
        """Those newer than one that has a day, the nearest first."""
        later = Q(publish_at__gt=article.publish_at) | Q(publish_at=article.publish_at, pk__gt=article.pk)
        return self.filter(later).order_by("publish_at", "pk")


class Article(Titled):
    """A piece of news, in one language or both. It is public from `publish_at` on, by itself."""

    ADDRESS = "article"

    IS_NEWS_FOR = timedelta(days=30)

    summary_en = models.TextField(_("summary in English"), max_length=500, blank=True)
    summary_uk = models.TextField(_("summary in Ukrainian"), max_length=500, blank=True)
    body_en = models.TextField(_("text in English"), max_length=40_000, blank=True)
    body_uk = models.TextField(_("text in Ukrainian"), max_length=40_000, blank=True)
    picture = models.FileField(_("picture"), upload_to=picture_path, blank=True)
    picture_alt_en = models.CharField(
        _("description of the picture in English"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    picture_alt_uk = models.CharField(
        _("description of the picture in Ukrainian"), max_length=300, blank=True
    )
    publish_at = models.DateTimeField(
        _("public from"),
        null=True,
        blank=True,
        help_text=_(
            "Day and time, in UTC, from which everybody sees it; it may be in the future. Empty: a draft."
        ),
    )
    is_withdrawn = models.BooleanField(
        _("withdrawn"), default=False, help_text=_("Nobody but administrators sees it any more.")
    )
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    told_at = models.DateTimeField(
        _("told"), null=True, blank=True, help_text=_("When the last of the members was told of it.")
    )

    objects = ArticleQuerySet.as_manager()

    summary = Bilingual("summary")
    body = Bilingual("body")
    picture_alt = Bilingual("picture_alt")

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("news")
        ordering = ["-publish_at", "-id"]
        constraints = [in_one_language_at_least("title", "article_has_title")]
        indexes = [
            models.Index(fields=["publish_at"], condition=Q(is_withdrawn=False), name="articles_public"),
        ]

    def clean(self) -> None:
        """A language has all of its texts or none; texts show pictures of the portal only."""
        faults: dict[str, Any] = {}
        for language in LANGUAGES:
            missing = [name for name in TEXTS if not getattr(self, f"{name}_{language}")]
            if 0 < len(missing) < len(TEXTS):
                said = _("Title, summary and text belong together: write all three in a language, or none.")
                faults.update({f"{name}_{language}": said for name in missing})
            if strange := strange_pictures(getattr(self, f"body_{language}")):
                faults[f"body_{language}"] = _(
                    "Only pictures that were uploaded here are shown. This one is from elsewhere: %(address)s"
                ) % {"address": strange[0][:200]}
        if faults:
            raise ValidationError(faults)

    @property
    def html(self) -> str:
        """Its text as safe HTML, in the reader's language."""
        return as_html(self.body)

    @property
    def language(self) -> str:
        """The language in which the reader sees it: their own if it is written in it."""
        mine = reader_language()
        other = next(language for language in LANGUAGES if language != mine)
        return mine if getattr(self, f"title_{mine}") else other

    @property
    def picture_url(self) -> str:
        """The address of the picture above the text, which changes with it; empty where there is none."""
        return address_of(self.picture)

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it by now."""
        return self.publish_at is not None and self.publish_at <= timezone.now() and not self.is_withdrawn

    @property
    def public_from(self) -> datetime | None:
        """When it will become public by itself; None where it is, or where it will not."""
        return None if self.is_withdrawn or self.is_public else self.publish_at


class ArticlePicture(models.Model):
    """A picture for the text of an article, which shows it by its address."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("article")
    )
    file = models.FileField(_("picture"), upload_to=picture_path)

    class Meta:
        verbose_name = _("picture in the text")
        verbose_name_plural = _("pictures in the text")
        ordering = ["id"]

    def __str__(self) -> str:
        return address_of(self.file)


def address_of(file: Any) -> str:
    """The address of a picture of the news; empty for none."""
    name = (file.name or "").rpartition("/")[2]
    return f"/{FOLDER}/{name}" if name else ""
