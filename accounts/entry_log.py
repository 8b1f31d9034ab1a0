"""Who came in, who did not, and what changed about how somebody signs in: lines of the log `portal.security`.

A line tells the number of the person, never what was typed. It belongs to its request by the number of that.
"""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.dispatch import Signal

security_log = logging.getLogger("portal.security")

EVENTS: dict[Signal, str] = {
    auth.user_logged_in: "signed in",
    auth.user_login_failed: "was refused",
    auth.user_logged_out: "signed out",
    account.password_changed: "changed the password",
    account.password_set: "set a password",
    account.password_reset: "reset the password",
    account.email_added: "added an address",
    account.email_changed: "changed the address",
    account.email_removed: "removed an address",
    mfa.authenticator_added: "added a second factor",
    mfa.authenticator_removed: "removed a second factor",
    mfa.authenticator_reset: "made new recovery codes",
}


def listen() -> None:
    """Write a line for each of the events from now on."""
    for signal in EVENTS:
        signal.connect(_write, dispatch_uid="entry log")


def _write(signal: Signal, request: Any = None, user: Any = None, **told: Any) -> None:
    event = EVENTS[signal]
    kind = getattr(told.get("authenticator"), "type", "")
    methods = request.session.get("account_authentication_methods", []) if request else []
    means = kind or ", ".join(method["method"] for method in methods)
    security_log.log(
        logging.WARNING if signal is auth.user_login_failed else logging.INFO,
        "person %s %s",
        getattr(user, "pk", None) or "unknown",
        event,
        extra={"event": event, "person": getattr(user, "pk", None), "means": means},
    )
