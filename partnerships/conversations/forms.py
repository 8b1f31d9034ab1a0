"""The form of a message."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from projects.documents import ACCEPTED, Checked, check

MOST_FILES = 5


class SeveralFiles(forms.ClearableFileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked by its content. Its value: pairs of a file and what it was found to be."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[tuple[UploadedFile, Checked]]:  # type: ignore[override]
        """Check all; raises ValidationError with the name of the first that is not taken."""
        files = [file for file in (data or []) if file]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(count)s files at once.") % {"count": MOST_FILES})
        checked = []
        for file in files:
            try:
                checked.append((file, check(file)))
            except forms.ValidationError as error:
                raise forms.ValidationError([f"{file.name}: {text}" for text in error.messages]) from error
        return checked


class MessageForm(forms.Form):
    """A message in one language or in both, with files."""

    text_en = forms.CharField(
        label=_("In English"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "lang": "en"}),
    )
    text_uk = forms.CharField(
        label=_("In Ukrainian"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "lang": "uk"}),
    )
    attached = FilesField(
        label=_("Files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, pictures, documents and spreadsheets without macros, up to 20 MB each."),
    )
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        found = super().clean() or {}
        if not self.errors and not found.get("text_en") and not found.get("text_uk"):
            raise forms.ValidationError(_("Write something in one of the two languages, or in both."))
        return found
