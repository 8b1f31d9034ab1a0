"""What every page may show."""

from django.conf import settings
from django.http import HttpRequest

UKRAINIAN = "/uk/"


def portal(request: HttpRequest) -> dict[str, str]:
    """The page's address in each language, for the language switch and for `hreflang`."""
    address = request.get_full_path()
    english = address.removeprefix(UKRAINIAN.rstrip("/")) if address.startswith(UKRAINIAN) else address
    return {
        "address_en": english,
        "address_uk": UKRAINIAN + english.removeprefix("/"),
        "site_url": settings.SITE_URL.rstrip("/"),
    }
