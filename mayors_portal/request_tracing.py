"""Requests under a number: from the proxy (X-Request-ID), or made here.

It goes back in the answer and stands on error pages, so that a person can quote it. Each request has one line
in the log `portal.requests`: the route, never the query or what is secret in an address; the person's number,
never their name.
"""

import logging
import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.metrics import observe_request

from .tracing import STATIC, Trace, place, traced

requests_log = logging.getLogger("portal.requests")

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}")


class TracingMiddleware:
    """Gives each request its number, its line in the log and its place in the metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with traced(Trace(_number_of(request), request)) as trace:
            request.trace = trace  # type: ignore[attr-defined]
            response = self.get_response(request)
            response[HEADER] = trace.request_id
            where = place(request)
            view = request.resolver_match.view_name if request.resolver_match else where
            observe_request(view, request.method or "", response.status_code, trace.seconds)
            if view != STATIC:
                requests_log.log(
                    logging.WARNING if response.status_code >= 500 else logging.INFO,
                    "%s %s %s",
                    request.method,
                    where,
                    response.status_code,
                    extra={
                        "method": request.method,
                        "path": where,
                        "view": view,
                        "status": response.status_code,
                        **trace.cost,
                    },
                )
        return response


def _number_of(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
