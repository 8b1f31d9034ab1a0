"""Pages by which those who represent a business edit its profile. Others find nothing here (404)."""

from typing import Any

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.membership import State
from accounts.models import User
from cities.editing import Content
from cities.editing_views import ProfileEdit, ProfileHistory, ProfilePages
from partnerships.models import Organisation

from .models import BusinessProfile
from .page import profile_context
from .profile import editing
from .profile_form import BusinessProfileForm


class BusinessPages(ProfilePages):
    """Pages of those who represent a business."""

    editing, folder = editing, "businesses"

    def subject(self, slug: str) -> Organisation:  # type: ignore[override]
        """The business of an address."""
        mine = Organisation.objects.filter(
            kind=Organisation.Kind.BUSINESS,
            members__user=User.signed_in(self.request),
            members__state=State.APPROVED,
            slug=slug,
        )
        found = mine.select_related("city__country").first()
        if found is None:
            raise Http404
        return found


class BusinessEdit(BusinessPages, ProfileEdit):
    """The form."""

    form_class = BusinessProfileForm
    saved = _("Saved. Everybody can see it now.")

    def previewed(self, content: Content) -> dict[str, Any]:
        """How the page of the business would show this content."""
        shown = BusinessProfile(organisation=self.edited, **content["profile"])
        return profile_context(shown, editing.statements_of(self.edited, content))

    def after(self) -> HttpResponseRedirect:
        """To the public page."""
        return redirect(self.edited)


class BusinessHistory(BusinessPages, ProfileHistory):
    """All versions of the profile of a business."""

    returned = _("The profile is as it was then.")
