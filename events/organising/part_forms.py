"""The forms of the parts of which an event has several: of one, and of many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.statement_form import language_choices
from events.models import Event, Exhibitor, Interpreter, Session, Slot, Speaker, Table

from .forms import form_field

MOST_SLOTS, MOST_TABLES = 200, 300  # of an event
TAKEN = gettext_lazy("Meetings are held in %(slots)s. Move them first.")


class PartForm(forms.ModelForm):
    """One part of an event."""

    class Meta:
        fields: tuple[str, ...] = ()
        formfield_callback = form_field

    def _get_validation_exclusions(self) -> set[str]:
        """The event is not typed, but counts for what may be there only once in it."""
        return super()._get_validation_exclusions() - {"event"}  # type: ignore[misc]

    @staticmethod
    def line(part: Any) -> str:
        """What a list says of a part besides its name."""
        return ""


class SpeakerForm(PartForm):
    """Somebody who speaks."""

    class Meta(PartForm.Meta):
        model = Speaker
        fields = ("name_en", "name_uk", "role_en", "role_uk")

    @staticmethod
    def line(part: Speaker) -> str:
        """The office."""
        return part.role


class SessionForm(PartForm):
    """A session of the programme."""

    class Meta(PartForm.Meta):
        model = Session
        fields = (
            *("title_en", "title_uk", "starts_at", "ends_at", "room_en", "room_uk", "text_en", "text_uk"),
            *("speakers", "is_for_all"),
        )
        widgets: ClassVar[dict[str, Any]] = {"speakers": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speakers"].queryset = self.instance.event.speakers.all()  # type: ignore[attr-defined]
        self.fields["speakers"].help_text = _("Whoever is missing here is added in the section of speakers.")

    @staticmethod
    def line(part: Session) -> str:
        """Its time."""
        starts, ends = timezone.localtime(part.starts_at), timezone.localtime(part.ends_at)
        return f"{date_format(starts, 'j E')}, {starts:%H:%M}–{ends:%H:%M}"


class ExhibitorForm(PartForm):
    """What a city or an organisation shows, and where."""

    class Meta(PartForm.Meta):
        model = Exhibitor
        fields = ("stand", "text_en", "text_uk")

    @staticmethod
    def line(part: Exhibitor) -> str:
        """Its stand."""
        return _("Stand %(stand)s") % {"stand": part.stand} if part.stand else ""


def slots_of(event: Event) -> Any:
    """The slots of an event, to tick."""
    return forms.ModelMultipleChoiceField(
        event.slots.select_related("event"),
        label=_("Not free in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def refuse_where_meetings_are(meetings: Any, slots: Iterable[Slot]) -> None:
    """Raise ValidationError if some of the meetings are held in one of the slots."""
    taken = set(meetings.standing().values_list("slot", flat=True))
    if held := [str(slot) for slot in slots if slot.pk in taken]:
        raise ValidationError(TAKEN % {"slots": ", ".join(held)})


class TableForm(PartForm):
    """A table: where it stands, and when it is closed."""

    class Meta(PartForm.Meta):
        model = Table
        fields = ("number", "x", "y", "closed_in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closed_in"] = slots_of(self.instance.event)

    def clean_closed_in(self) -> Any:
        """Never in a slot in which a meeting is held at it."""
        slots = self.cleaned_data["closed_in"]
        if self.instance.pk:
            refuse_where_meetings_are(self.instance.meetings, slots)
        return slots

    @staticmethod
    def line(part: Table) -> str:
        """Where it stands."""
        return part.place()


class InterpreterForm(PartForm):
    """An interpreter: between which languages, and when absent."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=language_choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta(PartForm.Meta):
        model = Interpreter
        fields = ("name", "languages", "absent_in")
        labels: ClassVar[dict[str, Any]] = {"name": gettext_lazy("Full name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent_in"] = slots_of(self.instance.event)

    def clean_languages(self) -> list[str]:
        """Two at least."""
        chosen: list[str] = self.cleaned_data["languages"]
        if len(chosen) < 2:
            raise ValidationError(_("An interpreter speaks two languages at least."))
        return chosen

    def clean_absent_in(self) -> Any:
        """Never in a slot in which the interpreter is needed."""
        slots = self.cleaned_data["absent_in"]
        if self.instance.pk:
            refuse_where_meetings_are(self.instance.meetings, slots)
        return slots

    @staticmethod
    def line(part: Interpreter) -> str:
        """The languages."""
        names = dict(language_choices())
        return ", ".join(names.get(code, code) for code in part.languages)


class SeriesForm(forms.Form):
    """Many parts at once. `save` makes them."""

    button: ClassVar[Any]

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event

    def save(self) -> int:
        """Make them; how many."""
        raise NotImplementedError


class SlotSeriesForm(SeriesForm):
    """Slots of a day: from, to, how long each, and the pause between them."""

    button = gettext_lazy("Make the slots")
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    first = forms.TimeField(label=gettext_lazy("From"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    last = forms.TimeField(label=gettext_lazy("To"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes each"), min_value=5, max_value=240, initial=25)
    pause = forms.IntegerField(label=gettext_lazy("Minutes of pause"), min_value=0, max_value=240, initial=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate(self.event.starts_at, self.event.zone)

    def clean_day(self) -> date:
        """A day of the event."""
        day: date = self.cleaned_data["day"]
        ends = self.event.starts_at, self.event.ends_at
        first, last = (timezone.localdate(at, self.event.zone) for at in ends)
        if not first <= day <= last:
            raise ValidationError(_("The event is not held on that day."))
        return day

    def clean(self) -> dict[str, Any]:
        """The slots fit into the event, and between those that are there."""
        cleaned = super().clean() or {}
        self.slots: list[Slot] = []
        if self.errors:
            return cleaned
        self.slots = list(self._made(cleaned))
        if not self.slots:
            raise ValidationError(_("Not one slot fits between these times."))
        if self.event.slots.count() + len(self.slots) > MOST_SLOTS:
            raise ValidationError(_("An event has at most %(most)s slots.") % {"most": MOST_SLOTS})
        for slot in self.slots:
            slot.clean()
        return cleaned

    def _made(self, cleaned: dict[str, Any]) -> Iterator[Slot]:
        first, last = (
            datetime.combine(cleaned["day"], cleaned[name], self.event.zone).astimezone(UTC)
            for name in ("first", "last")
        )
        length, pause = timedelta(minutes=cleaned["minutes"]), timedelta(minutes=cleaned["pause"])
        while first + length <= last:
            yield Slot(event=self.event, starts_at=first, ends_at=first + length)
            first += length + pause

    def save(self) -> int:
        """Make them; how many."""
        return len(Slot.objects.bulk_create(self.slots))


def _percent(label: Any, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, initial=initial, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )


class TableGridForm(SeriesForm):
    """Tables in rows and columns, numbered on from those that are there."""

    button = gettext_lazy("Add the tables")
    count = forms.IntegerField(label=gettext_lazy("Tables"), min_value=1, max_value=MOST_TABLES, initial=12)
    columns = forms.IntegerField(label=gettext_lazy("Tables in a row"), min_value=1, max_value=30, initial=6)
    top = _percent(gettext_lazy("First row, in percent from the top"), 0)
    bottom = _percent(gettext_lazy("Last row, in percent from the top"), 100)

    def clean(self) -> dict[str, Any]:
        """Not more than an event may have."""
        cleaned = super().clean() or {}
        if self.event.tables.count() + cleaned.get("count", 0) > MOST_TABLES:
            raise ValidationError(_("An event has at most %(most)s tables.") % {"most": MOST_TABLES})
        return cleaned

    def save(self) -> int:
        """Make them; how many."""
        said = self.cleaned_data
        last = self.event.tables.order_by("-number").values_list("number", flat=True).first() or 0
        columns = min(said["columns"], said["count"])
        rows = -(-said["count"] // columns)
        made = []
        for place in range(said["count"]):
            row, column = divmod(place, columns)
            x = 100 * column // (columns - 1) if columns > 1 else 50
            y = said["top"] + ((said["bottom"] - said["top"]) * row // (rows - 1) if rows > 1 else 0)
            made.append(Table(event=self.event, number=last + place + 1, x=x, y=y))
        return len(Table.objects.bulk_create(made))
