"""Badges as PDF, made by the worker: one's own, and for the organisers those of all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from events.access import organised_event, own_participation
from partnerships.papers.pages import paper_file, paper_page

from .drawing import all_badges, own_badge

READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def own(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the PDF of one's own badge is; a POST asks for it."""
    event, mine = own_participation(User.signed_in(request), slug)
    return paper_page(
        request,
        own_badge(event, mine),
        title=_("My badge: %(event)s") % {"event": event.title},
        file=reverse("event-badge-file", args=[event.slug]),
        back=reverse("event-register", args=[event.slug]),
        back_to=_("Registration"),
        about=_("Print it, or show it on your phone."),
    )


@require_safe
def own_file(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own badge as PDF."""
    event, mine = own_participation(User.signed_in(request), slug)
    return paper_file(own_badge(event, mine), page=reverse("event-badge", args=[event.slug]))


@require_http_methods(READ_OR_SEND)
def of_all(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the PDF of all badges is; a POST asks for it."""
    event = organised_event(User.signed_in(request), slug)
    return paper_page(
        request,
        all_badges(event),
        title=_("Badges: %(event)s") % {"event": event.title},
        file=reverse("event-badges-file", args=[event.slug]),
        back=reverse("event-people", args=[event.slug]),
        back_to=_("People"),
        about=_("Eight on a page of A4, to be cut; in the language in which you read this page."),
    )


@require_safe
def file_of_all(request: HttpRequest, slug: str) -> HttpResponse:
    """The badges of all who take part on site as PDF."""
    event = organised_event(User.signed_in(request), slug)
    return paper_file(all_badges(event), page=reverse("event-badges", args=[event.slug]))
