"""The part of a profile's form that every organisation has."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.statement_form import StatementForm, language_choices, summary_field, telephone_field

from .models import OrganisationProfile
from .profile import CONTACT


def help_of(profile: type[models.Model], name: str) -> str:
    """The help text of a field of a model, translated when it is shown."""
    return profile._meta.get_field(name).help_text  # type: ignore[union-attr,return-value]


class OrganisationForm(StatementForm):
    """What an organisation says of itself. What one kind of it says beside, its own form adds."""

    CONTACT = CONTACT

    other_name = forms.CharField(
        label=_("Other name"),
        max_length=200,
        required=False,
        help_text=help_of(OrganisationProfile, "other_name"),
    )
    summary_en = summary_field(_("Summary in English"))
    summary_uk = summary_field(_("Summary in Ukrainian"))
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        required=False,
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    contact_name = forms.CharField(label=_("Contact person"), max_length=150, required=False)
    contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)
    contact_phone = telephone_field(_("Contact telephone"))
