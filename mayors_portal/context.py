"""What every page may show."""

from django.conf import settings
from django.http import HttpRequest

from . import tracing

UKRAINIAN = "/uk/"


def portal(request: HttpRequest) -> dict[str, str]:
    """The page's part of the portal, its request's number, its address in each language (for switching)."""
    address = request.get_full_path()
    english = address.removeprefix(UKRAINIAN.rstrip("/")) if address.startswith(UKRAINIAN) else address
    return {
        "section": english.removeprefix("/").partition("/")[0],
        "address_en": english,
        "address_uk": UKRAINIAN + english.removeprefix("/"),
        "request_id": tracing.request_id(),
        "site_url": settings.SITE_URL.rstrip("/"),
    }
