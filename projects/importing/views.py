"""Pages by which mayors bring in a list of their city's projects. Others find nothing here (404)."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.hints import hint
from accounts.models import User
from cities.editing_views import number
from cities.models import City
from cities.profile_views import editable_city
from cities.spreadsheets import TYPES, left_out
from projects.models.imports import ProjectImport
from projects.open_data.oc4ids import dumps
from projects.tasks import work_on_imports

from .checking import Verdict
from .columns import COLUMNS
from .findings import Line, counts, lines_of, unused
from .forms import FileForm

LISTS_SHOWN = 5
READ_OR_SEND = ["GET", "HEAD", "POST"]
LEFT_OUT = "projects-left-out"


@require_http_methods(READ_OR_SEND)
def projects_import(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """The form for a file with projects of a city."""
    city, user = editable_city(request, country, slug), User.signed_in(request)
    if (file_format := request.GET.get("format", "")) in TYPES:
        return COLUMNS.template_file("projects", file_format)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="import"):
            return ratelimit.respond_429(request)
        kept = _keep(form, city, user)
        hint(work_on_imports)
        return redirect(kept)
    lists = ProjectImport.objects.filter(city=city, by=user).select_related("city").defer("text", "findings")
    context = {"city": city, "form": form, "columns": COLUMNS, "lists": lists[:LISTS_SHOWN]}
    return render(request, "projects/import.html", context)


def _keep(form: FileForm, city: City, user: User) -> ProjectImport:
    return ProjectImport.objects.create(
        city=city,
        by=user,
        file_name=form.cleaned_data["file"].name[:150],
        kind=form.content.kind,
        text=form.content.text,
    )


@require_http_methods(READ_OR_SEND)
def listed(request: HttpRequest, country: str, slug: str, pk: int) -> HttpResponseBase:
    """What a file would do, project by project, or how far its check is.

    A POST has drafts made, has what failed tried again, or forgets the file.
    """
    city, user = editable_city(request, country, slug), User.signed_in(request)
    lists = ProjectImport.objects.select_related("city", "by")
    at_hand = get_object_or_404(lists, city=city, by=user, pk=pk)
    if request.method == "POST":
        return _decide(request, at_hand)
    lines = [] if at_hand.is_pending else lines_of(at_hand)
    if request.GET.get("format") == "left-out":
        return _left_out(at_hand, lines)
    return render(request, "projects/import_list.html", _context(at_hand, lines))


def _context(at_hand: ProjectImport, lines: list[Line]) -> dict[str, Any]:
    is_table = at_hand.kind == ProjectImport.Kind.TABLE
    return {
        "city": at_hand.city,
        "list": at_hand,
        "is_table": is_table,
        "lines": lines,
        "counts": counts(lines),
        "new": sum(line.verdict == Verdict.NEW for line in lines),
        "similar": sum(line.verdict == Verdict.SIMILAR for line in lines),
        "headings": COLUMNS.unused(at_hand.content["headings"]) if is_table else [],
        "unused": unused(at_hand),
    }


def _decide(request: HttpRequest, at_hand: ProjectImport) -> HttpResponse:
    here = redirect("projects-import", at_hand.city.country_id.lower(), at_hand.city.slug)
    match request.POST.get("action"):
        case "forget":
            at_hand.delete()
            messages.info(request, _("The list is forgotten."))
            return here
        case "import":
            return _import(request, at_hand)
        case "again":
            at_hand.try_again()
            hint(work_on_imports)
    return redirect(at_hand)


def _import(request: HttpRequest, at_hand: ProjectImport) -> HttpResponse:
    also = {int(one) for one in request.POST.getlist("also") if number(one)}
    verdicts = {line.number: line.verdict for line in lines_of(at_hand)}
    ticked = {number for number in also if verdicts.get(number) == Verdict.SIMILAR}
    if not (at_hand.confirmed_at or ticked or Verdict.NEW in verdicts.values()):
        messages.info(request, _("Tick the projects that are to become drafts."))
    elif at_hand.confirm(ticked):
        hint(work_on_imports)
    else:
        messages.info(request, _("This list was confirmed already."))
    return redirect(at_hand)


def _left_out(at_hand: ProjectImport, lines: list[Line]) -> HttpResponseBase:
    """What would not be imported, as it was, each with the reasons: a table, or a package of JSON."""
    sources = at_hand.sources
    reasons = [(sources[line.number], line.reason) for line in lines if line.verdict != Verdict.NEW]
    if at_hand.kind == ProjectImport.Kind.TABLE:
        return left_out(LEFT_OUT, at_hand.content["headings"], reasons)
    answer = HttpResponse(
        dumps({"projects": [one for one, _why in reasons], "reasons": [why for _one, why in reasons]}),
        content_type="application/json",
    )
    answer["Content-Disposition"] = f'attachment; filename="{LEFT_OUT}.json"'
    return answer
