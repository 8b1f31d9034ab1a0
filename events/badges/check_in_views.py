"""Pages of checking in, made for a phone. Only organisers open them: all others find nothing (404)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cities.filters import search_text
from events.access import organised_event
from events.models.event import NotPossible

from .checking_in import check_in, found, undo

MOST_FOUND = 30


@never_cache
@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """How many are there, and a box for a name or the code of a badge."""
    event = organised_event(User.signed_in(request), slug)
    q = search_text(request.GET).strip()
    people = list(found(event, q)[: MOST_FOUND + 1]) if q else []
    taking_part = event.registrations.taking_part()
    context = {
        "event": event,
        "q": q,
        "people": people[:MOST_FOUND],
        "has_more": len(people) > MOST_FOUND,
        "there": taking_part.filter(checked_in_at__isnull=False).count(),
        "expected": taking_part.count(),
        "latest": taking_part.named().filter(checked_in_at__isnull=False).order_by("-checked_in_at")[:5],
    }
    return render(request, "events/badges/search.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What a badge's QR code opens: who it is, and one button. To look changes nothing."""
    user = User.signed_in(request)
    event = organised_event(user, slug)
    people = event.registrations.named().select_related("checked_in_by")
    registration = get_object_or_404(people, code=code.replace("\0", ""))
    if request.method == "POST":
        try:
            match request.POST.get("action"):
                case "in":
                    check_in(registration, by=user)
                case "undo":
                    undo(registration, by=user)
                    messages.info(request, _("The check-in is undone."))
        except NotPossible as refused:
            messages.error(request, str(refused))
        return redirect(request.path)
    if request.headers.get("Sec-Fetch-Site") == "none" and user.language != get_language():
        with override(user.language):  # from a camera: the code on the badge is the same for all readers
            return redirect("event-check-in-one", event.slug, code)
    return render(request, "events/badges/check_in.html", {"event": event, "one": registration})
