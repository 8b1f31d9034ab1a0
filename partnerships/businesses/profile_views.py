"""Pages by which those who represent a business edit its profile."""

from typing import Any

from cities.editing import Content
from partnerships.models import Organisation
from partnerships.organisations.profile_views import (
    OrganisationEdit,
    OrganisationHistory,
    OrganisationPages,
)

from .page import profile_context
from .profile import editing
from .profile_form import BusinessProfileForm


class BusinessPages(OrganisationPages):
    """Pages of those who represent a business."""

    editing, folder, kind = editing, "businesses", Organisation.Kind.BUSINESS


class BusinessEdit(BusinessPages, OrganisationEdit):
    """The form."""

    form_class = BusinessProfileForm

    def previewed(self, content: Content) -> dict[str, Any]:
        """How the page of the business would show this content."""
        shown = editing.shown(self.edited, content)
        return profile_context(shown, editing.statements_of(self.edited, content))


class BusinessHistory(BusinessPages, OrganisationHistory):
    """All versions of the profile of a business."""
