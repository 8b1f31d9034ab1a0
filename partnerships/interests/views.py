"""Pages of expressions of interest: writing one, one's own, answering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AuditEntry, User
from partnerships.conversations.models import Conversation

from .addressing import Addressed, addressed, sides_of
from .forms import AnswerForm, InterestForm, ReportForm
from .models import Block, Interest, NotPossible, Party, Report
from .sending import AlreadyOpen, send

A_PAGE = 25
OK, FORBIDDEN = 200, 403
MOST_OPEN_REPORTS = 3


@dataclass(frozen=True)
class Seen:
    """An expression of interest as one of its two sides sees it."""

    interest: Interest
    mine: Party
    is_received: bool

    @property
    def other(self) -> Party:
        """The other side."""
        return self.interest.other_side(self.mine)


def seen(interest: Interest, mine: set[int]) -> Seen:
    """As the sides with these numbers see it; received where both are one's own."""
    is_received = interest.receiver_id in mine
    return Seen(interest, interest.receiver if is_received else interest.sender, is_received)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Write to a city, an organisation, or the city of a project."""
    user, to = User.signed_in(request), addressed(kind, key, request.GET)
    mine = [one for one in sides_of(user) if one.one != to.to]
    if not mine:
        return not_yet(request, to)
    receiver = Party.objects.of(to.to)
    form = InterestForm(
        request.POST if request.method == "POST" else None, mine=mine, initial={"topic": to.topic}
    )
    if form.is_valid():
        said = form.cleaned_data
        about = {"topic": said["topic"], **to.about()}
        try:
            interest = send(said["sender"], receiver, by=user, reason=said["reason"], **about)
        except AlreadyOpen as late:
            messages.info(request, str(late))
            return redirect(late.interest)
        except NotPossible as late:
            form.add_error(None, str(late))
        else:
            messages.success(
                request, _("Your expression of interest is sent. You will be told of the answer.")
            )
            return redirect(interest)
    elif request.method != "POST" and (answer := _already(mine, receiver, user)):
        return answer
    context = {
        "to": to,
        "form": form,
        "is_represented": bool(receiver.people()),
        "valid": Interest.VALID.days,
    }
    return render(request, "interests/write.html", context)


def not_yet(request: HttpRequest, to: Addressed) -> HttpResponse:
    """Who speaks for nobody else is told how to; what they send is refused."""
    status = FORBIDDEN if request.method == "POST" else OK
    return render(request, "interests/not_yet.html", {"to": to}, status=status)


def _already(mine: list[Party], receiver: Party, user: User) -> HttpResponse | None:
    """Where the only side one has is talking with the other already, or one of the two has written: there."""
    if len(mine) != 1:
        return None
    if (talk := Conversation.objects.between(mine[0], receiver).first()) is not None:
        return redirect(talk)
    waiting = Interest.objects.between(mine[0], receiver).open().first()
    return redirect(waiting) if waiting else None


@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """All that one's sides have received and sent."""
    user = User.signed_in(request)
    mine = set(Party.objects.represented_by(user).values_list("pk", flat=True))
    box = "sent" if request.GET.get("box") == "sent" else "received"
    side = {"sent": "sender__in", "received": "receiver__in"}[box]
    found = Interest.objects.named().filter(**{side: mine}).order_by("-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [Seen(one, one.receiver if box == "received" else one.sender, box == "received") for one in page]
    return render(request, "interests/list.html", {"box": box, "page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest, number: int) -> HttpResponse:
    """One of one's sides; to answer or to take back."""
    user = User.signed_in(request)
    one = mine_or_404(user, number)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            if one.is_received and form.is_valid():
                return _answered(request, one, form)
            if not one.is_received and request.POST.get("action") == "withdraw":
                one.interest.withdraw(by=user)
                messages.success(request, _("Your expression of interest is withdrawn."))
                return redirect("interests")
        except NotPossible as late:
            messages.error(request, str(late))
            return redirect(one.interest)
    return _page(request, one, form=form)


def _page(request: HttpRequest, one: Seen, **forms: Any) -> HttpResponse:
    """The page of one, with what was typed in the form that was refused."""
    context = {
        "one": one,
        "form": AnswerForm(),
        "talk": Conversation.objects.between(one.interest.sender, one.interest.receiver).first(),
        "is_blocked": one.mine.has_blocked(one.other),
        "report_form": ReportForm(),
        **forms,
    }
    return render(request, "interests/interest.html", context)


def _answered(request: HttpRequest, one: Seen, form: AnswerForm) -> HttpResponse:
    user, said = User.signed_in(request), form.cleaned_data
    if said["action"] == "decline":
        one.interest.decline(by=user, why=said["why"], answer=said["answer"])
        messages.success(request, _("You have declined. The other side is told so."))
        return redirect("interests")
    one.interest.accept(by=user, answer=said["answer"])
    messages.success(request, _("You have accepted. Now you can write to each other."))
    return redirect(Conversation.objects.between(one.interest.sender, one.interest.receiver).get())


def mine_or_404(user: User, number: int) -> Seen:
    """An expression of interest of one's sides. Raises Http404 for others'."""
    found = Interest.objects.seen_by(user).named().filter(pk=number).first()
    if found is None:
        raise Http404
    return seen(found, set(Party.objects.represented_by(user).values_list("pk", flat=True)))


@require_POST
def block(request: HttpRequest, number: int) -> HttpResponse:
    """Hear nothing more of the other side, or let it in again."""
    user = User.signed_in(request)
    one = mine_or_404(user, number)
    if request.POST.get("action") == "unblock":
        if Block.objects.filter(by_party=one.mine, party=one.other).delete()[0]:
            AuditEntry.note(user, "party unblocked", one.other)
        messages.success(request, _("%(name)s can write to you again.") % {"name": one.other.name})
        return redirect(one.interest)
    _row, is_new = Block.objects.get_or_create(by_party=one.mine, party=one.other, defaults={"by": user})
    if is_new:
        AuditEntry.note(user, "party blocked", one.other)
    messages.success(request, _("%(name)s cannot write to you any more.") % {"name": one.other.name})
    return redirect(one.interest)


@require_POST
def report(request: HttpRequest, number: int) -> HttpResponse:
    """Tell the administrators of what is wrong."""
    user = User.signed_in(request)
    one = mine_or_404(user, number)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, one, report_form=form)
    if Report.objects.filter(by=user, interest=one.interest, closed_at=None).count() < MOST_OPEN_REPORTS:
        Report.objects.create(interest=one.interest, by=user, text=form.cleaned_data["text"])
        AuditEntry.note(user, "reported", one.interest)
    messages.success(request, _("Thank you. The administrators will look at it."))
    return redirect(one.interest)
