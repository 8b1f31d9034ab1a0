"""The public page of one organisation: which one, and whether the visitor represents it."""

from typing import Any

from django.http import Http404, HttpRequest

from accounts.membership import State
from partnerships.models import OrganisationMember

from .models import OrganisationProfile


def public_profile(profiles: type[OrganisationProfile], slug: str) -> Any:
    """The public profile at an address, with its organisation and city. Raises Http404 if there is none."""
    shown = (
        profiles.objects.public()
        .filter(organisation__slug=slug)
        .select_related("organisation__city__country", "organisation__city__region")
        .first()
    )
    if shown is None:
        raise Http404
    return shown


def is_mine(request: HttpRequest, profile: OrganisationProfile) -> bool:
    """Whether the visitor may edit this profile."""
    return (
        request.user.is_authenticated
        and OrganisationMember.objects.filter(
            user=request.user, organisation=profile.organisation, state=State.APPROVED
        ).exists()
    )
