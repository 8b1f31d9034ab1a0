"""The mail server, and the portal as the world sees it."""

import urllib.error
import urllib.request
from http.client import HTTPException
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import get_connection

from .findings import Findings, error, warning

PATIENCE = 10  # seconds for the mail server and for the portal's own address
REDIRECTS = {301, 302, 307, 308}


def check_mail() -> Findings:
    """Whether the mail server answers and takes our name and password; no letter is sent."""
    backend = settings.DELIVERY_BACKEND
    if not backend.endswith("smtp.EmailBackend"):
        if settings.PRODUCTION:
            yield error(
                f"letters reach nobody: they go to {backend.rsplit('.', 2)[-2]}",
                "Set EMAIL_URL to your mail server, for instance smtp+tls://user:password@mail.example.org:587.",
            )
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        mailer = get_connection(backend, timeout=PATIENCE)
        mailer.open()
        mailer.close()
    except (OSError, SMTPException) as problem:
        yield error(
            f"the mail server {server} cannot be used: {problem}",
            "Are host, port, user and password in EMAIL_URL right (signs like @ and : in percent code)? "
            "Does a firewall let this machine through?",
        )


def check_site() -> Findings:
    """Whether the portal is reached at its public address, and the proxy passes on what it must."""
    if not settings.PRODUCTION:
        return
    try:
        status, led_to = _first_answer(settings.SITE_URL.rstrip("/") + "/")
    except (OSError, HTTPException) as problem:
        reason = problem.reason if isinstance(problem, urllib.error.URLError) else problem
        yield warning(
            f"{settings.SITE_URL} does not answer from this machine: {reason}",
            "Do the web server and the proxy run? Does the name lead here, is the certificate valid, "
            "are ports 80 and 443 open? If it works from outside, all is well.",
        )
        return
    if status in REDIRECTS and led_to.rstrip("/") == settings.SITE_URL.rstrip("/"):
        yield error(
            f"{settings.SITE_URL} leads to itself without end",
            "The proxy must set X-Forwarded-Proto to https, and TRUSTED_PROXIES must count it.",
        )
    elif status == 400:
        yield error(
            f"{settings.SITE_URL} is refused as unknown",
            "The proxy must pass on the Host that the visitor asked for, and ALLOWED_HOSTS must have it.",
        )
    elif status != 200:
        yield error(
            f"{settings.SITE_URL} answers {status}",
            "502 to 504 come from the proxy: does the web server run? 503 is the maintenance page "
            "(MAINTENANCE=1). The reason of a 500 stands in the web server's log.",
        )


def _first_answer(address: str) -> tuple[int, str]:
    """Status and, where it leads on, the address; raises OSError or HTTPException without an answer."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, timeout=PATIENCE) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location", "")
