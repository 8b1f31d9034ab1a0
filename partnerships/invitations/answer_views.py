"""The page behind the secret link of an invitation. Whoever has no such link finds nothing here (404)."""

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cities import nace

from .answering import accept
from .forms import AnswerForm
from .models import BusinessInvitation, NotPossible
from .open_here import OF_BUSINESSES

GONE = 410


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the city says of the business; to accept needs an account with a confirmed address.

    To look changes nothing: programs that check letters open links too.
    """
    found = BusinessInvitation.objects.at(token)
    if found is None:
        raise Http404
    if not found.is_open:
        return _show(request, found, status=GONE)
    may_accept = has_confirmed_address(request)
    if request.method != "POST":
        if not may_accept:
            OF_BUSINESSES.remember(request, token)
        return _show(request, found, _form(request, found) if may_accept else None)
    match request.POST.get("action"):
        case "decline":
            return _decline(request, found)
        case "accept" if may_accept:
            return _accept(request, found)
    return redirect(request.path)


def _form(request: HttpRequest, found: BusinessInvitation) -> AnswerForm:
    person = {"full_name": User.signed_in(request).name}
    about = {"name": found.name, "registration_number": found.registration_number}
    return AnswerForm(initial={**found.profile, **about, **person})


def _accept(request: HttpRequest, found: BusinessInvitation) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    if not ratelimit.consume(request, action="apply"):
        return ratelimit.respond_429(request)
    try:
        membership = accept(found, form, User.signed_in(request))
    except NotPossible as late:
        messages.error(request, str(late))
        return redirect(request.path)
    messages.success(
        request, _("Thank you. Your application is handed in; you will get a letter when it is decided.")
    )
    return redirect(membership)


def _decline(request: HttpRequest, found: BusinessInvitation) -> HttpResponse:
    by = request.user if isinstance(request.user, User) else None
    try:
        found.decline(by=by)
    except NotPossible as late:
        messages.error(request, str(late))
        return redirect(request.path)
    messages.success(request, _("You have declined. The city will not be able to invite you again."))
    return redirect("home")


def has_confirmed_address(request: HttpRequest) -> bool:
    """Whether the person is signed in and has confirmed an e-mail address."""
    return (
        isinstance(request.user, User)
        and EmailAddress.objects.filter(user=request.user, verified=True).exists()
    )


def _show(
    request: HttpRequest, found: BusinessInvitation, form: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "invitation": found,
        "activity": nace.activities().get(found.profile.get("activity", "")),
        "form": form,
    }
    response = render(request, "invitations/invitation.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
