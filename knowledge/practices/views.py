"""Public pages of practices: the directory, one practice, its papers, and a member's question to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import download
from accounts.models import User
from cities.answering import DirectoryKind
from cities.listing import grouped, listed, relaxations
from cities.page_cache import public_page
from cities.selection import Selection
from knowledge.models import Practice, PracticeDocument
from projects.models.project import NotPossible

from . import asking, directory, listing
from .directory import PracticeDirectory
from .forms import QuestionForm
from .page import practice_context, with_parts
from .query import SORTS, VIEWS, PracticeQuery
from .search import FoundPractices, find

FOUND_ELSEWHERE = 3  # practices shown that a search found outside the filters


def _results(
    at_hand: PracticeDirectory, selection: Selection, found: FoundPractices | None
) -> dict[str, Any]:
    """What the block of results shows."""
    around, rows = listed(at_hand, selection)
    query, total = selection.query, len(selection)
    text = ngettext("%(count)s practice", "%(count)s practices", total)
    is_map = query.view == "map" and total
    return {
        **around,
        "summary": text % {"count": grouped(total)},
        "map": listing.PracticeMap(at_hand, selection).html() if is_map else "",
        "cards": [] if is_map else listing.cards(at_hand, rows),
        "is_alike": bool(found and found.is_alike and total),
        "relaxations": [] if total else relaxations(at_hand, query, found.rows if found else None),
        "elsewhere": listing.cards(at_hand, found.rows[:FOUND_ELSEWHERE]) if found and not total else [],
        "suggestions": [],
        "is_empty": not len(at_hand),
    }


DIRECTORY = DirectoryKind(
    folder="practices",
    code="practices",
    title=gettext_lazy("Practices of cities"),
    filtered=gettext_lazy("Practices: %(filters)s"),
    sorts=SORTS,
    views=VIEWS,
    current=directory.current,
    read=PracticeQuery.read,
    find=find,
    results=_results,
    csv=listing.csv_response,
    json=listing.json_response,
    map=listing.PracticeMap,
)


@login_not_required
@public_page
def practices(request: HttpRequest) -> HttpResponseBase:
    """The directory of practices."""
    return DIRECTORY.answer(request)


def practice_or_404(request: HttpRequest, slug: str) -> Practice:
    """The practice of an address as its page needs it. Raises Http404 where it is not for the visitor."""
    shown = with_parts(slug, request.user)
    if shown is None:
        raise Http404
    return shown


@login_not_required
@require_safe
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything public of one practice; to members its contact, to its city what waits for an answer."""
    shown = practice_or_404(request, slug)
    return render(request, "practices/practice.html", practice_context(shown, request.user))


@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """A member's question. What cannot be sent is shown again on the practice's page."""
    shown, user = practice_or_404(request, slug), User.signed_in(request)
    sides = asking.sides_that_ask(shown, user)
    if not sides or not shown.is_public:
        raise Http404
    form = QuestionForm(request.POST, sides=sides)
    if form.is_valid():
        try:
            asking.ask(shown, form.cleaned_data["party"], form.cleaned_data["text"], by=user)
            messages.success(request, _("Sent. You are told when the city answers."))
            return redirect(shown.get_absolute_url() + "#questions")
        except NotPossible as refusal:
            form.add_error(None, refusal.reasons)
    return render(request, "practices/practice.html", practice_context(shown, user, form))


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """A paper, to keep and not to open in the browser."""
    visible = Practice.objects.visible_to(request.user).filter(slug=slug)
    found = PracticeDocument.objects.filter(pk=number, practice__in=visible).first()
    if found is None:
        raise Http404
    return download(found)
