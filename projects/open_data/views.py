"""Open data of projects: the files, which have no language, and the page that explains them."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from cities import exports
from cities.models import DataVersion
from projects.models import Project
from projects.querysets import ProjectQuerySet

from . import oc4ids, tables

PROJECTS_AT_ONCE = 200


def _last_change(request: HttpRequest, **address: Any) -> datetime | None:
    """When a project, or any of them, was changed last."""
    changed: datetime | None = _asked(**address).aggregate(last=Max("updated_at"))["last"]
    return changed


def _etag(request: HttpRequest, **address: Any) -> str:
    """Changes with every change of projects and cities, and at midnight: a milestone may be late then."""
    counts = DataVersion.objects.order_by("pk").values_list("pk", "version")
    parts = (request.get_full_path(), tuple(counts), timezone.localdate())
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _asked(slug: str | None = None) -> Any:
    public = Project.objects.public()
    return public if slug is None else public.filter(slug=slug)


def all_public() -> ProjectQuerySet:
    """The projects that the files have, in their order."""
    return Project.objects.public().with_open_data().order_by("pk")


def _all() -> Iterator[Project]:
    return all_public().iterator(chunk_size=PROJECTS_AT_ONCE)


def _file(parts: Iterable[str], type: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Access-Control-Allow-Origin": "*"}
    return StreamingHttpResponse(parts, content_type=type, headers=headers)


if_changed = condition(etag_func=_etag, last_modified_func=_last_change)


@login_not_required
@require_safe
@if_changed
def one(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A package of one project in OC4IDS."""
    found = get_object_or_404(Project.objects.public().with_open_data(), slug=slug)
    parts = oc4ids.package([found], oc4ids.absolute(request.path))
    return _file(parts, "application/json", f"{slug}.json")


@login_not_required
@require_safe
@if_changed
def everything(request: HttpRequest) -> HttpResponseBase:
    """A package of all projects in OC4IDS. The standard knows no empty package: 404 while there is none."""
    if not Project.objects.public().exists():
        raise Http404
    return _file(oc4ids.package(_all(), oc4ids.absolute(request.path)), "application/json", "projects.json")


@login_not_required
@require_safe
@if_changed
def places(request: HttpRequest) -> HttpResponseBase:
    """All projects on a map, as GeoJSON."""
    return _file(tables.geojson(_all()), "application/geo+json", "projects.geojson")


@login_not_required
@require_safe
@if_changed
def spreadsheet(request: HttpRequest) -> HttpResponseBase:
    """All projects as a spreadsheet."""
    response = exports.csv_file("projects", list(tables.MEANINGS), tables.records(_all()))
    response["Access-Control-Allow-Origin"] = "*"
    return response


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, what its fields mean, and on what terms."""
    example = Project.objects.public().order_by("-updated_at").first()
    context = {
        "example": example,
        "fields": tables.MEANINGS.items(),
        "licence": oc4ids.LICENCE,
        "prefix_is_registered": settings.OC4IDS_PREFIX != settings.OC4IDS_UNREGISTERED,
        "count": Project.objects.public().count(),
    }
    return render(request, "projects/open_data.html", context)
