"""Forms: writing an expression of interest, and answering one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import Topic

from .models import Interest, Party


class OnBehalfForm(forms.Form):
    """What one writes to others on behalf of one of one's sides."""

    required_css_class = "required"

    sender = forms.ModelChoiceField(label=_("On behalf of"), queryset=Party.objects.none(), empty_label=None)

    def __init__(self, *args: Any, mine: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        senders: Any = self.fields["sender"]
        senders.queryset = Party.objects.named().filter(pk__in=[one.pk for one in mine])
        senders.choices = [(one.pk, one.name) for one in mine]
        if len(mine) == 1:
            senders.initial, senders.widget = mine[0].pk, forms.HiddenInput()


class InterestForm(OnBehalfForm):
    """What one writes to another side. A project and its need are fixed by the page one comes from."""

    reason = forms.CharField(
        label=_("Why would you like to work together?"),
        min_length=20,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "Two or three sentences: what you would like to do together, and what you can bring. "
            "The other side reads them."
        ),
    )
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.all(), required=False)


class AnswerForm(forms.Form):
    """A yes or a no. Who declines says why."""

    action = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])
    why = forms.ChoiceField(
        label=_("Why not?"), choices=Interest.Why, required=False, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("A sentence to the other side"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever declines has to say why."""
        found = super().clean() or {}
        if found.get("action") == "decline" and not found.get("why") and "why" not in self.errors:
            self.add_error("why", _("Choose what fits best: it helps to make better proposals."))
        return found


class ReportForm(forms.Form):
    """What is wrong with what the other side wrote."""

    required_css_class = "required"

    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The administrators can then read what the two sides wrote to each other; the log says so."
        ),
    )
