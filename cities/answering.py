"""How every directory answers: a page, or the block of results that htmx asks for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from .frame import framed
from .page_cache import is_anonymous, wants_block


def directory_answer(
    request: HttpRequest,
    block: tuple[str, Mapping[str, Any]],
    page: tuple[str, Mapping[str, Any]],
    *,
    in_frame: bool = True,
) -> HttpResponse:
    """The page with its block of results, or the block alone; both are given as template and context.

    The block's context has the `query` and the `summary`; the page gets these and the block as `results`.
    With `in_frame`, anonymous visitors get the page from its frame: see `frame` for what it may do then.
    """
    template, found = block
    query, is_block = found["query"], wants_block(request)
    results = render_to_string(template, {**found, "is_block": is_block}, using="jinja2")
    if is_block:
        pushed = request.path + (f"?{query.query_string}" if query.query_string else "")
        return HttpResponse(results, headers={"HX-Push-Url": pushed})
    template, around = page
    context = {
        "q": query.q,
        "summary": found["summary"],
        "results": mark_safe(results),  # noqa: S308 - rendered above, escaped there
        **around,
    }
    if in_frame and is_anonymous(request):
        return HttpResponse(framed(request, template, context))
    return render(request, template, context)
