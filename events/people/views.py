"""The page on which organisers see and manage who takes part."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cities.editing_views import number
from cities.filters import search_text
from events.access import organised_event
from events.models import Event, Registration
from events.models.event import NotPossible
from events.querysets import RegistrationQuerySet
from events.registering.places import cancel, let_in

from .counting import counts_of
from .exporting import file_of, formats_of

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Who takes part, waits, or has cancelled; ?format=csv or xlsx is a file of all found."""
    event = organised_event(User.signed_in(request), slug)
    if request.method == "POST":
        return _change(request, event)
    q, state = search_text(request.GET), request.GET.get("state", "")
    found = _found(event, q, state)
    formats = formats_of(found.count())
    if (file_format := request.GET.get("format", "")) in formats:
        return file_of(event, found, file_format)
    counts = counts_of(event)
    context = {
        "event": event,
        "formats": formats,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "q": q,
        "state": state,
        "query": urlencode({"q": q, "state": state}),
        "states": [
            (code, label, counts.states.get(code, 0), urlencode({"q": q, "state": code}))
            for code, label in Registration.State.choices
        ],
        "counts": counts,
    }
    return render(request, "events/people/people.html", context)


def _found(event: Event, q: str, state: str) -> RegistrationQuerySet:
    """In the order of the queue those who wait, all others by name."""
    found = event.registrations.named().select_related("checked_in_by").found(q)
    if state in Registration.State:
        found = found.filter(state=state)
    order = ("queued_at", "id") if state == Registration.State.WAITING else ("name", "id")
    return found.order_by(*order)


def _change(request: HttpRequest, event: Event) -> HttpResponse:
    """Let somebody in, or cancel a registration; anything else changes nothing."""
    action, _space, pk = request.POST.get("action", "").partition(" ")
    if action in ("let-in", "cancel"):
        one = get_object_or_404(Registration.objects.named(), event=event, pk=number(pk) or 0)
        by = User.signed_in(request)
        try:
            if action == "let-in":
                let_in(one, by=by)
                messages.success(request, _("%(name)s has a place now, and is told.") % {"name": one.called})
            else:
                cancel(one, by=by)
                messages.success(request, _("Cancelled; %(name)s is told.") % {"name": one.called})
        except NotPossible as late:
            messages.error(request, str(late))
    return redirect(request.get_full_path())
