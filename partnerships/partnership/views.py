"""Private pages of partnerships: one's own, one of them, beginning and claiming one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.downloads import download
from accounts.models import User
from cities.models import Twinning
from partnerships.conversations.models import Conversation
from partnerships.conversations.views import mine_or_404 as talk_or_404
from partnerships.interests.models import NotPossible, Party
from partnerships.papers.pages import paper_file, paper_page

from .beginning import AlreadyLiving, begin, claim
from .drafting import draft
from .forms import FORMS, PartnershipForm
from .models import Memorandum, Partnership
from .steps import steps

A_PAGE = 25


@require_safe
def partnerships(request: HttpRequest) -> HttpResponse:
    """The partnerships of one's sides, the newest first."""
    user = User.signed_in(request)
    mine = set(Party.objects.represented_by(user).values_list("pk", flat=True))
    page = Paginator(Partnership.objects.seen_by(user).named(), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, one.other if one.one_id in mine else one.one) for one in page.object_list]
    return render(request, "partnership/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def partnership(request: HttpRequest, number: int) -> HttpResponse:
    """One of one's sides: how far it is, and all that one can do about it."""
    user = User.signed_in(request)
    one = mine_or_404(user, number)
    mine = one.side_of(user)
    action = request.POST.get("action", "")
    sent = None
    if request.method == "POST" and action in FORMS:
        sent = FORMS[action](
            request.POST, request.FILES, partnership=one, mine=mine, auto_id=f"id_{action}_%s"
        )
        if sent.is_valid():
            try:
                sent.save(by=user)
            except NotPossible as late:
                sent.add_error(None, str(late))
            else:
                messages.success(request, str(sent.done))
                return redirect(one)
    return render(request, "partnership/partnership.html", _context(one, mine, action, sent))


def _context(one: Partnership, mine: Party, action: str, sent: PartnershipForm | None) -> dict[str, Any]:
    """All forms are empty but for the one that was sent and refused."""
    forms: dict[str, PartnershipForm] = {
        name: form(partnership=one, mine=mine, auto_id=f"id_{name}_%s") for name, form in FORMS.items()
    }
    if sent is not None:
        forms[action] = sent
    changes = list(one.changes.select_related("by"))
    other = one.facing(mine)
    return {
        "one": one,
        "mine": mine,
        "other": other,
        "people": [(party, party.members()) for party in (mine, other)],
        "talk": Conversation.objects.between(mine, other).first(),
        "changes": changes,
        "latest": changes[0].pk if changes else 0,
        "steps": steps(one, changes),
        "tasks": one.tasks.select_related("party__city__country", "party__organisation", "done_by"),
        "memoranda": one.memoranda.all(),
        "topics": one.topics.all(),
        "projects": one.projects.all(),
        "may_change": one.is_living and one.is_confirmed,
        "shown_by_other": one.shown_by(other),
        "forms": forms,
        "refused": action if sent is not None else "",
    }


def mine_or_404(user: User, number: int) -> Partnership:
    """A partnership of one's sides. Raises Http404 for others'."""
    return get_object_or_404(Partnership.objects.seen_by(user).named(), pk=number)


@require_safe
def memorandum(request: HttpRequest, number: int, file: int) -> HttpResponseBase:
    """A signed memorandum of one's sides."""
    one = mine_or_404(User.signed_in(request), number)
    return download(get_object_or_404(Memorandum.objects.filter(partnership=one), pk=file))


@require_http_methods(["GET", "HEAD", "POST"])
def memorandum_paper(request: HttpRequest, number: int) -> HttpResponse:
    """How far the PDF of a drafted memorandum is; a POST asks for it."""
    one = mine_or_404(User.signed_in(request), number)
    return paper_page(
        request,
        draft(one),
        title=_("Draft of a memorandum: %(one)s and %(other)s")
        % {"one": one.one.name, "other": one.other.name},
        file=reverse("desk-partnership-draft", args=[one.pk]),
        back=one.get_absolute_url(),
        back_to=_("Partnership"),
    )


@require_safe
def memorandum_draft(request: HttpRequest, number: int) -> HttpResponse:
    """A memorandum drafted from what the partnership holds, in both languages, as PDF."""
    one = mine_or_404(User.signed_in(request), number)
    return paper_file(draft(one), page=reverse("desk-partnership-paper", args=[one.pk]))


@require_POST
def begin_here(request: HttpRequest, conversation: int) -> HttpResponse:
    """Begin a partnership with the other side of a conversation."""
    user = User.signed_in(request)
    talk = talk_or_404(user, conversation)
    mine = talk.side_of(user)
    try:
        return redirect(begin(mine, talk.facing(mine), by=user))
    except AlreadyLiving as late:
        return redirect(late.partnership)
    except NotPossible as late:
        messages.error(request, str(late))
        return redirect(talk)


@require_POST
def claim_here(request: HttpRequest, number: int) -> HttpResponse:
    """Claim a twinning of one's city as a partnership."""
    user = User.signed_in(request)
    twinning = get_object_or_404(
        Twinning.objects.select_related("city_a__country", "city_b__country"), pk=number
    )
    cities = (twinning.city_a, twinning.city_b)
    represented = Party.objects.represented_by(user).filter(city__in=cities).values_list("city", flat=True)
    own = [city for city in cities if city.pk in set(represented)]
    if not own:
        raise Http404
    [other] = [city for city in cities if city != own[0]]
    try:
        made = claim(twinning, Party.objects.of(own[0]), Party.objects.of(other), by=user)
    except AlreadyLiving as late:
        return redirect(late.partnership)
    except NotPossible as late:
        messages.error(request, str(late))
        return redirect(own[0])
    return redirect(made)
