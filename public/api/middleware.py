"""What all answers of the API have in common, errors included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from .limits import count
from .problems import is_of_programs, problem

METHODS = "GET, HEAD, OPTIONS"
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Allow": METHODS,
}


class OpenApiMiddleware:
    """The API is read by everybody alike: no cookies, any origin, so many requests a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_of_programs(request):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self._answer(request)
        del response["Vary"]  # nothing here depends on who asks
        for name, value in SHARED.items():
            response[name] = value
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PREFLIGHT)
        if request.method not in ("GET", "HEAD"):
            refused = problem(405, f"The API can only be read: {METHODS}.")
            refused["Allow"] = METHODS
            return refused
        allowance = count(request)
        if allowance and allowance.is_used_up:
            response: HttpResponseBase = problem(
                429,
                f"Too many requests. Ask again in {allowance.seconds} seconds, or take the nightly dumps.",
            )
        else:
            response = self._read(request)
        if allowance:
            allowance.tell(response)
        return response

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to GET, or its head."""
        if request.method == "GET":
            return self.get_response(request)
        request.method = "GET"
        answer: Any = self.get_response(request)
        if answer.streaming:
            answer.streaming_content = []
        else:
            answer.content = b""
        response: HttpResponseBase = answer
        return response
