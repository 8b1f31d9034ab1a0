"""The form by which a business says what it does, offers and seeks."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.activity_field import ActivityField
from partnerships.organisations.profile_form import OrganisationForm, help_of

from .models import BusinessProfile, BusinessStatement, SizeBand
from .profile import editing
from .words import market_choices


class BusinessProfileForm(OrganisationForm):
    """What a business says of itself."""

    editing = editing
    TICKS: ClassVar[Mapping[str, Any]] = {
        BusinessStatement.Kind.OFFER.value: _("We offer it"),
        BusinessStatement.Kind.NEED.value: _("We seek it"),
    }

    activity = ActivityField(
        label=_("Activity"),
        help_text=_("Of NACE Rev. 2 (in Ukraine KVED-2010): its number, or words of its title."),
    )
    size = forms.ChoiceField(label=_("Size"), choices=[("", "-"), *SizeBand.choices], required=False)
    founded = forms.IntegerField(label=_("Founded in the year"), min_value=1000, required=False)
    markets = forms.MultipleChoiceField(
        label=_("Export markets"),
        required=False,
        choices=market_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    certificates = forms.CharField(
        label=_("Certificates"),
        max_length=300,
        required=False,
        help_text=help_of(BusinessProfile, "certificates"),
    )

    def clean_founded(self) -> int | None:
        """No business is from the future."""
        year: int | None = self.cleaned_data["founded"]
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year
