"""What nobody means well by sending: arguments, values, headers and files, and the mark of a view reached."""

from __future__ import annotations

from random import Random
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

REACHED = "X-Reached-View"

TEXTS = [
    "", " ", "0", "-1", "1e309", "NaN", "٣", "9" * 25, "2147483648", "9223372036854775808", "a" * 10_000,
    "\x00", "a\x00b", "😀", "Ї’є" * 50, "\u202e\u200b",
    "%", "%s%n", "_", "\\", "'", "''\"", "'; DROP TABLE cities_city; --", "$$", "{{ 7*7 }}", "{% debug %}",
    "<script>alert(1)</script>", "javascript:alert(1)", "//evil.example", "http://[", "https://example.org:99999/",
    "../../etc/passwd", "C:\\boot.ini", "=cmd|' /C calc'!A0", "@SUM(1)", "\r\nSet-Cookie: a=b", "0000-00-00",
    "2026-02-30", "9999-12-31T23:59:59", "-0001-01-01", "24:61", "[]", "{}", "null", "true", "[[[[[[[[[[",
    "1,2,3", "UA", "uk", "xx-yy", "%E0%A4%A", "&&==&&", "ſtraße", "İstanbul", "a b c d e f g h i j k l m",
    "-" * 300,
]  # fmt: skip
"""Values of queries and of the fields of forms."""

WORDS = [
    "q",
    "page",
    "sort",
    "view",
    "format",
    "country",
    "region",
    "topic",
    "member",
    "next",
    "w_needs",
    "action",
]
WORDS += [
    "topic_need",
    "size",
    "limit",
    "cursor",
    "width",
    "box",
    "zoom",
    "scope",
    "tie",
    "from",
    "to",
    "stage",
    "sdg",
]
"""Names of parameters that pages know, whatever page it is."""

INTEGERS = ["0", "1", "2147483647", "2147483648", "9223372036854775808", "9" * 40, "007"]
SLUGS = ["-", "_", "0", "a" * 300, "--a--", "None", "new", "index", "uk", "9" * 30]
STRINGS = [*SLUGS, *(text for text in TEXTS if text and "/" not in text and len(text) < 500), "..", "."]
ARGUMENTS = {"int": INTEGERS, "slug": SLUGS, "country": ["ua", "zz", "UA", "xk", "q0"]}
"""Values of the arguments of addresses, by converter; any others take STRINGS."""

HEADERS = [
    {"Accept-Language": "uk;q=NaN, *;q=99, \xff\xfe"},
    {"Accept-Language": "a" * 5_000},
    {"Cookie": 'sessionid="; csrftoken=\x7f; messages=W1tdXQ; django_language=../../x'},
    {"Cookie": "messages=[[1,2,3]]; sessionid=" + "0" * 2_000},
    {"X-Forwarded-For": "not, an, address, ::1, 999.999.999.999"},
    {"X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example"},
    {"X-Request-ID": "\xff\xfe" + "a" * 500},
    {"If-None-Match": 'W/"a", *, "', "If-Modified-Since": "Thu, 99 Foo 0000 99:99:99 GMT"},
    {"Range": "bytes=-99999999999999999999,5-1"},
    {"HX-Request": "true", "HX-Target": "\\x00", "HX-Current-URL": "http://[", "HX-Boosted": "%00"},
    {"HX-Request": "true", "HX-Current-URL-URI-AutoEncoded": "true", "HX-Trigger-Name": "a" * 4_000},
    {"Accept": "application/xml;q=x, */*;level=\x01"},
    {"Authorization": "Basic %%%", "Referer": "http://["},
    {"User-Agent": ""},
    {"Content-Encoding": "gzip", "Accept-Encoding": "br;q=-1"},
]
FILES = [
    (b"", "", ""),
    (b"\x00" * 100, "../../x\x00.png", "image/png"),
    (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "a.png", "image/png"),
    (b"GIF89a" + b"\x00" * 20, "a.gif", "text/html"),
    (b"PK\x03\x04" + b"\x00" * 200, "list.xlsx", "application/zip"),
    (b"%PDF-1.7\n%%EOF", "a.pdf", "application/pdf"),
    ("name;city\n=1+1;\x00\n".encode("utf-16"), "list.csv", "text/csv"),
    (b'{"projects": [{"id": {"a": [[[', "p.json", "application/json"),
    (b"<svg onload=alert(1)>", "a" * 300 + ".svg", "image/svg+xml"),
]
"""Files that are sent: content, name, type."""


class MarkReached:
    """Says in the answer that a request reached a view, and was not stopped on the way to it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "reached", False):
            response[REACHED] = "1"
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        request.reached = True


def template_of(name: str) -> tuple[str, dict[str, str]]:
    """The address of a name with places for its arguments as `%(slug)s`, and the kind of each argument."""
    *namespaces, last = name.split(":")
    resolver, prefix = get_resolver(), "/"
    for namespace in namespaces:
        more, resolver = resolver.namespace_dict[namespace]
        prefix += more
    [(template, parameters), *_], _pattern, _defaults, converters = resolver.reverse_dict.getlist(last)[0]
    kinds = {
        each: type(converters.get(each)).__name__.removesuffix("Converter").lower() for each in parameters
    }
    return prefix + template, kinds


def address(template: str, kinds: dict[str, str], dice: Random) -> str:
    """An address with hostile arguments, which its converters let through."""
    chosen = {name: dice.choice(ARGUMENTS.get(kind, STRINGS)) for name, kind in kinds.items()}
    return template % {name: quote(value, safe="") for name, value in chosen.items()}


def query(names: list[str], dice: Random) -> list[tuple[str, str]]:
    """A query string of one to four parameters, sometimes one of them twice."""
    chosen = [dice.choice([*WORDS, *names, "\x00", "a" * 200]) for _ in range(dice.randint(1, 4))]
    return [(name, dice.choice(TEXTS)) for name in [*chosen, chosen[0]][: len(chosen) + dice.randint(0, 1)]]
