"""Pages of guests: the organisers' list of invitations, and what the link in a letter opens."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cities.editing_views import number
from events.access import organised_event
from events.models import Event, GuestInvitation, Registration
from events.models.event import NotPossible
from events.registering.eligibility import Way
from events.registering.forms import RegistrationForm
from partnerships.invitations.answer_views import GONE, has_confirmed_address

from .forms import GuestForm
from .inviting import accept, invite, send_again, withdraw
from .opened import OF_GUESTS

A_PAGE = 50
READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def guests(request: HttpRequest, slug: str) -> HttpResponse:
    """The invitations of an event with what became of them, and the form for one more."""
    event = organised_event(User.signed_in(request), slug)
    action, _space, pk = request.POST.get("action", "").partition(" ")
    if action in ("again", "withdraw"):
        invitation = get_object_or_404(event.guest_invitations, pk=number(pk) or 0)
        return _changed(request, invitation, action)
    sent = request.POST if request.method == "POST" else None
    form = GuestForm(sent, instance=GuestInvitation(event=event))
    if form.is_valid() and (answer := _invited(request, form)):
        return answer
    found = event.guest_invitations.select_related("event", "invited_by", "registration")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "events/guests/guests.html", {"event": event, "form": form, "page": page})


def _invited(request: HttpRequest, form: GuestForm) -> HttpResponse | None:
    """Invite whom a valid form names; None where the form says now why not."""
    if not ratelimit.consume(request, action="guest"):
        return ratelimit.respond_429(request)
    try:
        with transaction.atomic():
            invite(form.instance, by=User.signed_in(request))
    except NotPossible as late:
        form.add_error(None, str(late))
        return None
    except IntegrityError:  # somebody else has invited the same address in this moment
        form.add_error("email", _("This address is invited already."))
        return None
    messages.success(
        request, _("%(name)s is invited; the letter is on its way.") % {"name": form.instance.name}
    )
    return redirect(request.get_full_path())


def _changed(request: HttpRequest, invitation: GuestInvitation, action: str) -> HttpResponse:
    by = User.signed_in(request)
    try:
        if action == "again":
            send_again(invitation, by=by)
            messages.success(request, _("Another letter is on its way."))
        else:
            withdraw(invitation, by=by)
            messages.success(request, _("Withdrawn. The link in the letter opens nothing any more."))
    except NotPossible as refused:
        messages.error(request, str(refused))
    return redirect(request.get_full_path())


@login_not_required
@never_cache
@require_http_methods(READ_OR_SEND)
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """To what one is invited; to register needs an account with a confirmed address.

    To look changes nothing: programs that check letters open links too.
    """
    found = GuestInvitation.objects.at(token)
    if found is None:
        raise Http404
    if found.registration is not None and found.registration.user == request.user:
        return redirect("event-register", found.event.slug)
    if not found.is_open:
        return _show(request, found, status=GONE)
    if not has_confirmed_address(request):
        if request.method != "POST":
            OF_GUESTS.remember(request, token)
        return _show(request, found)
    user = User.signed_in(request)
    mine = found.event.registrations.named().filter(user=user).first()
    if mine is not None and mine.comes:
        messages.info(request, _("You are registered already."))
        return redirect("event-register", found.event.slug)
    form = _form(request, found, mine)
    if form.is_valid():
        return _accepted(request, found, form)
    return _show(request, found, form)


def _form(request: HttpRequest, found: GuestInvitation, mine: Registration | None) -> RegistrationForm:
    """The form of a guest, with what the invitation says; one who cancelled before begins with that."""
    user = User.signed_in(request)
    known = {"name": user.name or found.name, "guest_of": found.organisation, "languages": [found.language]}
    one = mine or Registration(event=found.event, user=user, **known)
    one.party = None
    sent = request.POST if request.method == "POST" else None
    return RegistrationForm(sent, instance=one, way=Way(is_guest=True))


def _accepted(request: HttpRequest, found: GuestInvitation, form: RegistrationForm) -> HttpResponse:
    mine = form.save(commit=False)
    try:
        with transaction.atomic():
            accept(found, mine, by=User.signed_in(request))
            form.save_m2m()
    except NotPossible as late:
        messages.error(request, str(late))
        return redirect(request.path)
    if mine.takes_part:
        messages.success(request, _("You are registered."))
    return redirect("event-register", found.event.slug)


def _show(
    request: HttpRequest, found: GuestInvitation, form: RegistrationForm | None = None, status: int = 200
) -> HttpResponse:
    event: Event = found.event
    context = {"invitation": found, "event": event, "form": form}
    response = render(request, "events/guests/invited.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
