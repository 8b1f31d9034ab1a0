"""A form of something with one picture: uploaded, made anew, described in words, removed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .photos import clean_photo


class PictureForm(forms.ModelForm):
    """A model's form whose `upload` becomes the file of its field PICTURE, with a description of it.

    The model has the descriptions in fields named <PICTURE>_alt_en and <PICTURE>_alt_uk; the form has them.
    """

    PICTURE: ClassVar[str]

    upload = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP up to 8 MB. The place where it was taken is removed from the file."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove = forms.BooleanField(label=_("Remove the picture"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self._kept:
            del self.fields["remove"]

    @property
    def _kept(self) -> Any:
        """The file as it is so far."""
        return getattr(self.instance, self.PICTURE)

    def clean_upload(self) -> Any:
        """The picture, made anew."""
        file = self.cleaned_data["upload"]
        return clean_photo(file) if file else None

    def clean(self) -> dict[str, Any]:
        """With a description wherever there is a picture."""
        cleaned = super().clean() or {}
        is_there = cleaned.get("upload") or (self._kept and not cleaned.get("remove"))
        described = [f"{self.PICTURE}_alt_en", f"{self.PICTURE}_alt_uk"]
        if is_there and not any(cleaned.get(name) for name in described):
            self.add_error(described[0], _("Describe the picture in English or in Ukrainian at least."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """With the new file, or without any; what it replaces is deleted once that is sure."""
        storage, old = self._kept.storage, self._kept.name
        if self.cleaned_data.get("upload"):
            self._kept.save(f"{self.PICTURE}.webp", self.cleaned_data["upload"], save=False)
        elif self.cleaned_data.get("remove"):
            setattr(self.instance, self.PICTURE, "")
        if old and self._kept.name != old:
            transaction.on_commit(lambda: storage.delete(old))
        return super().save(commit)
