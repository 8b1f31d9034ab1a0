"""Public pages from memory.

What an anonymous visitor sees depends on the address, the data, the day and the MOMENTS only. Such a page
carries an ETag made of them, so that a browser that has it is answered 304 before any work is done; and the
process keeps the pages asked for last. Pages for signed-in people, or with a message to show, are made anew.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.metrics import count_page

from . import directory

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

MOST_PAGES = 300
VARY = ("Cookie", "HX-Request")
KEPT_HEADERS = ("Content-Type", "HX-Push-Url")
SOURCES = ("templates", "static/css", "static/js", "locale", *settings.OWN_APPS, "mayors_portal")
SUFFIXES = {".html", ".css", ".js", ".mo", ".py"}

Page = tuple[bytes, dict[str, str]]

MOMENTS: list[Callable[[directory.Versions], int]] = []
"""What changes by itself as time passes: numbers, from the versions of the data; apps above add theirs.

Each is asked at every request for a page, so it must not ask the database for what it knows already.
"""


class _Pages:
    """The pages asked for last, by ETag."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, Page] = OrderedDict()

    def get(self, etag: str) -> Page | None:
        with self._lock:
            if etag in self._pages:
                self._pages.move_to_end(etag)
            return self._pages.get(etag)

    def keep(self, etag: str, page: Page) -> None:
        with self._lock:
            self._pages[etag] = page
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._pages.clear()


_pages = _Pages()
forget: Callable[[], None] = _pages.forget


_is_old: ContextVar[bool] = ContextVar("is_old", default=False)


def made_of_old_data() -> None:
    """Say that the page being made shows data that are just being loaded anew: it is not to be kept."""
    _is_old.set(True)


def public_page(view: View[P]) -> View[P]:
    """Answer GET and HEAD of anonymous visitors from memory, or with 304; see the module.

    The view must depend on nothing but the address, the day, the HX-Request header, what DataVersion
    counts, and MOMENTS.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_anonymous(request):
            response = view(request, *args, **kwargs)
            patch_vary_headers(response, VARY)
            return response
        response = unless_known(request, lambda etag: _page(etag, view, request, *args, **kwargs))
        response["Vary"] = ", ".join(VARY)
        return response

    return answer


def unless_known(request: HttpRequest, make: Callable[[str], HttpResponseBase]) -> HttpResponseBase:
    """304 for who has the present answer, else the one that `make` makes of its ETag; see the module."""
    _is_old.set(False)
    etag = _etag(request)
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or make(etag)
    if unchanged:
        count_page("unchanged")
    if response.status_code in (200, 304) and not _is_old.get():
        response["ETag"] = etag
        response["Cache-Control"] = "public, no-cache"
    return response


def wants_block(request: HttpRequest) -> bool:
    """Whether htmx asks for the results alone; going back in history needs the whole page."""
    headers = request.META  # read here rather than from request.headers, which would parse them all
    return headers.get("HTTP_HX_REQUEST") == "true" != headers.get("HTTP_HX_HISTORY_RESTORE_REQUEST")


def is_anonymous(request: HttpRequest) -> bool:
    """Whether the visitor brings nothing that a page could depend on: no session and no message."""
    return not {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name} & request.COOKIES.keys()


def _page(
    etag: str, view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponseBase:
    if kept := _pages.get(etag):
        count_page("kept")
        body, headers = kept
        return HttpResponse(body, headers=headers)
    count_page("made")
    response = view(request, *args, **kwargs)
    if isinstance(response, HttpResponse) and response.status_code == 200 and not _is_old.get():
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        _pages.keep(etag, (response.content, headers))
    return response


def _etag(request: HttpRequest) -> str:
    versions = directory.current().versions
    moments = [moment(versions) for moment in MOMENTS]
    today = timezone.localdate()
    parts = (request.get_full_path(), wants_block(request), versions, today, moments, _release())
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


@lru_cache(maxsize=1)
def _release() -> str:
    """A digest of the code, templates and words that pages are made of: it changes when they do."""
    digest = hashlib.blake2b(settings.SITE_URL.encode(), digest_size=12)
    for source in SOURCES:
        for path in sorted(Path(settings.BASE_DIR, source).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(path.read_bytes())
    return digest.hexdigest()
