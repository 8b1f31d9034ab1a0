"""The pages of an event that a person may open, as the tabs at the head of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Event


class Who(Enum):
    """For whom a tab is."""

    EVERYBODY = auto()
    REGISTERING = auto()
    PARTICIPANTS = auto()
    THERE = auto()
    ORGANISERS = auto()


@dataclass(frozen=True)
class Tab:
    """A page of an event: the name of its address, and of those below it, which show the same tab."""

    name: str
    label: Promise
    who: Who
    below: tuple[str, ...] = ()

    def shows(self, name: str) -> bool:
        """Whether an address of that name is this page or below it."""
        return name == self.name or name in self.below

    def url_of(self, event: Event) -> str:
        """Its address; empty where the portal has no such page."""
        try:
            return reverse(self.name, args=[event.slug])
        except NoReverseMatch:
            return ""


TABS = (
    Tab("event", _("Event"), Who.EVERYBODY),
    Tab("event-register", _("Registration"), Who.REGISTERING),
    Tab("event-participants", _("Participants"), Who.PARTICIPANTS, ("event-participant",)),
    Tab("event-requests", _("Meeting requests"), Who.PARTICIPANTS, ("event-request",)),
    Tab("event-agenda", _("Agenda"), Who.PARTICIPANTS),
    Tab("event-live", _("Now and next"), Who.THERE),
    Tab("event-edit", _("Edit"), Who.ORGANISERS, ("event-section", "event-part", "event-part-new")),
    Tab("event-people", _("People"), Who.ORGANISERS, ("event-guests", "event-badges")),
    Tab("event-schedule", _("Schedule"), Who.ORGANISERS),
    Tab("event-board", _("Board"), Who.ORGANISERS, ("event-meeting",)),
    Tab("event-check-in", _("Check-in"), Who.ORGANISERS, ("event-check-in-one",)),
)


def tabs_of(event: Event, user: Any) -> list[tuple[Tab, str]]:
    """What the person may open, each with its address; nothing where that is the event's page alone."""
    open_to = _kinds_of(event, user)
    found = [(tab, tab.url_of(event)) for tab in TABS if tab.who in open_to]
    found = [(tab, url) for tab, url in found if url]
    return found if len(found) > 1 else []


def _kinds_of(event: Event, user: Any) -> set[Who]:
    kinds = {Who.EVERYBODY}
    if event.takes_registrations():
        kinds.add(Who.REGISTERING)
    if not user.is_authenticated:
        return kinds
    gone = {Who.THERE} if event.has_ended else set()
    mine = event.registrations.filter(user=user).first()
    if mine is not None:
        kinds.add(Who.REGISTERING)
        if mine.takes_part:
            kinds |= {Who.PARTICIPANTS, Who.THERE} - gone
    if event.is_organised_by(user):
        kinds |= {Who.ORGANISERS, Who.THERE} - gone
    return kinds
