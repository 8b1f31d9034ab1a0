"""Pages on which organisers make an event. Whoever organises none of it finds nothing here (404)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import available_timezones

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import AuditEntry, User
from cities.filters import search_text
from events import floor_plan
from events.access import organised_event
from events.models import Event
from events.models.event import NotPossible
from partnerships.interests.models import named_by

from . import editing, exhibitors
from .forms import NewEventForm
from .sections import SECTIONS, Section, sections_for

TIME_ZONES = sorted(name for name in available_timezones() if name.startswith("Europe/"))  # suggested
READ_OR_SEND = ["GET", "HEAD", "POST"]
P = ParamSpec("P")


def organising(
    view: Callable[Concatenate[HttpRequest, Event, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """A page of an event's organisers, with times in the event's zone; a POST holds the event meanwhile."""

    @require_http_methods(READ_OR_SEND)
    @wraps(view)
    def answer(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        event = organised_event(User.signed_in(request), slug)
        with transaction.atomic():
            if request.method == "POST":
                event = Event.objects.locked(event)
            with timezone.override(event.zone):
                return view(request, event, *args, **kwargs)

    return answer


def section_or_404(request: HttpRequest, code: str) -> Section:
    """A section that the person may edit. Raises Http404 for any other."""
    found = SECTIONS.get(code)
    if found is None or found not in sections_for(request.user):
        raise Http404
    return found


@require_http_methods(READ_OR_SEND)
def new(request: HttpRequest) -> HttpResponse:
    """A new event, as a draft; administrators only."""
    user = User.signed_in(request)
    if not user.is_superuser:
        raise Http404
    form = NewEventForm(request.POST or None, instance=Event(created_by=user))
    if request.method == "POST" and form.is_valid():
        event = form.save()
        AuditEntry.note(user, "event created", event)
        messages.success(request, _("The draft is saved. Only its organisers and administrators see it."))
        return redirect("event-edit", event.slug)
    context = {"form": form, "time_zones": TIME_ZONES}
    return render(request, "events/organising/new.html", context)


@organising
def overview(request: HttpRequest, event: Event) -> HttpResponse:
    """The sections, and what it lacks to be published. A POST publishes it or takes it back."""
    if request.method == "POST":
        return change_state(request, event, request.POST.get("action", ""))
    shown = [(one, one.of(event).count() if one.parts else None) for one in sections_for(request.user)]
    context = {"event": event, "sections": shown, "lacks": event.lacks()}
    return render(request, "events/organising/overview.html", context)


def change_state(request: HttpRequest, event: Event, action: str) -> HttpResponse:
    """Publish it or take it back, or say why not; nothing for anything else."""
    by = User.signed_in(request)
    try:
        if action == "publish":
            event.publish(by=by)
            messages.success(request, _("Published. Everybody can see it now."))
        elif action == "withdraw":
            event.withdraw(by=by)
            messages.success(request, _("Taken back. Only its organisers and administrators see it."))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("event-edit", event.slug)


@organising
def section(request: HttpRequest, event: Event, code: str) -> HttpResponse:
    """A section: the form of the event's own fields, or its parts with what adds and removes them."""
    shown = section_or_404(request, code)
    if shown.form is None:
        return parts(request, event, shown)

    def made(*typed: Any) -> ModelForm:
        return shown.form(*typed, instance=event)  # type: ignore[misc]

    return edit(request, event, shown, made, redirect("event-edit", event.slug))


@organising
def part(request: HttpRequest, event: Event, code: str, number: int | None = None) -> HttpResponse:
    """The form of one part, or of a new one."""
    shown = section_or_404(request, code)
    if shown.part is None or (number is None and not shown.adds_one):
        raise Http404
    one = shown.new_part(event) if number is None else get_object_or_404(shown.of(event), pk=number)
    one.event = event

    def made(*typed: Any) -> ModelForm:
        return shown.part(*typed, instance=one)  # type: ignore[misc]

    back = redirect("event-section", event.slug, code)
    return edit(request, event, shown, made, back, part=one)


def edit(
    request: HttpRequest,
    event: Event,
    section: Section,
    made: Callable[..., ModelForm],
    back: HttpResponse,
    **more: Any,
) -> HttpResponse:
    """Show a form, or save what was typed; shown again with what is wrong or was changed meanwhile."""
    blank = made()
    context = {"event": event, "heading": str(event), "section": section, "stamp": editing.stamp_of(blank)}
    context |= {"time_zones": TIME_ZONES if "time_zone" in blank.fields else [], **more}
    context["name"] = str(more["part"]) if more.get("part") and more["part"].pk else ""
    if request.method != "POST":
        return render(request, "events/organising/form.html", {**context, "form": blank})
    form = made(request.POST, request.FILES)
    theirs = editing.differences(form) if request.POST.get("stamp") != context["stamp"] else []
    if form.is_valid() and event.is_public and (lacks := event.lacks()):
        form.add_error(None, _("A public event keeps: %(what)s.") % {"what": ", ".join(map(str, lacks))})
    if form.is_valid() and not theirs:
        form.save()
        editing.count(event, User.signed_in(request), section.code)
        messages.success(request, _("Saved."))
        return back
    return render(request, "events/organising/form.html", {**context, "form": form, "theirs": theirs})


def parts(request: HttpRequest, event: Event, section: Section) -> HttpResponse:
    """The parts of a section. A POST adds many, adds an exhibitor, or removes those that are ticked."""
    action = request.POST.get("action", "")
    typed = request.POST if action == "series" else None
    series = section.series(typed, event=event) if section.series else None
    if series and series.is_bound and series.is_valid():
        number = series.save()
        text = ngettext("%(count)s added.", "%(count)s added.", number) % {"count": number}
        return done(request, event, section, text)
    if action == "remove":
        return remove(request, event, section)
    exhibits = section.code == "exhibitors"
    if action == "exhibit" and exhibits and (new := exhibitors.added(event, request.POST.get("party", ""))):
        editing.count(event, User.signed_in(request), section.code)
        return redirect("event-part", event.slug, section.code, new.pk)
    q = search_text(request.GET)
    context = {
        "event": event,
        "section": section,
        "parts": lines(event, section),
        "series": series,
        "q": q,
        "found": exhibitors.candidates(q) if exhibits else [],
        "plan": floor_plan.plan_of(event) if section.code == "tables" else None,
    }
    return render(request, "events/organising/parts.html", context)


def lines(event: Event, section: Section) -> list[tuple[Any, str]]:
    """The parts of a section, each with what a list says of it."""
    found = section.of(event)
    if section.code == "exhibitors":
        found = found.select_related(*named_by("party"))
    for one in found:
        one.event = event
    return [(one, section.part.line(one) if section.part else "") for one in found]


def remove(request: HttpRequest, event: Event, section: Section) -> HttpResponse:
    """Remove the parts that are ticked, all or, where meetings are held in one, none."""
    numbers = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal() and len(one) < 19]
    chosen = section.of(event).filter(pk__in=numbers)
    number = chosen.count()
    try:
        with transaction.atomic():
            chosen.delete()
    except ProtectedError:
        messages.error(
            request, _("Nothing was removed: meetings are or were arranged there. Move or cancel them first.")
        )
        return redirect("event-section", event.slug, section.code)
    if not number:
        messages.info(request, _("Tick what is to be removed."))
        return redirect("event-section", event.slug, section.code)
    text = ngettext("%(count)s removed.", "%(count)s removed.", number) % {"count": number}
    return done(request, event, section, text)


def done(request: HttpRequest, event: Event, section: Section, text: str) -> HttpResponse:
    """Count a change of the section, and go back to it."""
    editing.count(event, User.signed_in(request), section.code)
    messages.success(request, text)
    return redirect("event-section", event.slug, section.code)
