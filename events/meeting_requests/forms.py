"""Forms: finding participants, asking for a meeting, answering, writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.alphabet import reader_key
from cities.city_page import language_names
from cities.directory import reader_language
from cities.models import Topic
from events.models import Event
from events.models.requests import Priority
from partnerships.businesses.words import market_labels

from .fit import GUEST
from .participants import Person

KINDS = (*Event.Who.choices, (GUEST, _("guests")))
Choices = list[tuple[str, str]]


class FindForm(forms.Form):
    """What narrows the list of participants; each list offers what some of them have."""

    q = forms.CharField(
        label=_("Name, place or goal"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Who"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)

    def __init__(self, data: Any, people: Sequence[Person]) -> None:
        super().__init__(data)
        codes = {
            "kind": {one.side.kind for one in people},
            "country": {one.country for one in people if one.country},
            "language": {code for one in people for code in one.languages},
            "topic": {code for one in people for code in one.topics},
        }
        labels = {
            "kind": [(code, capfirst(str(label))) for code, label in KINDS],
            "country": list(market_labels(reader_language(), codes["country"]).items()),
            "language": list(zip(codes["language"], language_names(codes["language"]), strict=True)),
            "topic": [(one.pk, one.name) for one in Topic.objects.all()],
        }
        for name, wanted in codes.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *_alphabetical(labels[name], wanted)]

    def chosen(self, name: str) -> str:
        """What was chosen of a list or typed; empty for what is not there."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def fits(self, one: Person) -> bool:
        """Whether a participant has what was chosen; what was typed is looked up in the database."""
        kind, country, language, topic = map(self.chosen, ("kind", "country", "language", "topic"))
        return (
            kind in ("", one.side.kind)
            and country in ("", one.country)
            and (not language or language in one.languages)
            and (not topic or topic in one.topics)
        )

    @property
    def is_used(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.chosen(name) for name in self.fields)


def _alphabetical(labels: Iterable[tuple[str, str]], wanted: set[str]) -> Choices:
    return sorted(
        ((code, label) for code, label in labels if code in wanted), key=lambda one: reader_key(one[1])
    )


class PriorityForm(forms.Form):
    """How much one wants a meeting."""

    required_css_class = "required"

    priority = forms.TypedChoiceField(
        label=_("How much do you want this meeting?"),
        choices=lambda: [(one.value, capfirst(str(one.label))) for one in reversed(Priority)],
        coerce=int,
        initial=Priority.WANTED,
        widget=forms.RadioSelect,
    )


class AskForm(PriorityForm):
    """A request for a meeting."""

    sentence = forms.CharField(
        label=_("What would you like to discuss?"),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence. It is the first that the other reads of you."),
    )


class MessageForm(forms.Form):
    """A message to the other of a request."""

    text = forms.CharField(label=_("Message"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
