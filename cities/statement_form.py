"""The part of a profile's form that says what is stated: a tick and two sentences for each kind and item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from babel import Locale
from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .directory import reader_language
from .editing import Content, ProfileEditing, plain
from .models import Country

ALSO_SPOKEN = {"en", "fr", "ar", "he", "ja", "ko", "zh"}  # wherever the portal's countries are


def language_choices() -> list[tuple[str, str]]:
    """Languages of Europe and some more, by their name in the reader's language."""
    spoken = {code for codes in Country.objects.values_list("languages", flat=True) for code in codes}
    names = Locale(reader_language()).languages
    known = ((code, names.get(code, code)) for code in spoken | ALSO_SPOKEN)
    return sorted(((code, capfirst(name)) for code, name in known), key=lambda one: one[1])


@dataclass(frozen=True)
class Problem:
    """An error: the label of the field that it is about, the field's id, and what is wrong."""

    label: str
    at: str
    error: str

    def of(self, whole: str) -> Problem:
        """The same, of a part of the form."""
        return replace(self, label=f"{whole}, {self.label}")


@dataclass(frozen=True)
class ItemFields:
    """The fields of one item: for each kind whether it is stated, and its notes."""

    label: str
    kinds: list[tuple[BoundField, BoundField, BoundField]]


class StatementForm(forms.Form):
    """The form of a profile. `content` is what is said now, as `editing` keeps it."""

    editing: ClassVar[ProfileEditing]
    TICKS: ClassVar[Mapping[str, Any]]
    """The label of the tick by kind of statement, in the order shown."""
    CONTACT: ClassVar[Sequence[str]] = ()
    """Fields that stay private."""

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        self.items = self.editing.items()
        for code in self.items:
            for kind in self.TICKS:
                self._add_statement(kind, code)
        self.initial = {**content["profile"], **self._statements_now()}

    def _add_statement(self, kind: str, code: str) -> None:
        name = f"{kind}_{code}"
        self.fields[name] = forms.BooleanField(label=self.TICKS[kind], required=False)
        for language, text in [("en", _("A sentence in English")), ("uk", _("A sentence in Ukrainian"))]:
            self.fields[f"{name}_{language}"] = forms.CharField(label=text, max_length=300, required=False)

    def _statements_now(self) -> dict[str, Any]:
        return {
            field: value
            for kind, stated in self.content["statements"].items()
            for code, (english, ukrainian) in stated.items()
            for field, value in [
                (f"{kind}_{code}", True),
                (f"{kind}_{code}_en", english),
                (f"{kind}_{code}_uk", ukrainian),
            ]
        }

    def by_item(self) -> list[ItemFields]:
        """The fields of the statements, item by item."""
        return [
            ItemFields(label, [self._fields_of(f"{kind}_{code}") for kind in self.TICKS])
            for code, label in self.items.items()
        ]

    def _fields_of(self, name: str) -> tuple[BoundField, BoundField, BoundField]:
        return self[name], self[f"{name}_en"], self[f"{name}_uk"]

    def problems(self) -> list[Problem]:
        """What stands in the way of saving, field by field."""
        return self.problems_of(self)

    @staticmethod
    def problems_of(form: forms.BaseForm) -> list[Problem]:
        """The errors of a form's fields."""
        return [
            Problem(str(field.label), field.id_for_label or field.auto_id, str(error))
            for field in form
            for error in field.errors
        ]

    def about(self) -> list[BoundField]:
        """The fields that are not statements, and that everybody sees."""
        return [self[name] for name in self.editing.FIELDS if name not in self.CONTACT]

    def contact(self) -> list[BoundField]:
        """The fields that stay private."""
        return [self[name] for name in self.CONTACT]

    def clean(self) -> dict[str, Any]:
        """A new sentence about what is not ticked was not meant to be lost."""
        data = super().clean() or self.cleaned_data
        for name in (f"{kind}_{code}" for kind in self.TICKS for code in self.items):
            for note in (f"{name}_en", f"{name}_uk"):
                if data.get(note) and not data.get(name) and data[note] != self.initial.get(note, ""):
                    self.add_error(note, _("Tick this first, or empty the sentence."))
        return data

    def typed(self) -> Content:
        """What was typed, as `editing` keeps it, but for its other parts. Call it on a valid form."""
        data = self.cleaned_data
        return {
            "profile": {name: plain(data[name]) for name in self.editing.FIELDS},
            "statements": {
                kind: {
                    code: [data[f"{kind}_{code}_en"], data[f"{kind}_{code}_uk"]]
                    for code in self.items
                    if data[f"{kind}_{code}"]
                }
                for kind in self.editing.KINDS
            },
        }


def summary_field(label: Any) -> forms.CharField:
    """A summary in one language."""
    return forms.CharField(
        label=label, max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )


def telephone_field(label: Any) -> forms.RegexField:
    """A telephone number as people write it."""
    return forms.RegexField(r"^[0-9 +()/.-]*$", label=label, max_length=40, required=False)
