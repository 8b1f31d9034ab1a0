"""Public pages of businesses."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from accounts.membership import State
from cities.page_cache import public_page
from partnerships.models import OrganisationMember

from .models import BusinessProfile
from .page import profile_context


@login_not_required
@public_page
def business(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything public of one business, in a constant number of queries."""
    if slug != slug.lower():
        return redirect("business", slug.lower(), permanent=True)
    shown = (
        BusinessProfile.objects.public()
        .filter(organisation__slug=slug)
        .select_related("organisation__city__country", "organisation__city__region")
        .first()
    )
    if shown is None:
        raise Http404
    organisation = shown.organisation
    mine = (
        request.user.is_authenticated
        and OrganisationMember.objects.filter(
            user=request.user, organisation=organisation, state=State.APPROVED
        ).exists()
    )
    context = profile_context(shown, organisation.business_statements.all())
    return render(request, "businesses/business.html", {**context, "business": organisation, "mine": mine})
