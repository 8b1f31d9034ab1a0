"""Public pages of events."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cities import exports
from cities.photos import photo_file
from events import floor_plan
from events.access import event_for
from events.calendar_file import answer, calendar_of
from events.models import Event, Session
from events.phases import phases
from events.results import figures
from partnerships.interests.models import named_by

from . import listing
from .filters import asked_for

EVENTS_A_PAGE = 24


@login_not_required
@require_safe
def events(request: HttpRequest) -> HttpResponseBase:
    """The public events, those to come first; everything listed also as CSV or JSON."""
    query = asked_for(request.GET)
    found = listing.Found(query)
    match request.GET.get("format"):
        case "csv":
            return exports.csv_file("events", listing.FIELDS, found.records())
        case "json":
            return exports.json_file("events", "events", listing.SOURCE, found, found.records())
    page = Paginator(found.events, EVENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"filter": query, "page": page, "total": page.paginator.count, "query": query.query_string}
    response = render(request, "events/pages/events.html", context)
    response["HX-Push-Url"] = "?".join(filter(None, [request.path, query.query_string]))
    return response


@login_not_required
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything public of one event, in its own time zone; to participants also where it is held online."""
    shown = event_for(request.user, slug)
    mine = registration_of(shown, request.user)
    is_organiser = request.user.is_authenticated and shown.is_organised_by(request.user)
    is_over = shown.phase() == Event.Phase.AFTERWARDS
    context = {
        "event": shown,
        "steps": phases(shown),
        "taken": shown.registrations.taking_part().count(),
        "days": programme(shown),
        "exhibitors": shown.exhibitors.select_related(*named_by("party")),
        "plan": floor_plan.plan_of(shown),
        "mine": mine,
        "is_organiser": is_organiser,
        "shows_link": is_organiser or (mine is not None and mine.takes_part),
        "figures": figures(shown) if is_over else [],
    }
    with timezone.override(shown.zone):
        return render(request, "events/pages/event.html", context)


def registration_of(event: Event, user: Any) -> Any:
    """The person's registration, with a place or without; None for none."""
    return event.registrations.filter(user=user).first() if user.is_authenticated else None


def programme(event: Event) -> list[tuple[Any, list[Session]]]:
    """The days of the programme in the event's time zone, each with its sessions in order."""
    sessions = event.sessions.prefetch_related("speakers")
    days = groupby(sessions, key=lambda one: one.starts_at.astimezone(event.zone).date())
    return [(day, list(of_day)) for day, of_day in days]


@login_not_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as a file for calendar programs."""
    shown = event_for(request.user, slug)
    mine = registration_of(shown, request.user)
    return answer(calendar_of(shown, shows_link=mine is not None and mine.takes_part), shown.slug)


@login_not_required
@require_safe
def poster(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """The poster. Raises Http404 for one that the event does not have any more."""
    shown = event_for(request.user, slug)
    if not shown.poster or shown.poster.name != f"events/posters/{name}":
        raise Http404
    return photo_file(shown.poster, is_public=shown.is_public)
