"""What the addresses of the API answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from cities.exports import LICENCE
from cities.page_cache import unless_known

from .formats import TYPES, collection, lines
from .paging import Page, page_of
from .problems import BadParameter
from .resource import Part, Resource
from .schema import Record, absolute

LICENSED = f'<{LICENCE}>; rel="license"'


def many(request: HttpRequest, resource: Resource[Any], asked: Any) -> HttpResponseBase:
    """A page of a list; `asked` is what was sent, checked. Raises BadParameter."""
    _refuse_unknown(request, asked)
    return _unless_known(request, resource.is_counted, lambda: _page(request, resource, asked))


def part(request: HttpRequest, part: Part[Any], key: Any, asked: Any) -> HttpResponseBase:
    """A page of the list within a thing. Raises BadParameter and Http404."""
    _refuse_unknown(request, asked)
    return _unless_known(request, True, lambda: _page(request, part.of(key, request.GET), asked))


def one(request: HttpRequest, resource: Resource[Any], key: Any) -> HttpResponseBase:
    """One record. Raises Http404, and BadParameter for any parameter."""
    _refuse_unknown(request, None)

    def make() -> HttpResponse:
        record = resource.one(key)
        response = _answer(record.model_dump_json())
        if changed := getattr(record, resource.changed, None) if resource.changed else None:
            response["Last-Modified"] = http_date(changed.timestamp())
        return response

    return _unless_known(request, resource.is_counted, make)


def _answer(text: str, type: str = TYPES["json"]) -> HttpResponse:
    return HttpResponse(text, content_type=type, headers={"Link": LICENSED})


def _refuse_unknown(request: HttpRequest, asked: Any) -> None:
    """Raise BadParameter for a parameter that is none, or is given twice though it has one value."""
    fields = type(asked).model_fields if asked is not None else {}
    for name, values in request.GET.lists():
        if name not in fields:
            known = f"There are: {', '.join(fields)}." if fields else "There are none at this address."
            raise BadParameter(name[:80], f"There is no such parameter. {known}")
        if len(values) > 1 and not isinstance(getattr(asked, name), list):
            raise BadParameter(name, "It can be given only once.")


def _page(request: HttpRequest, resource: Resource[Any], asked: Any) -> HttpResponse:
    data = request.GET
    page = page_of(resource.keys(data), data, asked.limit, by_key=resource.is_by_key(data))
    records = resource.made(page.keys)
    following = _following(request, page)
    response = _written(resource, records, page, following, asked.format)
    if following:
        response["Link"] = f'<{following}>; rel="next", {LICENSED}'
    return response


def _written(
    resource: Resource[Any], records: Iterable[Record], page: Page, following: str | None, format: str
) -> HttpResponse:
    match format:
        case "csv":
            response = _answer("".join(lines(resource.record, records)), TYPES["csv"])
            response["Content-Disposition"] = f'attachment; filename="{resource.name}.csv"'
            return response
        case "geojson":
            return _answer(collection(records, following, page.total), TYPES["geojson"])
    listed = resource.page(items=records, total=page.total, next=following)
    return _answer(listed.model_dump_json())


def _following(request: HttpRequest, page: Page) -> str | None:
    """The address of the next page."""
    if not page.next:
        return None
    data = request.GET.copy()
    data["cursor"] = page.next
    return absolute(f"{request.path}?{data.urlencode()}")


def _unless_known(request: HttpRequest, is_counted: bool, make: Any) -> HttpResponseBase:
    """304 for who has the present answer; what no version counts has to be made to be known."""
    if is_counted:
        return unless_known(request, lambda etag: make())
    response = make()
    etag = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response
