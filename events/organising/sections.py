"""The sections in which an event is edited: its own fields, or the parts of which it has several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Event

from . import forms, part_forms
from .forms import EventForm
from .part_forms import PartForm, SeriesForm


@dataclass(frozen=True)
class Section:
    """What is edited on one page.

    form: of the event's own fields. parts: the name of the parts on the event, with `part` the form of one
    of them (None where they are only added and removed) and `series` the form that adds many.
    """

    code: str
    label: Promise
    about: Promise
    form: type[EventForm] | None = None
    parts: str = ""
    part: type[PartForm] | None = None
    series: type[SeriesForm] | None = None
    is_for_admins: bool = False
    adds_one: bool = True
    tells_times: bool = False

    @property
    def has_pages(self) -> bool:
        """Whether each part has a form of its own."""
        return self.part is not None

    def of(self, event: Event) -> Any:
        """The parts of an event."""
        return getattr(event, self.parts).all()

    def new_part(self, event: Event) -> Any:
        """A part that is not saved yet."""
        return self.of(event).model(event=event)


ALL = [
    Section("details", _("Details"), _("What it is, where, and how one takes part."), forms.DetailsForm),
    Section("times", _("Times"), _("When it begins and ends, and in which time zone."), forms.TimesForm),
    Section(
        "registration",
        _("Registration"),
        _("Who may register, from when to when, and for how many there is room."),
        forms.RegistrationForm,
        tells_times=True,
    ),
    Section(
        "meetings",
        _("Meetings"),
        _("When participants ask each other for meetings, how many, and whether they book what is free."),
        forms.MeetingsForm,
        tells_times=True,
    ),
    Section(
        "speakers",
        _("Speakers"),
        _("Who speaks. Sessions name them."),
        parts="speakers",
        part=part_forms.SpeakerForm,
    ),
    Section(
        "programme",
        _("Programme"),
        _("The sessions, day by day. While one for all is held there are no meetings."),
        parts="sessions",
        part=part_forms.SessionForm,
        tells_times=True,
    ),
    Section(
        "exhibitors",
        _("Exhibitors"),
        _("Cities and organisations with a stand."),
        parts="exhibitors",
        part=part_forms.ExhibitorForm,
        adds_one=False,
    ),
    Section(
        "slots",
        _("Slots"),
        _("The times of meetings: in each, one meeting at every table."),
        parts="slots",
        series=part_forms.SlotSeriesForm,
        tells_times=True,
        adds_one=False,
    ),
    Section(
        "tables",
        _("Floor plan"),
        _("The tables for meetings, where they stand, and when they are closed."),
        parts="tables",
        part=part_forms.TableForm,
        series=part_forms.TableGridForm,
    ),
    Section(
        "interpreters",
        _("Interpreters"),
        _("Who helps two without a common language, and when."),
        parts="interpreters",
        part=part_forms.InterpreterForm,
    ),
    Section("poster", _("Poster"), _("The picture in the list and on the page."), forms.PosterForm),
    Section(
        "results",
        _("Results"),
        _("What came of it, for everybody. Figures are counted by the portal."),
        forms.ResultsForm,
    ),
    Section(
        "organisers",
        _("Organisers"),
        _("Who edits this event and sees who takes part."),
        forms.OrganisersForm,
        is_for_admins=True,
    ),
]
SECTIONS = {one.code: one for one in ALL}


def sections_for(user: Any) -> Iterable[Section]:
    """The sections that the person may edit."""
    return [one for one in ALL if user.is_superuser or not one.is_for_admins]
