"""Pages by which those who represent an organisation edit its profile. Others find nothing here (404)."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.membership import State
from accounts.models import User
from cities.editing_views import ProfileEdit, ProfileHistory, ProfilePages
from partnerships.models import Organisation


class OrganisationPages(ProfilePages):
    """Pages of those who represent an organisation of one kind."""

    kind: ClassVar[Organisation.Kind]

    def subject(self, slug: str) -> Any:  # type: ignore[override]
        """The organisation of an address."""
        mine = Organisation.objects.filter(
            kind=self.kind,
            members__user=User.signed_in(self.request),
            members__state=State.APPROVED,
            slug=slug,
        )
        found = mine.select_related("city__country").first()
        if found is None:
            raise Http404
        return found


class OrganisationEdit(OrganisationPages, ProfileEdit):
    """The form."""

    saved = _("Saved. Everybody can see it now.")

    def after(self) -> HttpResponseRedirect:
        """To the public page."""
        return redirect(self.edited)


class OrganisationHistory(OrganisationPages, ProfileHistory):
    """All versions of the profile of an organisation."""

    returned = _("The profile is as it was then.")
