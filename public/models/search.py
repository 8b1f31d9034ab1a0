"""What is searched of everything public but cities, and how far it was read."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """The words by which one public object is found; written by `public.search.indexing` alone.

    Its indexes have no list of what is still to be sorted in: each search would read that list.
    It says what may be found, not what may be seen: hits are looked up among the public objects.
    """

    kind = models.CharField(_("kind"), max_length=20, help_text=_("As in the address of its directory."))
    object_id = models.BigIntegerField(_("number of the object"))
    names = models.TextField(
        _("search keys of its names"), help_text=_("One a line, with a line break before and after each.")
    )
    named = SearchVectorField(_("words of its names"))
    words = SearchVectorField(_("all its words"), help_text=_("Each as it stands, and its dictionary form."))
    shown = models.JSONField(
        _("shown"), help_text=_("By language: its title, address, place and summary; whether it is invented.")
    )
    digest = models.CharField(_("digest"), max_length=32, help_text=_("Of all that it was made of."))

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [
            GinIndex(
                OpClass(F("names"), name="gin_trgm_ops"), name="search_names_trigrams", fastupdate=False
            ),
            GinIndex(fields=["named"], name="search_named", fastupdate=False),
            GinIndex(fields=["words"], name="search_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchedKind(models.Model):
    """How far the objects of a kind were read: what DataVersion said of them before."""

    kind = models.CharField(_("kind"), max_length=20, primary_key=True)
    basis = models.CharField(
        _("basis"),
        max_length=100,
        blank=True,
        help_text=_("The way entries are written, and the version of the cities; with another, all is read."),
    )
    versions = models.CharField(_("versions"), max_length=100, blank=True)
    seen = models.BigIntegerField(
        _("seen"), default=0, help_text=_("No transaction below it changes what was read.")
    )

    class Meta:
        verbose_name = _("searched kind")
        verbose_name_plural = _("searched kinds")

    def __str__(self) -> str:
        return self.kind
