"""Pages by which a city's mayors make and edit its projects. Others find nothing here (404)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cities.editing_views import number
from cities.profile_views import editable_city

from . import editing
from .editing import EditedMeanwhile
from .forms import BasicsForm
from .models import Project
from .models.project import NotPossible
from .refusals import told_why_not
from .sections import SECTIONS, Editor
from .words import told

DONE = {
    "publish": gettext_lazy("Published. Everybody can see it now."),
    "archive": gettext_lazy("Archived."),
    "restore": gettext_lazy("Taken out of the archive."),
}


def editable_project(request: HttpRequest, slug: str) -> Project:
    """The project of an address, for those who represent its city. Raises Http404 for everybody else."""
    found = Project.objects.editable_by(User.signed_in(request)).with_city().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """A new project of a city, as a draft."""
    city = editable_city(request, country, slug)
    form = BasicsForm(request.POST or None, instance=Project(city=city))
    if request.method == "POST" and form.is_valid():
        project = editing.create(form.instance, by=User.signed_in(request))
        messages.success(request, _("The draft is saved. Only you and your colleagues can see it."))
        return redirect("project-edit", project.slug)
    return render(request, "projects/new.html", {"city": city, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the project stands, its sections, what it lacks to be published, and what was changed last.

    A POST publishes, archives or restores it.
    """
    project = editable_project(request, slug)
    if request.method == "POST":
        return change_state(request, project, request.POST.get("action", ""))
    changes = project.changes.select_related("by")[:10]
    context = {
        "project": project,
        "sections": SECTIONS.values(),
        "lacks": project.lacks(),
        "changes": told(changes, project),
    }
    return render(request, "projects/edit.html", context)


def change_state(request: HttpRequest, project: Project, action: str) -> HttpResponse:
    """Do one of DONE, or say why not. Raises Http404 for anything else."""
    if action not in DONE:
        raise Http404
    with told_why_not(request):
        getattr(project, action)(by=User.signed_in(request))
        messages.success(request, DONE[action])
    return redirect("project-edit", project.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A section's form; a POST saves what was typed, says what that would write, or adds an empty row."""
    project, section = editable_project(request, slug), SECTIONS.get(code)
    if section is None:
        raise Http404
    if request.method != "POST":
        return show(request, Editor(project, section), project.version)
    seen, action = number(request.POST.get("seen", "")) or 0, request.POST.get("action", "")
    if action.startswith("add-"):
        more_of = action.removeprefix("add-")
        return show(request, Editor(project, section, request.POST, request.FILES, more_of), seen)
    editor = Editor(project, section, request.POST, request.FILES)
    return save(request, editor, seen, is_preview=action == "preview" and not section.has_files)


def save(request: HttpRequest, editor: Editor, seen: int, *, is_preview: bool) -> HttpResponse:
    """Save a section, or show it again with what is wrong, or with what somebody else changed meanwhile.

    is_preview: show it again with what the history would say, and save nothing.
    """
    if not editor.is_valid():
        return show(request, editor, seen, has_errors=True)
    by = User.signed_in(request)
    try:
        if is_preview:
            would = told(editor.would_write(by=by, seen=seen), editor.project)
            return show(request, editor.anew(), seen, would=would)
        is_changed = editor.save(by=by, seen=seen)
    except EditedMeanwhile as conflict:
        theirs = told(conflict.changes, editor.project)
        merged = editor.with_theirs(conflict.changes)
        return show(request, merged, conflict.version, theirs=theirs)
    except NotPossible as refusal:
        return show(request, editor, seen, refusal=refusal.reasons)
    if is_changed:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("project-edit", editor.project.slug)


def show(request: HttpRequest, editor: Editor, seen: int, **more: Any) -> HttpResponse:
    """The form of a section, with what was typed."""
    context = {"editor": editor, "section": editor.section, "seen": seen, **more}
    context |= {"project": editor.project, "heading": editor.heading}
    return render(request, "projects/edit_section.html", context)
