"""The phases of an event as steps: which it has reached, and when each begins."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from partnerships.partnership.steps import Step

from .models import Event

CALLED = {
    Event.Phase.ANNOUNCED: gettext_lazy("announced"),
    Event.Phase.REGISTRATION: gettext_lazy("registration"),
    Event.Phase.REQUESTS: gettext_lazy("requests for meetings"),
    Event.Phase.PRELIMINARY: gettext_lazy("preliminary schedule"),
    Event.Phase.FINAL: gettext_lazy("final schedule"),
    Event.Phase.DAYS: gettext_lazy("the event"),
    Event.Phase.AFTERWARDS: gettext_lazy("afterwards"),
}
OF_MEETINGS = {Event.Phase.REQUESTS, Event.Phase.PRELIMINARY, Event.Phase.FINAL}


def phases(event: Event) -> list[Step]:
    """Its phases in order; those of meetings only where meetings are requested."""
    shown = [one for one in Event.Phase if event.requests_open_at or one not in OF_MEETINGS]
    begins = {
        Event.Phase.ANNOUNCED: event.published_at,
        Event.Phase.REGISTRATION: event.registration_opens_at,
        Event.Phase.REQUESTS: event.requests_open_at,
        Event.Phase.DAYS: event.starts_at,
        Event.Phase.AFTERWARDS: event.ends_at,
    }
    order = list(Event.Phase)
    now = order.index(Event.Phase(event.phase()))
    return [
        Step(str(CALLED[one]), begins.get(one), order.index(one) <= now, order.index(one) == now)
        for one in shown
    ]
