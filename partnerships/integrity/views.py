"""Pages on which an organisation declares, and the public one that says what a declaration means."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.membership import State
from accounts.models import User
from cities.editing_views import number as number_or_none
from cities.page_cache import public_page
from partnerships.models import OrganisationMember

from .declarations import SignedMeanwhile, content_of, differences, facts, public_standing, seen_by, sign
from .form import IntegrityForm
from .models import IntegrityDeclaration

READ_OR_SEND = ["GET", "HEAD", "POST"]
MOST_VERSIONS = 20


@login_not_required
@public_page
def about_integrity(request: HttpRequest) -> HttpResponse:
    """What a declaration says, what the portal checks, and what neither promises."""
    return render(request, "integrity/about.html")


@require_http_methods(READ_OR_SEND)
def of_organisation(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The declaration of an organisation, for its approved members."""
    mine = _own(request).filter(organisation__kind=kind, organisation__slug=slug, state=State.APPROVED)
    return _page(request, mine.first())


@require_http_methods(READ_OR_SEND)
def of_membership(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The declaration of the organisation that one represents or applies to represent.

    An applicant sees what they declared themselves only: they may turn out to have nothing to do with it.
    """
    mine = _own(request).filter(
        pk=number, organisation__kind=kind, state__in=[State.DRAFT, State.SUBMITTED, State.APPROVED]
    )
    return _page(request, mine.first())


def _own(request: HttpRequest) -> QuerySet[OrganisationMember]:
    own = OrganisationMember.objects.filter(user=User.signed_in(request))
    return own.select_related("organisation__city")


def _page(request: HttpRequest, member: OrganisationMember | None) -> HttpResponse:
    """The form with what was declared last; a POST signs what was typed, or adds rows for owners."""
    if member is None:
        raise Http404
    if request.method != "POST":
        latest = _versions(member).first()
        form = IntegrityForm.of(content_of(latest)) if latest else IntegrityForm()
        return _show(request, member, form, latest.pk if latest else None)
    seen = number_or_none(request.POST.get("seen", ""))
    if request.POST.get("action") == "add":
        return _show(request, member, IntegrityForm.with_more_rows(request.POST), seen)
    form = IntegrityForm(request.POST)
    if not form.is_valid():
        return _show(request, member, form, seen)
    try:
        sign(
            member.organisation,
            form.content(),
            by=User.signed_in(request),
            as_member=member.is_approved,
            seen=seen,
        )
    except SignedMeanwhile as conflict:
        base = _versions(member).filter(pk=seen or 0).first()
        theirs = differences(facts(base) if base else [], facts(conflict.latest))
        return _show(request, member, form, conflict.latest.pk, conflict=conflict.latest, theirs=theirs)
    messages.success(request, _("Signed. The reviewers see it; everybody sees only that it was given."))
    return redirect(request.path)


def _versions(member: OrganisationMember) -> QuerySet[IntegrityDeclaration]:
    return seen_by(member.organisation, member.user, as_member=member.is_approved)


def _show(
    request: HttpRequest, member: OrganisationMember, form: IntegrityForm, seen: int | None, **more: object
) -> HttpResponse:
    context = {
        "organisation": member.organisation,
        "member": member,
        "form": form,
        "seen": seen,
        "versions": _versions(member)[:MOST_VERSIONS],
        "integrity": public_standing(member.organisation) if member.is_approved else None,
        **more,
    }
    return render(request, "integrity/declare.html", context)
