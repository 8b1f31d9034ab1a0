"""The site map for search engines: an index, and parts that are written as they are sent.

Every page is in it once in each language, and each names the others. Part n of a kind has its n-th
A_PART objects by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.db.models import Max
from django.urls import reverse
from django.utils import translation

from accounts.letters import site
from public.kinds import KINDS, PublicKind, kind_of

A_PART = 5_000  # objects: twice as many pages; search engines take 50,000
ROWS_AT_ONCE = 1_000
A_CHUNK = 250  # objects written at once
PAGES = "pages"
FIXED = (
    *(
        "home",
        "about",
        "about-rules",
        "about-privacy",
        "about-accessibility",
        "about-matching",
        "about-integrity",
    ),
    *("contact", "map", "statistics", "rounds", "transparency", "open-data", "api", "dumps"),
)
"""Names of public pages that are neither directories nor about an object."""

_START = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Entry(NamedTuple):
    """A page: its English address without the portal's own, and when it changed last."""

    path: str
    changed: datetime | None = None


def index() -> str:
    """The index of all parts: one or two queries a kind."""
    parts = [_part(PAGES, 1), *(line for kind in KINDS for line in _parts(kind))]
    return f'{_START}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(parts)}</sitemapindex>\n'


def _parts(kind: PublicKind) -> Iterator[str]:
    count = kind.objects().order_by().count()
    changed = kind.objects().aggregate(at=Max(kind.changed))["at"] if kind.changed and count else None
    for number in range(1, -(-count // A_PART) + 1):
        yield _part(kind.code, number, changed)


def _part(code: str, number: int, changed: datetime | None = None) -> str:
    address = escape(site() + reverse("sitemap-part", args=[code, number]))
    return f"<sitemap><loc>{address}</loc>{_last_changed(changed)}</sitemap>\n"


def entries(code: str, number: int) -> Iterator[Entry]:
    """The pages of a part, none for a part there is not. Raises KeyError for an unknown kind."""
    if code == PAGES:
        return _fixed() if number == 1 else iter(())
    return _objects(kind_of(code), (number - 1) * A_PART)


def _fixed() -> Iterator[Entry]:
    with translation.override("en"):
        paths = [reverse(name) for name in (*FIXED, *(kind.code for kind in KINDS))]
    return map(Entry, paths)


def _objects(kind: PublicKind, first: int) -> Iterator[Entry]:
    found = kind.objects().order_by("pk")[first : first + A_PART].iterator(chunk_size=ROWS_AT_ONCE)
    while some := list(islice(found, ROWS_AT_ONCE)):
        with translation.override("en"):
            pages = [
                Entry(kind.url(one), getattr(one, kind.changed) if kind.changed else None) for one in some
            ]
        yield from pages


def written(pages: Iterable[Entry]) -> Iterator[str]:
    """The text of a part."""
    yield (f'{_START}<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n')
    with translation.override("en"):
        english = reverse("home")
    with translation.override("uk"):
        ukrainian = reverse("home")
    root = escape(site())
    lines = (_lines(page, root + english, root + ukrainian) for page in pages)
    while chunk := "".join(islice(lines, A_CHUNK)):
        yield chunk
    yield "</urlset>\n"


def _lines(page: Entry, home: str, other_home: str) -> str:
    """A page in both languages; `home` and `other_home` are the portal's first pages in them."""
    path = escape(page.path[1:])
    address, other = home + path, other_home + path
    rest = (
        f"{_last_changed(page.changed)}"
        f'<xhtml:link rel="alternate" hreflang="en" href="{address}"/>'
        f'<xhtml:link rel="alternate" hreflang="uk" href="{other}"/>'
        f'<xhtml:link rel="alternate" hreflang="x-default" href="{address}"/>'
    )
    return f"<url><loc>{address}</loc>{rest}</url>\n<url><loc>{other}</loc>{rest}</url>\n"


def _last_changed(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
