"""The form by which a business says what it does, offers and seeks."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities import nace
from cities.statement_form import StatementForm, language_choices, summary_field, telephone_field

from .models import BusinessProfile, BusinessStatement, SizeBand
from .profile import editing
from .words import market_choices


def _help(name: str) -> str:
    """The help text of a field of the profile, translated when it is shown."""
    return BusinessProfile._meta.get_field(name).help_text  # type: ignore[union-attr,return-value]


def _activities() -> list[Any]:
    return [("", "-"), *nace.division_choices()]


class BusinessProfileForm(StatementForm):
    """What a business says of itself."""

    editing = editing
    TICKS: ClassVar[Mapping[str, Any]] = {
        BusinessStatement.Kind.OFFER.value: _("We offer it"),
        BusinessStatement.Kind.NEED.value: _("We seek it"),
    }
    CONTACT = ("contact_name", "contact_email", "contact_phone")

    other_name = forms.CharField(
        label=_("Other name"), max_length=200, required=False, help_text=_help("other_name")
    )
    division = forms.ChoiceField(
        label=_("Activity"), required=False, choices=_activities, help_text=_help("division")
    )
    summary_en = summary_field(_("Summary in English"))
    summary_uk = summary_field(_("Summary in Ukrainian"))
    size = forms.ChoiceField(label=_("Size"), choices=[("", "-"), *SizeBand.choices], required=False)
    founded = forms.IntegerField(label=_("Founded in the year"), min_value=1000, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        required=False,
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    markets = forms.MultipleChoiceField(
        label=_("Export markets"),
        required=False,
        choices=market_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    certificates = forms.CharField(
        label=_("Certificates"), max_length=300, required=False, help_text=_help("certificates")
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    contact_name = forms.CharField(label=_("Contact person"), max_length=150, required=False)
    contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)
    contact_phone = telephone_field(_("Contact telephone"))

    def clean_founded(self) -> int | None:
        """No business is from the future."""
        year: int | None = self.cleaned_data["founded"]
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year
