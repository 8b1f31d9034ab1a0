"""Documents and photos of a project."""

from typing import Any, ClassVar
from uuid import uuid4

from django.core.files.base import File
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.membership import private_storage
from accounts.models import User
from projects import codelists
from projects.documents import Checked

from .texts import Bilingual, Part, date_field, in_one_language_at_least, of_project


def document_path(version: "DocumentVersion", name: str) -> str:
    """A random name, so that nobody can guess an address or smuggle one in."""
    return f"projects/documents/{uuid4().hex}"


def photo_path(photo: "Photo", name: str) -> str:
    """A random name: each photo has its own address for ever."""
    return f"projects/photos/{uuid4().hex}.webp"


def delete_on_commit(file: FieldFile) -> None:
    """Remove a file when the transaction that no longer needs it is done."""
    storage, name = file.storage, file.name
    transaction.on_commit(lambda: storage.delete(name) if name else None)


class Document(Part):
    """A paper of the project. Its files are its versions, none of which is ever replaced."""

    project = of_project("documents")
    kind = models.CharField(_("kind"), max_length=50, choices=codelists.document_types)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)

    title = Bilingual("title")
    HISTORY: ClassVar[list[str]] = ["kind", "title_en", "title_uk"]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["id"]
        constraints = [in_one_language_at_least("title", "document_has_title")]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Its files go with it, once that is sure."""
        for version in self.versions.all():
            delete_on_commit(version.file)
        return super().delete(*args, **kwargs)

    def add_version(self, file: File, checked: Checked, *, by: User | None) -> "DocumentVersion":
        """Keep a file that was checked as the newest version; the older ones stay."""
        latest = self.versions.first()
        version = DocumentVersion(document=self, number=latest.number + 1 if latest else 1)
        version.keep(file, checked, by=by)
        version.save()
        return version


class CheckedFile(models.Model):
    """A file that was checked by its content, offered for download only; whoever inherits it has `file`."""

    file: Any
    file_name = models.CharField(_("file name"), max_length=150)
    type = models.CharField(
        _("file type"), max_length=100, help_text=_("Found in the file, not in its name.")
    )
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )

    class Meta:
        abstract = True

    def keep(self, file: File, checked: Checked, *, by: User | None) -> None:
        """Take on a file as it was checked; the row is saved by the caller."""
        self.file_name, self.type = checked.name, checked.type
        self.size, self.sha256, self.uploaded_by = checked.size, checked.sha256, by
        self.file.save("document", file, save=False)


class DocumentVersion(CheckedFile):
    """A file of a document as it was uploaded once."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="versions", verbose_name=_("document")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    file = models.FileField(_("file"), upload_to=document_path, storage=private_storage)

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("project-document", args=[self.document.project.slug, self.pk])

    @property
    def in_history(self) -> dict[str, Any]:
        """What the history tells of a file."""
        return {"name": self.file_name, "number": self.number, "sha256": self.sha256}


class Photo(Part):
    """A photo before, during or after the works, made anew from what was uploaded."""

    NAME = "alt"

    class Stage(models.TextChoices):
        BEFORE = "before", _("before")
        DURING = "during", _("during the works")
        AFTER = "after", _("after")

    project = of_project("photos")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    caption_en = models.CharField(_("caption in English"), max_length=300, blank=True)
    caption_uk = models.CharField(_("caption in Ukrainian"), max_length=300, blank=True)
    alt_en = models.CharField(
        _("description in English"),
        max_length=300,
        blank=True,
        help_text=_("What is seen, for who cannot see it."),
    )
    alt_uk = models.CharField(_("description in Ukrainian"), max_length=300, blank=True)
    taken_on = date_field(_("taken on"))
    file = models.FileField(_("photo"), upload_to=photo_path)

    caption = Bilingual("caption")
    alt = Bilingual("alt")
    HISTORY: ClassVar[list[str]] = [
        "stage",
        "caption_en",
        "caption_uk",
        "alt_en",
        "alt_uk",
        "taken_on",
        "file",
    ]

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]
        constraints = [in_one_language_at_least("alt", "photo_has_description")]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Its file goes with it, once that is sure."""
        delete_on_commit(self.file)
        return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("project-photo", args=[self.project.slug, (self.file.name or "").rpartition("/")[2]])
