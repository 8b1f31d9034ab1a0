"""Pages by which mayors write practices, answer questions, adopt what others did. Others: 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.membership import State
from accounts.models import AuditEntry, User
from cities.editing_views import number
from cities.models import City
from cities.profile_views import editable_city
from events.organising.editing import differences
from knowledge.models import Adoption, Practice, PracticeQuestion
from projects.models.project import NotPossible
from projects.refusals import told_why_not

from . import adopting, asking, editing
from .editing import EditedMeanwhile
from .forms import AdoptionForm, AnswerForm, PracticeForm
from .page import story_context, with_parts
from .proposing import proposed
from .sections import SECTIONS, PracticeForms

READ_OR_SEND = ["GET", "HEAD", "POST"]
MOST_PROPOSED = 6
DONE = {
    "submit": gettext_lazy("Handed in. The reviewers of the portal decide, and you are told."),
    "take_back": gettext_lazy("Taken back. You can change it now."),
    "withdraw": gettext_lazy("Withdrawn. Only you and your colleagues see it."),
}


def editable_practice(request: HttpRequest, slug: str) -> Practice:
    """The practice of an address, for those who represent its city. Raises Http404 for everybody else."""
    found = Practice.objects.editable_by(User.signed_in(request)).with_city().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def sent(request: HttpRequest) -> Any:
    """What was sent, if anything was."""
    return request.POST if request.method == "POST" else None


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All practices of my cities, questions that wait for an answer, and what cities like mine did."""
    user = User.signed_in(request)
    cities = City.objects.filter(mayors__user=user, mayors__state=State.APPROVED).select_related("country")
    mine = list(cities.distinct().order_by("pk"))
    if not mine:
        raise Http404
    waiting = Count("questions", filter=Q(questions__answered_at=None))
    practices = Practice.objects.filter(city__in=mine).annotate(waiting=waiting).order_by("-updated_at")
    context = {
        "cities": [
            (city, [one for one in practices if one.city_id == city.pk], proposed(city.pk, MOST_PROPOSED))
            for city in mine
        ],
        "questions": PracticeQuestion.objects.waiting_for(user).named(),
        "adopted": Adoption.objects.filter(city__in=mine).select_related("practice__city__country", "city"),
    }
    return render(request, "practices/desk.html", context)


@require_http_methods(READ_OR_SEND)
def new(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """A new practice of a city, as a draft."""
    city = editable_city(request, country, slug)
    form = PracticeForm(sent(request), instance=Practice(city=city))
    if request.method == "POST" and form.is_valid():
        practice = editing.create(form, by=User.signed_in(request))
        messages.success(request, _("The draft is saved. Only you and your colleagues can see it."))
        return redirect("practice-edit", practice.slug)
    return render(request, "practices/new.html", {"city": city, "form": form})


@require_http_methods(READ_OR_SEND)
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the practice stands, its sections, what it lacks. A POST does one of DONE."""
    practice = editable_practice(request, slug)
    if request.method == "POST":
        return change_state(request, practice, request.POST.get("action", ""))
    context = {
        "practice": practice,
        "sections": SECTIONS.values(),
        "lacks": practice.lacks(),
        "history": AuditEntry.of(practice)[:10],
        "questions": practice.questions.filter(answered_at=None).named(),
    }
    return render(request, "practices/edit.html", context)


def change_state(request: HttpRequest, practice: Practice, action: str) -> HttpResponse:
    """Do one of DONE, or say why not; nothing for anything else."""
    if action in DONE:
        with told_why_not(request):
            getattr(practice, action)(by=User.signed_in(request))
            messages.success(request, DONE[action])
    return redirect("practice-edit", practice.slug)


@require_http_methods(READ_OR_SEND)
def edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A section's form; a POST saves what was typed, previews it, or adds an empty row."""
    practice, section = editable_practice(request, slug), SECTIONS.get(code)
    if section is None:
        raise Http404
    if request.method != "POST":
        return show(request, PracticeForms(practice, section), practice.version)
    seen, action = number(request.POST.get("seen", "")) or 0, request.POST.get("action", "")
    if action.startswith("add-"):
        more_of = action.removeprefix("add-")
        return show(request, PracticeForms(practice, section, request.POST, request.FILES, more_of), seen)
    typed = PracticeForms(practice, section, request.POST, request.FILES)
    if not typed.is_valid():
        return show(request, typed, seen, has_errors=True)
    if action == "preview" and typed.form is not None:
        preview = story_context(typed.form.instance, typed.form.cleaned_data["topics"])
        return show(request, typed, seen, preview=preview)
    return save(request, typed, seen)


def save(request: HttpRequest, typed: PracticeForms, seen: int) -> HttpResponse:
    """Save a section, or show it again where that is not possible, or somebody else saved meanwhile."""
    try:
        is_changed = typed.save(by=User.signed_in(request), seen=seen)
    except EditedMeanwhile as conflict:
        again = typed.anew()
        again.is_valid()
        theirs = differences(again.form) if again.form is not None else []
        last = AuditEntry.of(again.owner).first()
        return show(request, again, conflict.version, is_conflict=True, theirs=theirs, last=last)
    except NotPossible as refusal:
        return show(request, typed.anew(), seen, refusal=refusal.reasons)
    if is_changed:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("practice-edit", typed.owner.slug)


def show(request: HttpRequest, editor: PracticeForms, seen: int, **more: Any) -> HttpResponse:
    """The form of a section, with what was typed."""
    context = {"editor": editor, "section": editor.section, "seen": seen, **more}
    context |= {"practice": editor.owner, "heading": editor.heading}
    return render(request, "practices/edit_section.html", context)


@require_http_methods(READ_OR_SEND)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A question to a practice of my city; a POST answers it, or corrects the answer."""
    user = User.signed_in(request)
    mine = Practice.objects.editable_by(user)
    question = PracticeQuestion.objects.filter(practice__in=mine, pk=pk).named().first()
    if question is None:
        raise Http404
    seen = request.POST.get("seen", "").replace("\r\n", "\n")
    form = AnswerForm(sent(request), initial={"answer": question.answer})
    if request.method == "POST" and form.is_valid():
        try:
            asking.answer(question, form.cleaned_data["answer"], by=user, seen=seen)
            messages.success(request, _("Answered. Everybody reads it, and whoever asked is told."))
            return redirect(question.get_absolute_url())
        except NotPossible as refusal:
            form.add_error(None, refusal.reasons)
    return render(request, "practices/answer.html", {"question": question, "form": form})


@require_http_methods(READ_OR_SEND)
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """That my city did the same; a POST saves it, or takes it back. ?city= chooses among several cities."""
    user, practice = User.signed_in(request), with_parts(slug, request.user)
    cities = adopting.cities_that_may_adopt(practice, user) if practice and practice.is_public else []
    if practice is None or not cities:
        raise Http404
    wanted = number(request.GET.get("city", ""))
    city = next((one for one in cities if one.pk == wanted), cities[0])
    now = Adoption.objects.filter(practice=practice, city=city).first()
    if request.POST.get("action") == "remove" and now is not None:
        adopting.leave(now, by=user)
        messages.success(request, _("Taken back."))
        return redirect(practice.get_absolute_url())
    blank = Adoption(practice=practice, city=city, since=timezone.localdate().year)
    form = AdoptionForm(sent(request), instance=now or blank)
    if request.method == "POST" and form.is_valid():
        adopting.adopt(form, by=user)
        messages.success(request, _("Saved. It stands on the page of the practice, and its city is told."))
        return redirect(practice.get_absolute_url() + "#adopted")
    context = {"practice": practice, "cities": cities, "city": city, "now": now, "form": form}
    return render(request, "practices/adopt.html", context)
