"""The page around a directory's results, for anonymous visitors.

It takes as long to make as what is inside, and differs by a few words only. So it is made once for each
address, with holes where those words go.
"""

import re
from collections.abc import Mapping
from copy import copy
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.html import conditional_escape, escape

from .filters import page_query

_HOLE = re.compile(r"\??hole-(\w+)-hole")
_QUERY = "query_string"
_frames: dict[str, list[str]] = {}


def framed(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """What `render_to_string(template, context, request)` gives an anonymous visitor.

    The template may only write the values of `context` and the request's query string, not decide by them.
    """
    context = {**context, "page_query": page_query(request.GET)}
    if request.path not in _frames:
        _frames[request.path] = _made(request, template, context)
    query_string = request.META.get("QUERY_STRING", "")
    words: dict[str, str] = {name: conditional_escape(value) for name, value in context.items()}
    words[_QUERY] = escape(f"?{iri_to_uri(query_string)}") if query_string else ""
    frame = _frames[request.path]  # text, name of a hole, text, name of a hole, ..., text
    return "".join(words[part] if number % 2 else part for number, part in enumerate(frame))


def _made(request: HttpRequest, template: str, context: Mapping[str, Any]) -> list[str]:
    holed = copy(request)
    holed.META = {**request.META, "QUERY_STRING": f"hole-{_QUERY}-hole"}
    holes = {name: f"hole-{name}-hole" for name in context}
    return _HOLE.split(render_to_string(template, holes, holed))
