"""The page of what is due, its files, and the feed that calendar programs read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import letters
from accounts.models import User

from .entries import Entry, entries_of
from .feed import as_icalendar, owner_of, renew, token_of


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """What is due for one's sides; ?format=ics as a file, &only= a single entry. A POST renews the feed."""
    user = User.signed_in(request)
    if request.method == "POST":
        renew(user)
        messages.success(request, _("The calendar has a new address; the old one opens nothing any more."))
        return redirect("calendar")
    entries = entries_of(user)
    if request.GET.get("format") == "ics":
        only = request.GET.get("only")
        return _file([entry for entry in entries if only in (None, entry.key)])
    feed = letters.link("calendar-feed", token_of(user))
    return render(request, "calendar_feed/calendar.html", {"entries": entries, "feed": feed})


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed of whoever has its address. Raises Http404 for any other."""
    user = owner_of(token)
    if user is None:
        raise Http404
    with translation.override(user.language):
        return _file(entries_of(user))


def _file(entries: list[Entry]) -> HttpResponse:
    response = HttpResponse(as_icalendar(entries), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mayors-portal.ics"'
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
