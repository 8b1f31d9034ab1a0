"""Pages of the participants of an event, and of requests for meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from events.access import event_for, participation
from events.models import Event, Meeting, MeetingRequest, Registration
from events.models.event import NotPossible

from . import answering, booking
from .asking import AlreadyAsked, ask, requests_left
from .forms import AskForm, FindForm, MessageForm, PriorityForm
from .participants import Participants

A_PAGE = 24
ALL_REASONS = 6


@require_safe
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom one could meet, who fits best first; to organisers who take no part all of them, by name."""
    event, mine = _opened(request, slug)
    seen = Participants(event, mine)
    form = FindForm(request.GET, seen.everybody)
    chosen = [one for one in seen.everybody if form.fits(one)]
    if text := form.chosen("q"):
        named = set(seen.found.mentioning(text).values_list("pk", flat=True))
        chosen = [one for one in chosen if one.pk in named]
    page = Paginator(seen.ranked(chosen), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "event": event,
        "mine": mine,
        "form": form,
        "page": page,
        "people": seen.shown(page.object_list),
        "query": query.urlencode(),
        "left": requests_left(mine) if mine else 0,
    }
    return render(request, "events/meeting_requests/participants.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def participant(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One of them: why the two fit, what the other comes for, and the form that asks for a meeting."""
    event, mine = _opened(request, slug)
    seen = Participants(event, mine)
    seen.found = seen.found.filter(pk=number)
    if not seen.everybody or (request.method == "POST" and mine is None):
        raise Http404
    [one] = seen.shown(seen.ranked(seen.everybody), ALL_REASONS)
    form = AskForm(request.POST if request.method == "POST" else None)
    if mine is not None and form.is_valid():
        try:
            asked = ask(mine, one.registration, **form.cleaned_data)
        except AlreadyAsked as late:
            messages.info(request, str(late))
            return redirect(late.request)
        except NotPossible as late:
            form.add_error(None, str(late))
        else:
            messages.success(request, _said(asked))
            return redirect(asked)
    context = {
        "event": event,
        "mine": mine,
        "one": one,
        "form": form,
        "left": requests_left(mine) if mine else 0,
    }
    return render(request, "events/meeting_requests/participant.html", context)


def _said(asked: MeetingRequest) -> str:
    if asked.is_accepted:
        return _("The other had asked you already: now you both agree to meet.")
    return _("Your request is sent. You will be told of the answer.")


@require_safe
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """All requests from and to the person, and what is left."""
    event = event_for(User.signed_in(request), slug)
    mine = participation(User.signed_in(request), event)
    found = list(event.requests.of(mine).named().order_by("-pk"))
    meetings = _meetings(event, mine)
    rows = [(one, one.other_side(mine), one.priority_of(mine), meetings.get(one.pk)) for one in found]
    boxes = [
        (_("They wait for your answer"), [row for row in rows if row[0].waits_for(mine)]),
        (_("You both agree"), [row for row in rows if row[0].is_accepted]),
        (_("You have asked"), [row for row in rows if row[0].waits_for(row[1])]),
        (_("Declined or taken back"), [row for row in rows if not row[0].is_live]),
    ]
    context = {
        "event": event,
        "mine": mine,
        "boxes": boxes,
        "is_empty": not rows,
        "left": requests_left(mine),
    }
    return render(request, "events/meeting_requests/requests.html", context)


def _meetings(event: Event, mine: Registration) -> dict[int, Meeting]:
    """By request the meetings of a participant, as far as they are shown: one query."""
    if not event.shows_schedule:
        return {}
    found = event.meetings.standing().of(mine).select_related("slot__event", "table", "interpreter")
    return {one.request_id: one for one in found}


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One request of one's own: the answer, priorities, messages, the time of the meeting."""
    event = event_for(User.signed_in(request), slug)
    mine = participation(User.signed_in(request), event)
    one = get_object_or_404(event.requests.of(mine).named().select_related("event"), pk=number)
    forms: dict[str, Any] = {}
    if request.method == "POST":
        action = ACTIONS.get(request.POST.get("action", ""))
        try:
            if action is not None and (said := action(one, mine, request.POST, forms)):
                messages.success(request, said)
                return redirect(one)
        except NotPossible as late:
            if not forms:
                messages.error(request, str(late))
                return redirect(one)
            next(iter(forms.values())).add_error(None, str(late))
    return render(request, "events/meeting_requests/request.html", _context(one, mine, forms))


def _context(one: MeetingRequest, mine: Registration, forms: dict[str, Any]) -> dict[str, Any]:
    event = one.event
    meeting = answering.standing_meeting(one) if event.shows_schedule else None
    books = booking.books(one) and meeting is None
    priority = one.priority_of(mine)
    return {
        "event": event,
        "mine": mine,
        "one": one,
        "other": one.other_side(mine),
        "is_received": one.receiver_id == mine.pk,
        "texts": one.messages.select_related("by__user"),
        "priority": priority,
        "meeting": meeting,
        "books": books,
        "openings": booking.openings(one) if books else [],
        "priority_form": PriorityForm(initial={"priority": priority} if priority else None),
        "message_form": MessageForm(),
        **forms,
    }


def _opened(request: HttpRequest, slug: str) -> tuple[Event, Registration | None]:
    """The event, and the person's own registration; None for organisers who take no part. Raises Http404."""
    user = User.signed_in(request)
    event = event_for(user, slug)
    if event.is_organised_by(user) and not event.registrations.taking_part().filter(user=user).exists():
        return event, None
    return event, participation(user, event)


Forms = dict[str, Any]


def _accept(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    form = forms["priority_form"] = PriorityForm(data)
    if not form.is_valid():
        return ""
    answering.accept(one, by=mine, **form.cleaned_data)
    return _("You have accepted. The meeting gets its time with the schedule.")


def _choose(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    form = forms["priority_form"] = PriorityForm(data)
    if not form.is_valid():
        return ""
    answering.choose_priority(one, by=mine, **form.cleaned_data)
    return _("Your priority is saved.")


def _write(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    form = forms["message_form"] = MessageForm(data)
    if not form.is_valid():
        return ""
    answering.write(one, by=mine, **form.cleaned_data)
    return _("Your message is sent.")


def _decline(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    answering.decline(one, by=mine)
    return _("You have declined. The other is told so.")


def _withdraw(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    answering.withdraw(one, by=mine)
    return _("Your request is taken back.")


def _book(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    slot = data.get("slot", "")
    if not (slot.isascii() and slot.isdigit() and len(slot) < 10):
        raise NotPossible(_("Choose one of the times."))
    booking.book(one, int(slot), by=mine)
    return _("Your meeting is booked. The other is told.")


def _cancel(one: MeetingRequest, mine: Registration, data: Any, forms: Forms) -> str:
    booking.cancel(one, by=mine)
    return _("The meeting is cancelled. The other is told.")


ACTIONS: dict[str, Callable[[MeetingRequest, Registration, Any, Forms], str]] = {
    "accept": _accept,
    "decline": _decline,
    "withdraw": _withdraw,
    "priority": _choose,
    "message": _write,
    "book": _book,
    "cancel": _cancel,
}
"""By what the form says: what to do with a request, and a sentence; empty where the form is refused."""
