"""Pages of one's own: registering for an event, and the events one attends or organises."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from events.access import event_for
from events.models import Event, Registration
from events.models.event import NotPossible

from .eligibility import Step, Way, name_of, way_of
from .forms import RegistrationForm
from .places import cancel, register
from .telling import ask_organisers

FORBIDDEN = 403
MOST_PAST = 50
"""How many past events are listed of those one organises; administrators organise all."""


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, slug: str) -> HttpResponse:
    """Register, change what one said, or cancel; who may not is told why, and what to do."""
    user = User.signed_in(request)
    event = event_for(user, slug)
    with transaction.atomic():
        if request.method == "POST":
            event = Event.objects.locked(event)
        return _registered(request, user, event)


def _registered(request: HttpRequest, user: User, event: Event) -> HttpResponse:
    """The same, of an event that a POST has locked: what is saved is made of what is there now."""
    mine = event.registrations.named().select_related("invitation").filter(user=user).first()
    way = way_of(user, event, mine)
    if request.method == "POST" and request.POST.get("action") == "cancel" and mine is not None:
        return _cancelled(request, mine)
    if not way.is_open:
        return _refused(request, event, way, mine)
    form = form_of(request, event, way, mine)
    if form.is_valid():
        return kept(request, form)
    return page(request, form, mine)


def form_of(request: HttpRequest, event: Event, way: Way, mine: Registration | None) -> RegistrationForm:
    """The form with what was sent, or with what is known of the person."""
    user = User.signed_in(request)
    one = mine or Registration(event=event, user=user, name=name_of(user), languages=[user.language])
    return RegistrationForm(request.POST if request.method == "POST" else None, instance=one, way=way)


def page(request: HttpRequest, form: RegistrationForm, mine: Registration | None) -> HttpResponse:
    """The form, and where the registration stands."""
    context = {
        "event": form.instance.event,
        "form": form,
        "mine": mine if mine is not None and mine.comes else None,
        "ahead": mine.ahead() if mine is not None and mine.state == Registration.State.WAITING else 0,
    }
    return render(request, "events/registering/register.html", context)


def kept(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    """Keep what a valid form says: of somebody registered a change, of anybody else a registration."""
    event = form.instance.event
    here = redirect("event-register", event.slug)
    if form.instance.pk and form.instance.comes:
        form.save()
        messages.success(request, _("Your changes are saved."))
        return here
    mine = form.save(commit=False)
    try:
        with transaction.atomic():
            register(mine, by=User.signed_in(request))
            form.save_m2m()
    except NotPossible as late:
        messages.info(request, str(late))
        return here
    if mine.takes_part:
        messages.success(request, _("You are registered."))
    else:
        messages.warning(
            request, _("All places are taken: you are on the waiting list, and told when one becomes free.")
        )
    return here


def _cancelled(request: HttpRequest, mine: Registration) -> HttpResponse:
    try:
        cancel(mine, by=User.signed_in(request))
    except NotPossible as late:
        messages.error(request, str(late))
    else:
        messages.success(request, _("Your registration is cancelled."))
    return redirect("event-register", mine.event.slug)


def _refused(request: HttpRequest, event: Event, way: Way, mine: Registration | None) -> HttpResponse:
    """Why one may not register; by POST one asks the organisers to be invited."""
    if request.method == "POST" and request.POST.get("action") == "ask" and way.step == Step.ASK:
        if not ratelimit.consume(request, action="invite"):
            return ratelimit.respond_429(request)
        if ask_organisers(event, User.signed_in(request)):
            messages.success(request, _("The organisers are told. If they invite you, you get a letter."))
        else:
            messages.info(request, _("The event has no organisers on the portal who could be asked."))
        return redirect("event-register", event.slug)
    status = FORBIDDEN if request.method == "POST" else 200
    context = {"event": event, "way": way, "mine": mine}
    return render(request, "events/registering/refused.html", context, status=status)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The events one attends, and those one organises."""
    user = User.signed_in(request)
    attending = Registration.objects.coming().named().filter(user=user).select_related("event__city__country")
    organising = Event.objects.organised_by(user).select_related("city__country").with_people()
    context = {
        "attending": attending.order_by("-event__starts_at"),
        "to_come": organising.to_come(),
        "past": organising.past()[:MOST_PAST],
    }
    return render(request, "events/registering/mine.html", context)
