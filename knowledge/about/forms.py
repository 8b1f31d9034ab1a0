"""The contact form. It keeps out programs by itself, without anybody else's help.

A field that people do not see stays empty; and a signed time says when the form was opened, which is not a
moment ago and not days ago. Neither needs JavaScript, pictures or puzzles.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

from knowledge.models import ContactMessage

SALT = "contact"
LEAST, MOST = 3, 12 * 3600
"""Seconds between opening the form and sending it."""
SHORTEST = 20
"""Characters of a message."""


def stamp() -> str:
    """The present time, signed."""
    return signing.dumps(int(time.time()), salt=SALT)


def seconds_since(stamped: str) -> float | None:
    """The age of a stamp; None for one that is not ours."""
    try:
        return time.time() - int(signing.loads(stamped, salt=SALT))
    except signing.BadSignature:
        return None


class ContactForm(forms.ModelForm):
    """A message to the administrators."""

    required_css_class = "required"
    asked = ("name", "email", "subject", "message")

    trap = forms.CharField(
        label=_("Leave this field empty: it is there for programs"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ContactMessage
        fields = ("name", "email", "subject", "message")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "message": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].validators.append(MinLengthValidator(SHORTEST))
        self.initial["opened"] = stamp()

    def questions(self) -> Iterator[forms.BoundField]:
        """The fields that people fill in."""
        return (self[name] for name in self.asked)

    def clean_name(self) -> str:
        """In one line: it stands in the subject of a letter."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_trap(self) -> str:
        """Raises ValidationError if something stands there."""
        if self.cleaned_data["trap"]:
            raise forms.ValidationError(_("Please empty this field, and send the message again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Opened some moments ago, and today; one that is too old gets a new time, and can be sent again."""
        cleaned = super().clean() or {}
        age = seconds_since(cleaned.get("opened", ""))
        if age is not None and age < LEAST:
            raise forms.ValidationError(_("That was very quick. Please wait a moment and send it again."))
        if age is None or age > MOST:
            self.data = dict(self.data.items()) | {self.add_prefix("opened"): stamp()}
            raise forms.ValidationError(
                _("The form was open for a long time. Please look at your message and send it again.")
            )
        return cleaned
