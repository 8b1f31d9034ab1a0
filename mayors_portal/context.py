"""What every page may show."""

from django.conf import settings
from django.http import HttpRequest

from cities.filters import page_query
from public.sharing.indexing import is_for_search_engines

from . import tracing

UKRAINIAN = "/uk/"


def portal(request: HttpRequest) -> dict[str, object]:
    """The page's part of the portal, its request's number, and its address in each language.

    path_*: the canonical address of the page in each language but for `page_query`, see `page_query` there.
    """
    address = request.get_full_path()
    english = address.removeprefix(UKRAINIAN.rstrip("/")) if address.startswith(UKRAINIAN) else address
    ukrainian = UKRAINIAN + english.removeprefix("/")
    return {
        "section": english.removeprefix("/").partition("/")[0],
        "address_en": english,
        "address_uk": ukrainian,
        "path_en": english.partition("?")[0],
        "path_uk": ukrainian.partition("?")[0],
        "page_query": page_query(request.GET),
        "is_for_search_engines": is_for_search_engines(request),
        "request_id": tracing.request_id(),
        "site_url": settings.SITE_URL.rstrip("/"),
    }
