"""Who may open what of an event: everything else answers 404."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User

from .models import Event, Registration


def event_for(user: User | AnonymousUser, slug: str) -> Event:
    """An event that is public, or that the person organises. Raises Http404."""
    return get_object_or_404(Event.objects.seen_by(user).select_related("city__country"), slug=slug)


def organised_event(user: User, slug: str) -> Event:
    """An event that the person organises; any for administrators. Raises Http404."""
    return get_object_or_404(Event.objects.organised_by(user).select_related("city__country"), slug=slug)


def participation(user: User, event: Event) -> Registration:
    """The person's own registration, with a place. Raises Http404."""
    found = event.registrations.taking_part().named().filter(user=user).first()
    if found is None:
        raise Http404
    return found


def own_participation(user: User, slug: str) -> tuple[Event, Registration]:
    """An event and the person's own registration, with a place. Raises Http404."""
    event = event_for(user, slug)
    return event, participation(user, event)
