"""Declarations and duplicates in the administration: what waits, and the page of one organisation."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from cities.editing_views import number as number_or_none
from partnerships.models import Organisation, OrganisationMember

from .checklist import ChecklistForm, Outcome, ReviewedMeanwhile, review
from .declarations import differences, facts
from .duplicates import not_the_same
from .models import IntegrityDeclaration, PossibleDuplicate

MOST_WAITING = 50
MOST_PAIRS = 50
MOST_VERSIONS = 20


def queue_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Declarations that wait to be checked and organisations that may be the same; a POST parts a pair."""
    _allow(model_admin, request)
    if request.method == "POST":
        pair = PossibleDuplicate.objects.filter(pk=number_or_none(request.POST.get("pair", "")) or 0).first()
        if pair is None:
            raise Http404
        not_the_same(pair, by=User.signed_in(request))
        messages.success(request, _("Noted: these two are not the same. They are not shown together again."))
        return HttpResponseRedirect(_back(request))
    waiting, pairs = IntegrityDeclaration.objects.to_check(), PossibleDuplicate.objects.open()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Integrity and duplicates"),
        "opts": model_admin.opts,
        "waiting": waiting.select_related("organisation__city", "signed_by")[:MOST_WAITING],
        "waiting_count": waiting.count(),
        "pairs": pairs[:MOST_PAIRS],
        "pairs_count": pairs.count(),
        "may_decide": model_admin.has_change_permission(request),
    }
    return TemplateResponse(request, "admin/integrity/queue.html", context)


def organisation_page(model_admin: ModelAdmin, request: HttpRequest, number: int) -> HttpResponse:
    """The declarations of one organisation with the checklist; a POST saves the checklist."""
    _allow(model_admin, request)
    organisation = Organisation.objects.select_related("city__country").filter(pk=number).first()
    if organisation is None:
        raise Http404
    chosen = _chosen(organisation, number_or_none(request.GET.get("declaration", "")))
    form = None
    if request.method == "POST":
        if chosen is None:
            raise Http404
        form = ChecklistForm(request.POST, review=chosen.reviews.first())
        if form.is_valid() and _save(request, chosen, form):
            return HttpResponseRedirect(_back(request))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Integrity: %(name)s") % {"name": organisation},
        "opts": model_admin.opts,
        "may_decide": model_admin.has_change_permission(request),
        **review_context(organisation, chosen, form),
    }
    return TemplateResponse(request, "admin/integrity/organisation.html", context)


def membership_context(membership: OrganisationMember) -> dict[str, Any]:
    """What the page of an application shows: what this person declared, or what the organisation did."""
    organisation = membership.organisation
    own = organisation.integrity_declarations.filter(signed_by=membership.user).first()
    current = organisation.integrity_declarations.current().first()
    latest = max(filter(None, [own, current]), key=lambda one: one.pk, default=None)
    return review_context(organisation, latest)


def review_context(
    organisation: Organisation, chosen: IntegrityDeclaration | None, form: ChecklistForm | None = None
) -> dict[str, Any]:
    """What templates/admin/integrity/declaration.html needs, in a constant number of queries."""
    versions = organisation.integrity_declarations.with_outcome().select_related("signed_by")
    context = {
        "organisation": organisation,
        "declaration": chosen,
        "versions": versions[:MOST_VERSIONS],
        "pairs": PossibleDuplicate.objects.open().of(organisation)[:MOST_PAIRS],
    }
    if chosen is None:
        return context
    # What an applicant signed is compared with what they, or those who may speak for it, signed before.
    earlier = organisation.integrity_declarations.comparable_with(chosen).prefetch_related("owners").first()
    last, said = chosen.reviews.first(), facts(chosen)
    form = form or ChecklistForm(review=last)
    return {
        **context,
        "facts": said,
        "earlier": earlier,
        "changes": differences(facts(earlier), said) if earlier else [],
        "review": last,
        "checklist": _with_who(form, last.items if last else {}),
        "checklist_errors": form.errors,
    }


def _with_who(form: ChecklistForm, items: dict[str, Any]) -> list[tuple[Any, Any, Any, Any]]:
    """For each item its two fields, who marked it last, and when."""
    people = User.objects.in_bulk({entry["by"] for entry in items.values()})
    rows = []
    for state, note in form.rows():
        entry = items.get(state.name)
        rows.append(
            (state, note, people.get(entry["by"]), parse_datetime(entry["at"]))
            if entry
            else (state, note, None, None)
        )
    return rows


def _chosen(organisation: Organisation, number: int | None) -> IntegrityDeclaration | None:
    """The version asked for, else the one that stands, else the last one."""
    versions = organisation.integrity_declarations.select_related("signed_by", "organisation")
    if number is not None:
        found = versions.filter(pk=number).first()
        if found is None:
            raise Http404
        return found
    return versions.current().first() or versions.first()


def _save(request: HttpRequest, declaration: IntegrityDeclaration, form: ChecklistForm) -> bool:
    """Keep the checklist and say what came of it; False if somebody was faster, or it is one's own."""
    if declaration.organisation.members.filter(user=User.signed_in(request)).exists():
        messages.error(request, _("You represent this organisation yourself: somebody else has to check it."))
        return False
    seen = number_or_none(request.POST.get("seen", ""))
    try:
        saved = review(declaration, form.marks(), by=User.signed_in(request), seen=seen)
    except ReviewedMeanwhile:
        messages.error(
            request,
            _("Somebody saved the checklist meanwhile. Yours is below, not saved; save it to put it there."),
        )
        return False
    if saved is None:
        messages.info(request, _("Nothing was changed."))
    elif saved.outcome == Outcome.CHECKED:
        messages.success(request, _("Checked: the public page says so now."))
    else:
        text = _("Saved. The declaration is: %(outcome)s.")
        messages.success(request, text % {"outcome": saved.get_outcome_display()})
    return True


def _allow(model_admin: ModelAdmin, request: HttpRequest) -> None:
    """Let reviewers in, and only those who may decide send something. Raises PermissionDenied."""
    may_send = model_admin.has_change_permission(request)
    may = may_send if request.method == "POST" else model_admin.has_view_or_change_permission(request)
    if not may:
        raise PermissionDenied


def _back(request: HttpRequest) -> str:
    """The page that the form says it stood on, if it is one of the portal; else this one."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=False):
        return asked
    return request.get_full_path()


def organisation_address(organisation: Organisation) -> str:
    """The page of an organisation's declarations."""
    return reverse("admin:partnerships_organisationmember_integrity", args=[organisation.pk])
