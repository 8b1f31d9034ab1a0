"""The form by which one registers for an event, or changes what one said."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cities.statement_form import language_choices
from events.models import Event, Meeting, Registration, Session, Slot
from partnerships.models import Party

from .eligibility import Way


def by_day(
    event: Event, rows: Iterable[Slot | Session], named: Any
) -> list[tuple[str, list[tuple[int, str]]]]:
    """Choices of rows that have a time, day by day in the event's time zone. `named` makes a label of one."""
    return [
        (date_format(day, "l, j E"), [(one.pk, named(one)) for one in ofday])
        for day, ofday in groupby(rows, lambda one: one.starts_at.astimezone(event.zone).date())
    ]


class RegistrationForm(forms.ModelForm):
    """What a participant says. `way`: for whom the person may come."""

    required_css_class = "required"
    only_side: Party | None = None
    """Where there is no choice of sides."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        help_text=_("In which you can hold a meeting."),
        required=False,
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Registration
        fields = (
            "name", "party", "guest_of", "is_online", "goals", "topics", "languages", "wants_meetings",
            "away_in", "sessions",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "goals": forms.Textarea(attrs={"rows": 4}),
            "topics": forms.CheckboxSelectMultiple,
            "away_in": forms.CheckboxSelectMultiple,
            "sessions": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, way: Way, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event: Event = self.instance.event
        self.fields["name"].required = True
        self._offer_sides(way)
        self._offer_times(event)
        if event.format != Event.Format.BOTH:
            del self.fields["is_online"]
            self.instance.is_online = not event.has_on_site

    def _offer_sides(self, way: Way) -> None:
        if way.is_guest:
            del self.fields["party"]
            self.fields["guest_of"].label = _("Your organisation")
            return
        del self.fields["guest_of"]
        party: Any = self.fields["party"]
        party.queryset = Party.objects.named().filter(pk__in=[one.pk for one in way.sides])
        party.choices = [(one.pk, one.name) for one in way.sides]
        party.label, party.help_text, party.required = _("For whom you come"), "", True
        if len(way.sides) == 1:
            party.initial = self.initial["party"] = way.sides[0].pk
            party.widget = forms.HiddenInput()
            self.only_side = way.sides[0]

    def _offer_times(self, event: Event) -> None:
        slots: Any = event.slots.all()
        sessions: Any = event.sessions.filter(is_for_all=False)
        for name, rows, named in [
            ("away_in", slots, lambda one: one.hours),
            ("sessions", sessions, lambda one: f"{one.hours} {one.title}"),
        ]:
            field: Any = self.fields[name]
            field.queryset = rows
            field.choices = by_day(event, rows, named)
            if not field.choices:
                del self.fields[name]
        if "away_in" in self.fields:
            self.fields["away_in"].label = _("When you cannot meet anybody")

    def clean(self) -> dict[str, Any]:
        """Whoever is open to meetings says in which languages; no meeting is lost without a word."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("wants_meetings") and not said.get("languages") and "languages" not in self.errors:
            self.add_error("languages", _("Name one language at least: meetings are held in it."))
        if self.instance.pk:
            for name in {"away_in", "sessions"} & self.fields.keys():
                self._keep_meetings(name, said.get(name) or [])
        return said

    def _keep_meetings(self, name: str, times: Iterable[Slot | Session]) -> None:
        meetings = Meeting.objects.standing().of(self.instance).named()
        overlap = Q(pk__in=[])
        for one in times:
            overlap |= Q(slot__starts_at__lt=one.ends_at, slot__ends_at__gt=one.starts_at)
        for meeting in meetings.filter(overlap):
            message = _("You have a meeting at %(when)s. Cancel it first, or ask the organisers to move it.")
            self.add_error(name, forms.ValidationError(message, params={"when": str(meeting.slot)}))
