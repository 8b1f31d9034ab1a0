"""The programme: sessions, those who speak there, and exhibitors."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.models import Party
from projects.models.texts import Bilingual, in_one_language_at_least

from .event import Event, Timed, ordered


class Speaker(models.Model):
    """Somebody who speaks at an event."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="speakers", verbose_name=_("event")
    )
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=150, blank=True)
    role_en = models.CharField(_("office in English"), max_length=200, blank=True)
    role_uk = models.CharField(_("office in Ukrainian"), max_length=200, blank=True)

    name = Bilingual("name")
    role = Bilingual("role")

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name_en", "name_uk", "id"]
        constraints = [in_one_language_at_least("name", "speaker_has_name")]

    def __str__(self) -> str:
        return self.name


class Session(Timed, models.Model):
    """A part of the programme. While one for all is held there are no meetings."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("event")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200, blank=True)
    text_en = models.TextField(_("text in English"), max_length=2000, blank=True)
    text_uk = models.TextField(_("text in Ukrainian"), max_length=2000, blank=True)
    room_en = models.CharField(_("room in English"), max_length=150, blank=True)
    room_uk = models.CharField(_("room in Ukrainian"), max_length=150, blank=True)
    is_for_all = models.BooleanField(
        _("for all"), default=False, help_text=_("No meetings are held meanwhile.")
    )
    speakers = models.ManyToManyField(
        Speaker, blank=True, related_name="sessions", verbose_name=_("speakers")
    )

    title = Bilingual("title")
    text = Bilingual("text")
    room = Bilingual("room")

    class Meta:
        verbose_name = pgettext_lazy("of an event", "session")
        verbose_name_plural = pgettext_lazy("of an event", "sessions")
        ordering = ["starts_at", "id"]
        constraints = [
            in_one_language_at_least("title", "session_has_title"),
            ordered("starts_at", "ends_at", "session_period", _("It ends before it starts.")),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Within the event; one for all only where nobody has a meeting."""
        self.event.check_inside(self.starts_at, self.ends_at)
        if not (self.is_for_all and self.starts_at and self.ends_at and self.starts_at < self.ends_at):
            return
        if self.event.meetings.standing().filter(period__overlap=(self.starts_at, self.ends_at)).exists():
            raise ValidationError(_("Meetings are held then: it cannot be for all."))


class Exhibitor(models.Model):
    """A city or an organisation that has a stand."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="exhibitors", verbose_name=_("event")
    )
    party = models.ForeignKey(
        Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("city or organisation")
    )
    stand = models.CharField(_("stand"), max_length=20, blank=True)
    text_en = models.CharField(_("what it shows, in English"), max_length=500, blank=True)
    text_uk = models.CharField(_("what it shows, in Ukrainian"), max_length=500, blank=True)

    text = Bilingual("text")

    class Meta:
        verbose_name = _("exhibitor")
        verbose_name_plural = _("exhibitors")
        ordering = ["stand", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "party"], name="exhibitor_once")]

    def __str__(self) -> str:
        return self.party.name
