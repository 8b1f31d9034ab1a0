"""Pages by which those who represent a financial partner edit its profile and its calls."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cities.editing import Content
from cities.editing_views import number
from partnerships.models import Organisation
from partnerships.organisations.profile_views import (
    OrganisationEdit,
    OrganisationHistory,
    OrganisationPages,
)

from .page import profile_context
from .profile import editing
from .profile_form import NEW_CALL, FinancialProfileForm, with_one_more


class FinancialPages(OrganisationPages):
    """Pages of those who represent a financial partner."""

    editing, folder, kind = editing, "finance", Organisation.Kind.FINANCIAL_PARTNER


class FinancialEdit(FinancialPages, OrganisationEdit):
    """The form."""

    form_class = FinancialProfileForm

    def post(self, request: HttpRequest) -> HttpResponse:
        """As of every profile; or the same form with the fields of one more call."""
        if request.POST.get("action") != NEW_CALL:
            return super().post(request)
        form = FinancialProfileForm(with_one_more(request.POST), content=self.editing.content_of(self.edited))
        return self.form(form, number(request.POST.get("seen", "")))

    def previewed(self, content: Content) -> dict[str, Any]:
        """How the page of the partner would show this content."""
        shown = editing.shown(self.edited, content)
        offers = editing.statements_of(self.edited, content)
        return profile_context(shown, offers, editing.calls_of(self.edited, content))


class FinancialHistory(FinancialPages, OrganisationHistory):
    """All versions of the profile of a financial partner."""
