"""Pages of notifications: the list, the number of unread ones, and the link in letters that ends them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .models import Notification, User
from .notifications import address, sentence, switch_off

A_PAGE = 50


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    page = Paginator(User.signed_in(request).notifications.all(), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, sentence(one)) for one in page.object_list]
    return render(request, "notifications/list.html", {"page": page, "rows": rows})


@require_safe
def notification(request: HttpRequest, number: int) -> HttpResponse:
    """To the page that a notification is about; it is read then."""
    one = get_object_or_404(Notification, pk=number, user=User.signed_in(request))
    if one.read_at is None:
        one.read_at = timezone.now()
        one.save(update_fields=["read_at"])
    return redirect(address(one))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    User.signed_in(request).notifications.unread().update(read_at=timezone.now())
    return redirect("notifications")


@login_not_required
@never_cache
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell with the number of unread notifications: what htmx asks for now and then.

    Who is not signed in any more gets nothing in its place, and so asks no more.
    """
    if not request.user.is_authenticated:
        return HttpResponse()
    return render(request, "notifications/bell.html")


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off what a letter's link names, also signed out (RFC 8058). To look changes nothing."""
    kinds = switch_off(token, really=request.method == "POST")
    if kinds is None:
        raise Http404
    context = {"kinds": kinds, "is_done": request.method == "POST"}
    response = render(request, "notifications/off.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
