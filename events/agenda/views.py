"""Pages of agendas: one's own, as a page and as files; for the organisers those of all; the live display."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from events import calendar_file
from events.access import event_for, organised_event, own_participation, participation
from events.models.event import NotPossible
from partnerships.papers.pages import paper_file, paper_page

from .appointments import Appointment, appointments_of, days_of
from .calendar import agenda_file
from .live import live
from .outcomes import OutcomeForm, keep, with_outcomes
from .printed import all_agendas, own_agenda

READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The person's sessions and meetings by day. A POST says what came of a meeting that has begun."""
    event, mine = own_participation(User.signed_in(request), slug)
    found = appointments_of(event, mine)
    refused = None
    if request.method == "POST":
        sent = request.POST.get("seat")
        refused = _keep(request, next((one for one in found if one.seat and one.seat_key == sent), None))
        if refused is None:
            return redirect("event-agenda", event.slug)
    context = {
        "event": event,
        "mine": mine,
        "days": days_of(event, with_outcomes(mine, found, refused)),
        "meetings": sum(one.meeting is not None for one in found),
    }
    return render(request, "events/agenda/agenda.html", context)


def _keep(request: HttpRequest, one: Appointment | None) -> OutcomeForm | None:
    """Keep what the person says of a meeting; the form where it cannot be kept."""
    if one is None or one.seat is None or one.meeting is None:
        messages.error(request, _("This meeting is not in your agenda any more."))
        return None
    form = OutcomeForm(request.POST, instance=one.seat)
    if not form.is_valid():
        return form
    try:
        keep(form, one.meeting)
    except NotPossible as early:
        messages.error(request, str(early))
    else:
        messages.success(request, _("Saved."))
    return None


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The person's agenda as a file for calendar programs."""
    event, mine = own_participation(User.signed_in(request), slug)
    return calendar_file.answer(agenda_file(event, mine), f"{event.slug}-agenda")


@require_http_methods(READ_OR_SEND)
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the PDF of one's own agenda is; a POST asks for it."""
    event, mine = own_participation(User.signed_in(request), slug)
    return paper_page(
        request,
        own_agenda(event, mine),
        title=_("My agenda: %(event)s") % {"event": event.title},
        file=reverse("event-agenda-file", args=[event.slug]),
        back=reverse("event-agenda", args=[event.slug]),
        back_to=_("Agenda"),
        about=_("In the language in which you read this page."),
    )


@require_safe
def file(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own agenda as PDF."""
    event, mine = own_participation(User.signed_in(request), slug)
    return paper_file(own_agenda(event, mine), page=reverse("event-agenda-paper", args=[event.slug]))


@require_http_methods(READ_OR_SEND)
def of_all(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the PDF of all agendas is; a POST asks for it."""
    event = organised_event(User.signed_in(request), slug)
    return paper_page(
        request,
        all_agendas(event),
        title=_("Agendas: %(event)s") % {"event": event.title},
        file=reverse("event-agendas-file", args=[event.slug]),
        back=reverse("event-schedule", args=[event.slug]),
        back_to=_("Schedule"),
        about=_("A page for each participant; in the language in which you read this page."),
    )


@require_safe
def file_of_all(request: HttpRequest, slug: str) -> HttpResponse:
    """The agendas of all who take part as PDF."""
    event = organised_event(User.signed_in(request), slug)
    return paper_file(all_agendas(event), page=reverse("event-agendas", args=[event.slug]))


@require_safe
def display(request: HttpRequest, slug: str) -> HttpResponse:
    """What is held now and next, for a screen at the venue; organisers and participants open it."""
    user = User.signed_in(request)
    event = event_for(user, slug)
    if not event.is_organised_by(user):
        participation(user, event)
    context = {"event": event, "live": live(event), "now": timezone.now()}
    with timezone.override(event.zone):
        return render(request, "events/agenda/live.html", context)
