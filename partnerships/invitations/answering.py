"""What becomes of an accepted invitation: an application to represent the business, and its profile."""

from typing import Any

from django.db import transaction

from accounts.models import User
from partnerships.businesses.profile import editing
from partnerships.models import Organisation, OrganisationMember

from .forms import AnswerForm
from .models import BusinessInvitation


def accept(invitation: BusinessInvitation, form: AnswerForm, user: User) -> OrganisationMember:
    """Hand in the application that the valid form means; nothing is public before it is approved.

    A business that the portal knows already is joined and stays as it is. Raises NotPossible if somebody
    answered meanwhile.
    """
    data = form.cleaned_data
    with transaction.atomic():
        invitation.accept(by=user)
        business = _business(invitation, form, user)
        membership, is_new = OrganisationMember.objects.get_or_create(
            user=user,
            organisation=business,
            defaults={
                "full_name": data["full_name"],
                "function": data["function"],
                "official_email": invitation.email,
            },
        )
        if is_new:
            invitation.membership = membership
            invitation.save(update_fields=["membership"])
            membership.submit()
    return membership


def _business(invitation: BusinessInvitation, form: AnswerForm, user: User) -> Organisation:
    name, number = form.cleaned_data["name"], form.cleaned_data["registration_number"]
    kind = Organisation.Kind.BUSINESS
    known = Organisation.objects.same_as(kind, invitation.city, name, number).first()
    if known is not None:
        return known
    profile: dict[str, Any] = form.profile()
    made = Organisation.objects.create(
        kind=kind,
        city=invitation.city,
        name=name,
        registration_number=number,
        website=profile["website"],
    )
    content = editing.content_of(made)
    content["profile"] |= profile
    editing.save(made, content, by=user, seen=None)
    return made
