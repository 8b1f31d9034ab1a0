"""Errors to a Sentry server, where SENTRY_DSN names one: what broke and where, nothing about persons.

The package is optional (requirements-sentry.txt). Sent are the kind of error, its message blacked out as in
logs, the lines of code it went through without the values in them, the route, and the number of the request.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from . import tracing
from .logs import blacked_out

LEFT_OUT = ("request", "user", "breadcrumbs", "extra", "modules")


def start(dsn: str) -> None:
    """Report what breaks in this process from now on. Raises ImproperlyConfigured without the package."""
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but the package is missing: pip install -r requirements-sentry.txt"
        ) from error
    sentry_sdk.init(dsn, **OPTIONS)


def without_persons(event: Any, hint: Any) -> Any:
    """The event as it may leave the portal."""
    kept = {name: value for name, value in event.items() if name not in LEFT_OUT}
    kept["tags"] = {"request_id": tracing.request_id()}
    logged = kept.pop("logentry", None)
    if logged:
        kept["message"] = blacked_out(logged.get("formatted") or logged.get("message") or "")
    for error in kept.get("exception", {}).get("values", []):
        error["value"] = blacked_out(str(error.get("value")))
    return kept


OPTIONS: dict[str, Any] = {
    "before_send": without_persons,
    "include_local_variables": False,
    "max_request_body_size": "never",
    "max_breadcrumbs": 0,
    "traces_sample_rate": 0.0,
}
