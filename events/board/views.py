"""Pages on which organisers have the schedule made, show it, and change it by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from events.access import organised_event
from events.models import Event, Meeting, MeetingRequest, ScheduleRun
from events.models.event import NotPossible
from events.results import all_outcomes
from events.solving import ask_for_schedule

from . import arranging
from .forms import PlaceForm, RunForm
from .grid import rows_of, slots_by_day
from .unmet import unmet_of

LATEST_RUNS = 10


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """What the scheduler found and could not meet. A POST has it made, shown or hidden, or all confirmed."""
    event = organised_event(User.signed_in(request), slug)
    form = RunForm(request.POST if request.POST.get("do") == "make" else None)
    if request.method == "POST":
        try:
            if _done(request, event, form):
                return redirect("event-schedule", event.slug)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
    runs = list(event.runs.select_related("asked_by")[:LATEST_RUNS])
    finished = next((one for one in runs if one.state == ScheduleRun.State.DONE), None)
    standing = event.meetings.standing()
    context = {
        "event": event,
        "form": form,
        "runs": runs,
        "run": finished,
        "pending": next((one for one in runs if one.is_pending), None),
        "unmet": unmet_of(finished) if finished else [],
        "held": standing.count(),
        "planned": standing.filter(state=Meeting.State.PLANNED).count(),
        "wishes": event.requests.between_participants().count(),
        "shown": Event.Shown.choices,
        "outcomes": all_outcomes(event),
    }
    with timezone.override(event.zone):
        return render(request, "events/board/schedule.html", context)


def _done(request: HttpRequest, event: Event, form: RunForm) -> bool:
    """Whether what was asked for is done. Raises NotPossible."""
    by, do = User.signed_in(request), request.POST.get("do", "")
    if do == "make":
        if not form.is_valid():
            return False
        ask_for_schedule(event, by, form.cleaned_data["seconds"])
    elif do == "stop":
        event.runs.filter(state=ScheduleRun.State.PENDING).update(stop_asked=True)
    elif do == "confirm":
        number = arranging.confirm_all(event, by=by)
        messages.success(
            request,
            ngettext("%(count)s meeting confirmed.", "%(count)s meetings confirmed.", number)
            % {"count": number},
        )
    elif do in Event.Shown.values:
        event.show_schedule(do, by=by)
        messages.success(request, _("Saved."))
    return True


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of a day, slots by tables, and the requests that have none."""
    event = organised_event(User.signed_in(request), slug)
    days = slots_by_day(event)
    asked = request.GET.get("day", "")
    day = next((one for one in days if one.isoformat() == asked), next(iter(days), None))
    tables = list(event.tables.prefetch_related("closed_in"))
    rows = rows_of(event, days[day], tables) if day else []
    shown = {"rows": rows, "tables": tables, "has_online": any(row.online for row in rows)}
    table = render_to_string("events/board.html", shown, using="jinja2")
    context = {
        "event": event,
        "days": list(days),
        "day": day,
        "board": mark_safe(table),  # noqa: S308 - rendered above, escaped there
        "waiting": event.requests.between_participants().named().without_meeting(),
    }
    return render(request, "events/board/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The meeting of a request: where it is, and where else it could be. A POST moves it or gives it up."""
    event = organised_event(User.signed_in(request), slug)
    asked = get_object_or_404(event.requests.between_participants().named(), pk=number)
    asked.event = event
    held = event.meetings.standing().filter(request=asked).first()
    times = arranging.times_of(asked)
    typed = request.POST if request.POST.get("do") == "arrange" else None
    form = PlaceForm(asked, typed, initial=arranging.suggested(times, asked, held, request.GET))
    if request.method == "POST":
        try:
            if _changed(request, asked, held, form):
                return _board_of(event, asked, held)
        except NotPossible as refusal:
            if form.is_bound:
                form.add_error(None, str(refusal))
            else:
                messages.error(request, str(refusal))
    context = {
        "event": event,
        "asked": asked,
        "sides": [asked.sender, asked.receiver],
        "held": held,
        "form": form,
        "slots": arranging.slots_for(times, asked, held),
    }
    with timezone.override(event.zone):
        return render(request, "events/board/meeting.html", context)


def _board_of(event: Event, asked: MeetingRequest, held: Meeting | None) -> HttpResponse:
    """To the board, of the day on which the two meet, or met before the change."""
    found = event.meetings.standing().filter(request=asked).select_related("slot").first() or held
    day = found.slot.starts_at.astimezone(event.zone).date() if found else ""
    return redirect(f"{reverse('event-board', args=[event.slug])}?day={day}")


def _changed(request: HttpRequest, asked: MeetingRequest, held: Meeting | None, form: PlaceForm) -> bool:
    """Whether what was asked for is done. Raises NotPossible."""
    by, do = User.signed_in(request), request.POST.get("do", "")
    if do == "arrange":
        if not form.is_valid():
            return False
        arranging.arrange(asked, form.place(), by=by)
    elif held is not None and do == "cancel":
        arranging.cancel(held, by=by)
    elif held is not None and do == "release":
        arranging.release(held, by=by)
    messages.success(request, _("Saved."))
    return True
