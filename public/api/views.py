"""Pages about the API, its description for programs, and the nightly files."""

from __future__ import annotations

import json
from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cities.exports import LICENCE
from cities.page_cache import public_page, unless_known
from public.models import Dump, DumpFile
from public.models.dumps import LATEST

from . import reference
from .api import VERSION
from .document import document
from .formats import TYPES
from .limits import WINDOW
from .problems import ROOT
from .resource import MOST
from .resources import RESOURCES
from .schema import absolute

CHANGES = [
    ("1.0.0", date(2026, 11, 25), _("The first version.")),
]
"""Version, day and what changed, the newest first."""
MOST_SETS = 60


@require_safe
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The description in OpenAPI 3.1, in English."""
    return unless_known(
        request,
        lambda etag: HttpResponse(json.dumps(document(), ensure_ascii=False), content_type=TYPES["json"]),
    )


@require_safe
def dump(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """A nightly file of a day, or the newest one. Raises Http404 where it is gone."""
    found = DumpFile.objects.of_day(day).filter(name=name).first()
    if found is None:
        raise Http404
    etag = f'"{found.sha256}"'
    if answer := get_conditional_response(request, etag=etag):
        return answer
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    type = "application/gzip" if name.endswith(".gz") else "text/plain; charset=utf-8"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=type)
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    return response


@login_not_required
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """What the API has, how it is used, and on what terms."""
    described = document()
    context = {
        "resources": reference.resources(described),
        "kinds": reference.kinds(described),
        "root": absolute(ROOT),
        "openapi": reverse("api-v1:openapi"),
        "most": MOST,
        "limit": settings.API_REQUESTS_A_MINUTE,
        "seconds": WINDOW,
        "changes": CHANGES,
        "version": VERSION,
        "licence": LICENCE,
    }
    return render(request, "api/about.html", context)


@login_not_required
@require_safe
def dumps(request: HttpRequest) -> HttpResponse:
    """The nightly files."""
    newest, *older = Dump.objects.done().prefetch_related("files")[:MOST_SETS] or [None]
    titles = {one.name: one.title for one in RESOURCES}
    files = [(titles.get(one.resource, ""), one) for one in newest.files.all()] if newest else []
    context = {
        "newest": newest,
        "files": files,
        "older": older,
        "days": settings.DUMP_DAYS,
        "licence": LICENCE,
        "latest": absolute(reverse("api-v1:dump", args=[LATEST, "cities.jsonl.gz"])),
    }
    return render(request, "api/dumps.html", context)
