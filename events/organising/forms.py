"""The forms of an event's own fields, a section each. Times are typed in the event's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import DateTimeField, URLField
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from cities.choosing import cities_found
from cities.models import City
from cities.picture_form import PictureForm
from events.models import Event
from events.registering.places import fill

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def form_field(field: Any, **more: Any) -> Any:
    """The form's field for a model's field: instants with a calendar and a clock, texts with some lines."""
    if isinstance(field, URLField):
        more["assume_scheme"] = "https"
    if isinstance(field, DateTimeField):
        more["validators"] = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    widgets = {
        "DateTimeField": lambda: forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
        ),
        "TextField": lambda: forms.Textarea(attrs={"rows": 4}),
    }
    if (widget := widgets.get(field.get_internal_type())) and "widget" not in more:
        more["widget"] = widget()
    return field.formfield(**more)


class EventForm(forms.ModelForm):
    """Some fields of an event."""

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()
        formfield_callback = form_field


class DetailsForm(EventForm):
    """What it is and where. The city is typed by name; of several called so one is chosen."""

    city_name = forms.CharField(
        label=_("Host city"),
        required=False,
        max_length=100,
        help_text=_("Its name in any language; empty for an event without one."),
    )
    city_number = forms.TypedChoiceField(
        label=_("Which of these cities?"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    field_order = ("title_en", "title_uk", "text_en", "text_uk", "format", "city_name", "city_number")

    class Meta(EventForm.Meta):
        fields = (
            *("title_en", "title_uk", "text_en", "text_uk"),
            *("format", "place_en", "place_uk", "link"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city = self.instance.city
        self.initial["city_name"] = city.display_name if city else ""
        self.candidates: list[tuple[int, str]] = []
        if self.is_bound and (typed := self.typed_city) and typed != self.initial["city_name"]:
            self.candidates = [
                (number, ", ".join(filter(None, [card.name, card.region, card.country])))
                for number, card in cities_found(typed)
            ]
        if len(self.candidates) > 1:
            self.fields["city_number"].choices = self.candidates  # type: ignore[attr-defined]
        else:
            del self.fields["city_number"]

    @property
    def typed_city(self) -> str:
        """The name of the city, as it was typed."""
        return str(self.data.get(self.add_prefix("city_name"), "")).replace("\x00", "").strip()[:100]

    def clean(self) -> dict[str, Any]:
        """The city of that name. Where several are called so, one must be chosen."""
        cleaned = super().clean() or {}
        typed = self.typed_city
        if not typed:
            self.instance.city = None
        elif typed != self.initial["city_name"]:
            self._choose(cleaned.get("city_number"))
        return cleaned

    def _choose(self, chosen: int | None) -> None:
        if not self.candidates:
            self.add_error("city_name", _("No city of that name is known."))
        elif len(self.candidates) > 1 and chosen is None:
            self.instance.city = None
            self.add_error("city_name", _("Several cities are called so or alike. Choose one of them below."))
        else:
            number = chosen or self.candidates[0][0]
            self.instance.city = City.objects.select_related("country").get(pk=number)


class TimesForm(EventForm):
    """When it is. What is typed are times of the zone that is typed."""

    class Meta(EventForm.Meta):
        fields = ("time_zone", "starts_at", "ends_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.attrs["list"] = "time-zones"

    def full_clean(self) -> None:
        """Read the times in the zone that was typed, where there is such a zone."""
        typed = str(self.data.get(self.add_prefix("time_zone"), "")) if self.is_bound else ""
        with timezone.override(ZoneInfo(typed) if typed in available_timezones() else self.instance.zone):
            super().full_clean()

    def clean_time_zone(self) -> str:
        """It stays once something was entered in it."""
        typed: str = self.cleaned_data["time_zone"]
        event = self.instance
        is_bound = event.pk and (event.sessions.exists() or event.slots.exists())
        if is_bound and typed != event.time_zone:
            raise ValidationError(
                _("Sessions and slots are entered in the present time zone. Remove them first.")
            )
        return typed


class NewEventForm(TimesForm, DetailsForm):
    """What an event begins with."""

    field_order = ("title_en", "title_uk", "format", "city_name", "city_number", "place_en", "place_uk")

    class Meta(EventForm.Meta):
        fields = (
            *("title_en", "title_uk", "format", "place_en", "place_uk"),
            *("time_zone", "starts_at", "ends_at"),
        )


class RegistrationForm(EventForm):
    """Who may register, when, and for how many there is room."""

    open_to = forms.MultipleChoiceField(
        label=_("Open to"),
        choices=Event.Who,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whose people may register; others by invitation only."),
    )

    class Meta(EventForm.Meta):
        fields = ("open_to", "capacity", "registration_opens_at", "registration_closes_at")

    def clean_capacity(self) -> int:
        """Not below the number of those who have a place."""
        capacity: int = self.cleaned_data["capacity"]
        taken = self.instance.registrations.taking_part().count()
        if capacity < taken:
            message = ngettext(
                "%(count)s person has a place already.", "%(count)s people have a place already.", taken
            )
            raise ValidationError(message % {"count": taken})
        return capacity

    def save(self, commit: bool = True) -> Event:
        """Save it, and give new places to those who wait; call it with the event locked."""
        event: Event = super().save(commit)
        fill(event)
        return event


class MeetingsForm(EventForm):
    """When meetings are requested, how many, and whether participants book what is free."""

    class Meta(EventForm.Meta):
        fields = ("requests_open_at", "requests_close_at", "most_requests", "books_freely")


class PosterForm(PictureForm, EventForm):
    """The poster, made anew, and what it shows for those who do not see it."""

    PICTURE = "poster"
    field_order = ("upload", "poster_alt_en", "poster_alt_uk", "remove")

    class Meta(EventForm.Meta):
        fields = ("poster_alt_en", "poster_alt_uk")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].label = _("Poster")
        if "remove" in self.fields:
            self.fields["remove"].label = _("Remove the poster")


class ResultsForm(EventForm):
    """What came of it."""

    class Meta(EventForm.Meta):
        fields = ("results_en", "results_uk")


class OrganisersForm(EventForm):
    """Who organises it, named by administrators."""

    emails = forms.CharField(
        label=_("Organisers"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The e-mail addresses of their accounts, one a line."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = self.instance.organisers.order_by("email").values_list("email", flat=True)
        self.initial["emails"] = "\n".join(named)

    def clean_emails(self) -> list[User]:
        """The people with these addresses. Raises ValidationError for those whom nobody knows."""
        typed = {line.strip().lower() for line in self.cleaned_data["emails"].splitlines()} - {""}
        known = User.objects.annotate(address=Lower("email")).filter(address__in=typed, is_active=True)
        people = {one.email.lower(): one for one in known}
        if unknown := sorted(typed - people.keys()):
            raise ValidationError(
                _("Nobody has an account with: %(emails)s") % {"emails": ", ".join(unknown)}
            )
        return list(people.values())

    def save(self, commit: bool = True) -> Event:
        """The people named, and nobody else."""
        self.instance.organisers.set(self.cleaned_data["emails"])
        return self.instance
