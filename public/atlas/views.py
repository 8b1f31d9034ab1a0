"""The map of everything."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cities import directory
from cities.page_cache import public_page

from .drawing import Atlas
from .query import AtlasQuery


@login_not_required
@public_page
def atlas(request: HttpRequest) -> HttpResponse:
    """The map with its twin, a table; or the marks and lines that map.js asks for."""
    query = AtlasQuery.read(request.GET)
    shown = Atlas(query)
    if request.GET.get("format") == "clusters":
        return JsonResponse(shown.live(request.GET.get("width", "")))
    pager = shown.pager()
    pages = render_to_string("cities/pager.html", {"pager": pager, "query": query}, using="jinja2")
    corners = shown.corners()
    context = {
        "query": query,
        "whole": query.but(bounds=None).url,
        "choices": shown.choices(),
        "filters": [
            ("country", _("Country"), _("All countries"), _options("country"), query.country),
            ("topic", _("Topic"), _("All topics"), _options("need"), query.topic),
        ],
        "map": shown.picture(),
        "live": query.but(bounds=None).export_url("clusters"),
        "corners": json.dumps(corners) if corners else "",
        "rows": shown.rows(),
        "pager": pager,
        "pages": mark_safe(pages),  # noqa: S308 - rendered above, escaped there
        "total": len(shown),
    }
    return render(request, "atlas/map.html", context)


def _options(facet: str) -> list[tuple[str, str]]:
    """Codes and names of what one can choose of a facet of the cities, by name."""
    at_hand = directory.current()
    names = at_hand.labels(facet)
    return sorted(((code, names[code]) for code in at_hand.facets[facet].codes), key=lambda one: one[1])
