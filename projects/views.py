"""Public pages of projects, and the files they show."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.downloads import download
from cities.answering import DirectoryKind
from cities.filters import LONGEST_SEARCH
from cities.listing import grouped, listed, relaxations
from cities.page_cache import public_page
from cities.photos import photo_file
from cities.selection import Selection

from . import directory, listing
from .directory import ProjectDirectory
from .models import DocumentVersion, Photo, Project
from .page import project_context, with_parts
from .query import SORTS, VIEWS, ProjectQuery
from .search import FoundProjects, find
from .words import told

CHANGES_A_PAGE = 50
FOUND_ELSEWHERE = 3  # projects shown that a search found outside the filters


def _results(at_hand: ProjectDirectory, selection: Selection, found: FoundProjects | None) -> dict[str, Any]:
    """What the block of results shows."""
    around, rows = listed(at_hand, selection)
    query, total = selection.query, len(selection)
    text = ngettext("%(count)s project", "%(count)s projects", total)
    alike = [at_hand.entries[row].title for row in found.alike] if found else []
    is_map = query.view == "map" and total
    return {
        **around,
        "summary": text % {"count": grouped(total)},
        "map": listing.ProjectMap(at_hand, selection).html() if is_map else "",
        "cards": [] if is_map else listing.cards(at_hand, rows),
        "relaxations": [] if total else relaxations(at_hand, query, found.rows if found else None),
        "elsewhere": listing.cards(at_hand, found.rows[:FOUND_ELSEWHERE]) if found and not total else [],
        "suggestions": [(title, query.but(q=title[:LONGEST_SEARCH]).url) for title in dict.fromkeys(alike)],
        "is_empty": not len(at_hand),
    }


DIRECTORY = DirectoryKind(
    folder="projects",
    code="projects",
    title=gettext_lazy("Project directory"),
    filtered=gettext_lazy("Projects: %(filters)s"),
    sorts=SORTS,
    views=VIEWS,
    current=directory.current,
    read=ProjectQuery.read,
    find=find,
    results=_results,
    csv=listing.csv_response,
    json=listing.json_response,
    map=listing.ProjectMap,
)


@login_not_required
@public_page
def projects(request: HttpRequest) -> HttpResponseBase:
    """The directory of projects."""
    return DIRECTORY.answer(request)


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
    if found is None:
        raise Http404
    return download(found)


@login_not_required
@require_safe
def photo(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """A photo. Its address is never used again, so the photo of a public project may be kept for ever."""
    visible = Project.objects.visible_to(request.user).filter(slug=slug)
    found = Photo.objects.filter(project__in=visible, file=f"projects/photos/{name}").first()
    if found is None:
        raise Http404
    return photo_file(found.file, is_public=Project.objects.public().filter(slug=slug).exists())
