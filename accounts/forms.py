"""Forms of one's own account."""

from collections.abc import Iterator
from typing import Any

from django import forms

from .models import User
from .notifications import KINDS, Pace, choose_paces, pace_of


class SettingsForm(forms.ModelForm):
    """Name, language, and at what pace each kind of notification comes by letter."""

    class Meta:
        model = User
        fields = ["name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in KINDS.values():
            self.fields[f"pace_{kind.code}"] = forms.ChoiceField(
                label=str(kind.title),
                help_text=str(kind.about),
                choices=Pace,
                initial=pace_of(self.instance, kind.code),
            )

    def about_me(self) -> Iterator[forms.BoundField]:
        """The fields of the person."""
        return (self[name] for name in self.Meta.fields)

    def paces(self) -> Iterator[forms.BoundField]:
        """The fields of the kinds of notification."""
        return (self[f"pace_{code}"] for code in KINDS)

    def save(self, commit: bool = True) -> User:
        """Save; the pace of each kind is the person's own choice from now on."""
        me = super().save(commit)
        choose_paces(me, {code: self.cleaned_data[f"pace_{code}"] for code in KINDS})
        return me
