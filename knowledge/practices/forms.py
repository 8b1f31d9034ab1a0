"""The forms of a practice: what a city's mayors tell, what members ask, what other cities add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import Topic
from knowledge.models import Adoption, Practice, PracticeDocument, PracticeResult
from partnerships.models import Partnership, Party
from projects.codelists import numbered_goals
from projects.forms import FileRowForm, ManyChoices, RowForm, form_field


class ManyOf(forms.ModelMultipleChoiceField):
    """Several rows, ticked."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """The rows. Raises ValidationError for what is none of those offered."""
        for one in value or ():
            if "\x00" in str(one):  # PostgreSQL could not even look for it
                raise ValidationError(self.error_messages["invalid_choice"], params={"value": "?"})
        return super().clean(value)


class PracticeForm(forms.ModelForm):
    """What the city tells, but for figures and papers."""

    topics = ManyOf(Topic.objects.all(), label=_("Topics"), required=False)
    goals = ManyChoices(label=_("Sustainable Development Goals"), required=False, coerce=int)
    sizes = ManyChoices(
        label=_("Size of city that it fits"),
        required=False,
        help_text=_("Number of inhabitants; none ticked: any city."),
    )

    class Meta:
        model = Practice
        fields = [
            *("title_en", "title_uk", "problem_en", "problem_uk", "done_en", "done_uk"),
            *("lessons_en", "lessons_uk", "cost", "currency", "started_on", "ended_on"),
            *("topics", "sizes", "goals", "contact_name", "contact_email", "projects", "partnerships"),
        ]
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sizes = Practice._meta.get_field("sizes").base_field  # type: ignore[union-attr]
        self.fields["sizes"].choices = sizes.choices  # type: ignore[attr-defined]
        self.fields["goals"].choices = numbered_goals()  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 7
        city = self.instance.city
        self._offer("projects", city.projects.order_by("-updated_at", "-pk"))
        at_city = Partnership.objects.filter(Q(one__city=city) | Q(other__city=city))
        self._offer("partnerships", at_city.exclude(confirmed_at=None).named())

    def _offer(self, name: str, rows: Any) -> None:
        """Of the city's own only; the field goes where there are none."""
        if not rows.exists():
            del self.fields[name]
            return
        known = Practice._meta.get_field(name)
        label, about = known.verbose_name, known.help_text  # type: ignore[union-attr]
        self.fields[name] = ManyOf(rows, label=str(label).capitalize(), help_text=about, required=False)

    def clean_contact_name(self) -> str:
        """On one line."""
        return " ".join(self.cleaned_data["contact_name"].split())


class ResultForm(RowForm):
    """A figure before and after."""

    OWNER = "practice"

    class Meta(RowForm.Meta):
        model = PracticeResult
        fields = PracticeResult.HISTORY


class PaperForm(FileRowForm):
    """A paper; another file takes the place of the one it had."""

    OWNER = "practice"

    class Meta(RowForm.Meta):
        model = PracticeDocument
        fields = PracticeDocument.HISTORY

    def record(self, recorder: Any) -> None:
        """Save it, with its file when one was chosen."""
        if self.checked is not None:
            self.instance.replace_file(self.cleaned_data["upload"], self.checked, by=recorder.by)
            self.before = None
        super().record(recorder)


class QuestionForm(forms.Form):
    """What a member asks, and for whom."""

    party = forms.TypedChoiceField(label=_("I ask for"), coerce=int)
    text = forms.CharField(
        label=_("Your question"),
        min_length=5,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it once it is answered, with the name of your city or organisation."),
    )

    def __init__(self, *args: Any, sides: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party: Any = self.fields["party"]
        self.sides = {side.pk: side for side in sides}
        party.choices = [(side.pk, side.name) for side in sides]
        if len(sides) == 1:
            party.initial, party.widget = sides[0].pk, forms.HiddenInput()

    def clean_party(self) -> Party:
        """The side."""
        return self.sides[self.cleaned_data["party"]]

    def clean(self) -> dict[str, Any] | None:
        """Say it above the form where the field is hidden that is wrong."""
        if self.has_error("party") and self["party"].is_hidden:
            self.add_error(None, _("You do not speak for that side any more. Try again."))
        return super().clean()


class AnswerForm(forms.Form):
    """What the city answers."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody reads it, with the question."),
    )

    def clean_answer(self) -> str:
        """With the ends of lines that are compared with what was seen."""
        return str(self.cleaned_data["answer"]).replace("\r\n", "\n")


class AdoptionForm(forms.ModelForm):
    """That one's city did the same, since when, and what came of it."""

    class Meta:
        model = Adoption
        fields = ["since", "text_en", "text_uk"]
        formfield_callback = form_field
