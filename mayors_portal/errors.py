"""Error pages in the portal's design."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from public.api import problems

from . import tracing
from .dashboard import faults  # noqa: F401 - counts errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request makes no sense."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not allowed."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing this person may know of."""
    if problems.is_of_programs(request):
        return problems.not_found()
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too often in too short a time."""
    return render(request, "429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without database or context processors, since either may be what failed."""
    from django.template import loader

    if problems.is_of_programs(request):
        return problems.problem(500, "Something broke on our side. It has been noted.")
    page = loader.render_to_string("500.html", {"request_id": tracing.request_id()})
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or came from elsewhere."""
    context: dict[str, Any] = {"form_expired": True}
    return render(request, "403.html", context, status=403)
