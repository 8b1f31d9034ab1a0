"""What every page may show."""

from typing import Any

from django.http import HttpRequest
from django.urls import translate_url


def portal(request: HttpRequest) -> dict[str, Any]:
    """The page's address in each language, for the language switch and `hreflang`."""
    address = request.get_full_path()
    return {
        "address_en": translate_url(address, "en"),
        "address_uk": translate_url(address, "uk"),
    }
