"""Saving a search."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .directories import Searchable
from .models import SavedSearch


class NameForm(forms.ModelForm):
    """What a saved search is called."""

    class Meta:
        model = SavedSearch
        fields = ["name"]


class SaveForm(NameForm):
    """A search to be kept: its name, and whether it can be."""

    def __init__(self, *args: Any, directory: Searchable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(directory.listed(self.instance.query)[1])

    def clean(self) -> dict[str, Any]:
        """Refuse what is saved already, what is too much to look through, and more than a person may have."""
        cleaned: dict[str, Any] = super().clean() or {}
        search = self.instance
        mine = SavedSearch.objects.filter(user=search.user)
        if mine.filter(directory=search.directory, query=search.query).exists():
            raise ValidationError(_("You have saved this search already."))
        if len(search.query) > SavedSearch.LONGEST or len(self.keys) > SavedSearch.MOST_LISTED:
            most = SavedSearch.MOST_LISTED
            text = ngettext(
                "It has more than %(count)s result: choose filters that leave fewer.",
                "It has more than %(count)s results: choose filters that leave fewer.",
                most,
            )
            raise ValidationError(text % {"count": f"{most:,}"})
        if mine.count() >= SavedSearch.MOST:
            raise ValidationError(_("You have as many saved searches as may be. Delete one first."))
        return cleaned

    def save(self, commit: bool = True) -> SavedSearch:
        """Save it; what it lists now is not new."""
        self.instance.seen = self.keys
        return super().save(commit)
