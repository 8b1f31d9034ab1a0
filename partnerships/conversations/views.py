"""Pages of conversations: the list, one of them, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from partnerships.interests.models import Interest, NotPossible, Party

from .files import saved
from .forms import MessageForm
from .models import Attachment, Conversation
from .writing import note_read, write

A_PAGE = 25
MESSAGES_A_PAGE = 50


@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """The conversations of one's sides, the one with the newest message first."""
    user = User.signed_in(request)
    mine = set(Party.objects.represented_by(user).values_list("pk", flat=True))
    found = Conversation.objects.seen_by(user).named().with_unread(user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [(talk, talk.other if talk.one_id in mine else talk.one) for talk in page.object_list]
    return render(request, "conversations/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, number: int) -> HttpResponse:
    """What the two sides have written, oldest first, and a form for more."""
    user = User.signed_in(request)
    talk = mine_or_404(user, number)
    mine = talk.side_of(user)
    form = MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()
    if form.is_valid():
        said = form.cleaned_data
        try:
            text = (said["text_en"], said["text_uk"])
            write(talk, mine, by=user, text=text, files=said["attached"], once=said["once"])
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your message is sent."))
            return redirect(talk)
    return render(request, "conversations/conversation.html", _context(request, talk, mine, form))


def _context(request: HttpRequest, talk: Conversation, mine: Party, form: MessageForm) -> dict[str, Any]:
    written = talk.messages.select_related("by", "party").prefetch_related("attachments")
    pages = Paginator(written.order_by("pk"), MESSAGES_A_PAGE)
    page = pages.get_page(request.GET.get("page") or pages.num_pages)
    latest = talk.messages.aggregate(latest=Max("pk"))["latest"]
    if latest is not None and request.method != "POST":
        note_read(talk, User.signed_in(request), latest)
    other = talk.facing(mine)
    return {
        "talk": talk,
        "mine": mine,
        "other": other,
        "people": [(mine, mine.members()), (other, other.members())],
        "interests": Interest.objects.between(mine, other).named().filter(state=Interest.State.ACCEPTED),
        "page": page,
        "form": form,
    }


def mine_or_404(user: User, number: int) -> Conversation:
    """A conversation of one's sides. Raises Http404 for others'."""
    return get_object_or_404(Conversation.objects.seen_by(user).named(), pk=number)


@require_safe
def attachment(request: HttpRequest, number: int, file: int) -> HttpResponseBase:
    """A file of a conversation, to be saved and never shown by the portal's own address."""
    talk = mine_or_404(User.signed_in(request), number)
    found = get_object_or_404(Attachment.objects.filter(message__conversation=talk), pk=file)
    return saved(found)
