"""Pages by which those who represent a business edit its profile. Others find nothing here (404)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.membership import State
from accounts.models import User
from cities.profile import Content
from cities.profile_views import MOST_VERSIONS, number
from partnerships.models import Organisation

from . import profile
from .models import BusinessProfile, BusinessVersion
from .page import profile_context
from .profile import EditedMeanwhile
from .profile_form import BusinessProfileForm


def editable_business(request: HttpRequest, slug: str) -> Organisation:
    """The business of an address, for those who represent it. Raises Http404 for everybody else."""
    mine = Organisation.objects.filter(
        kind=Organisation.Kind.BUSINESS,
        members__user=User.signed_in(request),
        members__state=State.APPROVED,
        slug=slug,
    )
    found = mine.select_related("city__country").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; a POST previews or saves what was typed."""
    business = editable_business(request, slug)
    now, latest = profile.content_of(business), profile.latest_version(business)
    seen = latest.pk if latest else None
    if request.method != "POST":
        return show(request, business, BusinessProfileForm(content=now), seen)
    seen = number(request.POST.get("seen", ""))
    form = BusinessProfileForm(request.POST, content=now)
    if not form.is_valid():
        return show(request, business, form, seen)
    content = form.typed()
    if request.POST.get("action") == "preview":
        return show(request, business, form, seen, preview=previewed(business, content))
    try:
        saved = profile.save(business, content, by=User.signed_in(request), seen=seen)
    except EditedMeanwhile as conflict:
        base = now if seen is None else version_content(business, seen)
        theirs = profile.differences(base, conflict.latest.content)
        return show(request, business, form, conflict.latest.pk, conflict=conflict.latest, theirs=theirs)
    if saved is None:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved. Everybody can see it now."))
    return redirect(business)


def show(
    request: HttpRequest, business: Organisation, form: BusinessProfileForm, seen: int | None, **more: Any
) -> HttpResponse:
    """The form with what was typed."""
    context = {"business": business, "form": form, "seen": seen, **more}
    return render(request, "businesses/profile_edit.html", context)


def previewed(business: Organisation, content: Content) -> dict[str, Any]:
    """How the page of the business would show this content."""
    shown = BusinessProfile(organisation=business, **content["profile"])
    return profile_context(shown, profile.statements_of(business, content))


def version_content(business: Organisation, seen: int) -> Content:
    """What a version of this business says; what it says now if there is no such version."""
    version = BusinessVersion.objects.filter(organisation=business, pk=seen).first()
    return version.content if version else profile.content_of(business)


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions with what changed in each; a POST returns to one of them."""
    business = editable_business(request, slug)
    found = BusinessVersion.objects.filter(organisation=business).select_related("by")
    versions = list(found[: MOST_VERSIONS + 1])
    if request.method == "POST":
        wanted = next((one for one in versions if one.pk == number(request.POST.get("version", ""))), None)
        if wanted is None:
            raise Http404
        return return_to(request, business, wanted, number(request.POST.get("seen", "")))
    steps = [
        (one, profile.differences(before.content, one.content) if before else [])
        for one, before in zip(versions, [*versions[1:], None], strict=False)
    ]
    context = {
        "business": business,
        "steps": steps[:MOST_VERSIONS],
        "seen": versions[0].pk if versions else "",
    }
    return render(request, "businesses/profile_history.html", context)


def return_to(
    request: HttpRequest, business: Organisation, version: BusinessVersion, seen: int | None
) -> HttpResponse:
    """Make the content of a version current again, as a new version."""
    try:
        profile.save(business, version.content, by=User.signed_in(request), seen=seen)
        messages.success(request, _("The profile is as it was then."))
    except EditedMeanwhile:
        messages.error(request, _("Somebody saved another version meanwhile. Look at it first."))
    return redirect("business-profile-history", business.slug)
