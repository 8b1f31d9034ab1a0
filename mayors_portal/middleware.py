"""Middleware of the portal."""

from collections.abc import Callable

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

SERVED_ALWAYS = {"/healthz", "/metrics"}
BELL = "/notifications/bell/"
GetResponse = Callable[[HttpRequest], HttpResponse]


class MaintenanceMiddleware:
    """With MAINTENANCE=1 every page but those SERVED_ALWAYS says that the portal is being worked on (503)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE and request.path not in SERVED_ALWAYS:
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "600"
            return response
        return self.get_response(request)


class PlainAddressMiddleware:
    """Nothing has an address with a zero byte, which no database would take: 404."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class ActivityMiddleware(UserSessionsMiddleware):
    """Notes when a session was last used; the bell asking by itself is no use of it."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.endswith(BELL):
            return self.get_response(request)
        return super().__call__(request)


class PrivatePagesMiddleware:
    """Pages made for a signed-in person are kept by no cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response
