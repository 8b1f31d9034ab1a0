"""Forms of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import User
from .notifications import KINDS


class SettingsForm(forms.ModelForm):
    """Name, language, and which notifications to send."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me a letter when"),
        choices=list(KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Letters about your own applications and the safety of your account always come."),
    )

    class Meta:
        model = User
        fields = ["name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["wanted"] = [code for code in KINDS if code not in self.instance.muted]

    def save(self, commit: bool = True) -> User:
        """Save; what is not wanted is muted."""
        self.instance.muted = [code for code in KINDS if code not in self.cleaned_data["wanted"]]
        return super().save(commit)
