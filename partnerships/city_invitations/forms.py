"""The form of a letter of invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.interests.forms import OnBehalfForm

from .models import LANGUAGES

SEND = "send"


class LetterForm(OnBehalfForm):
    """On whose behalf, in which language first, and whereto. The words are the portal's."""

    language = forms.ChoiceField(label=_("Language that comes first"), choices=LANGUAGES)
    email = forms.EmailField(
        label=_("E-mail address of the city"),
        required=False,
        help_text=_(
            "The city hall's own, as its website states it. To print the letter it is not needed. "
            "The portal erases it when the city joins, or after 30 days."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever sends it has to say whereto."""
        found = super().clean() or {}
        if self.data.get("action") == SEND and not found.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the address that the letter should go to, or print it."))
        return found
