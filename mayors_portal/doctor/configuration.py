"""Settings that are unsafe or do not fit together."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from .findings import Finding, Findings, Level, error, warning


def check_settings() -> Findings:
    """Those that Django knows to be unsafe, and those that do not fit together."""
    if not settings.PRODUCTION:
        yield warning("DEBUG=1: this is set up for a laptop", "On a server set DEBUG=0.")
        return
    for message in checks.run_checks(include_deployment_checks=True):
        level = Level.ERROR if message.level >= checks.ERROR else Level.WARNING
        yield Finding(level, message.msg, message.hint or f"See Django's documentation of {message.id}.")
    site = urlsplit(settings.SITE_URL)
    if "*" in settings.ALLOWED_HOSTS:
        yield error(
            "ALLOWED_HOSTS has *: letters may carry a foreign address",
            "Name the portal's hosts, for instance ALLOWED_HOSTS=portal.example.org.",
        )
    elif not validate_host(site.hostname or "", settings.ALLOWED_HOSTS):
        yield error(
            f"the host of SITE_URL, {site.hostname}, is not in ALLOWED_HOSTS: no page is served",
            f"Add it: ALLOWED_HOSTS={','.join([*settings.ALLOWED_HOSTS, site.hostname or ''])}.",
        )
    if settings.HTTPS and site.scheme != "https":
        yield error(
            f"SITE_URL is {settings.SITE_URL}, but visitors are led to HTTPS: forms would be refused",
            "Let SITE_URL begin with https://.",
        )
    if not settings.HTTPS:
        yield error(
            "HTTPS=0: passwords travel readable",
            "Remove HTTPS=0 and put a proxy with TLS in front.",
        )
    elif not settings.TRUSTED_PROXIES:
        yield error(
            "TRUSTED_PROXIES=0: the portal does not believe the proxy that a request came by HTTPS",
            "Set TRUSTED_PROXIES to the number of proxies in front, usually 1.",
        )
    if "localhost" in settings.DEFAULT_FROM_EMAIL:
        yield error(
            f"letters come from {settings.DEFAULT_FROM_EMAIL}: mail servers refuse that",
            "Set DEFAULT_FROM_EMAIL to an address of your domain.",
        )
