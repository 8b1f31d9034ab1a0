"""Public pages of projects, and the files they show."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.review import NOTHING_RUNS
from cities.profile_views import FOREVER

from .models import DocumentVersion, Photo, Project
from .page import project_context, with_parts
from .words import told

CHANGES_A_PAGE = 50


@login_not_required
@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything public of one project, in a constant number of queries."""
    shown = with_parts(slug, request.user)
    if shown is None:
        raise Http404
    mine = request.user.is_authenticated and Project.objects.editable_by(request.user).filter(pk=shown.pk)
    context = {**project_context(shown), "mine": bool(mine and mine.exists())}
    return render(request, "projects/project.html", context)


@login_not_required
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every published change, newest first."""
    shown = Project.objects.visible_to(request.user).with_city().filter(slug=slug).first()
    if shown is None:
        raise Http404
    pages = Paginator(shown.changes.public().select_related("by"), CHANGES_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"project": shown, "page": page, "changes": told(page.object_list, shown)}
    return render(request, "projects/history.html", context)


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str, version: int) -> FileResponse:
    """A version of a document, to keep and not to open in the browser."""
    visible = Project.objects.visible_to(request.user).filter(slug=slug)
    found = DocumentVersion.objects.filter(pk=version, document__project__in=visible).first()
    if found is None or not found.file.storage.exists(found.file.name or ""):
        raise Http404
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.file_name, content_type=found.type
    )
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_not_required
@require_safe
def photo(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """A photo. Its address is never used again, so the photo of a public project may be kept for ever."""
    visible = Project.objects.visible_to(request.user).filter(slug=slug)
    found = Photo.objects.filter(project__in=visible, file=f"projects/photos/{name}").first()
    if found is None or not found.file.storage.exists(found.file.name or ""):
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type="image/webp")
    if Project.objects.public().filter(slug=slug).exists():
        response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
