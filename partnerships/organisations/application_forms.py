"""The form by which people apply to represent a business or a financial partner."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.membership import Membership
from cities.application_forms import NEEDED, ApplicationForm
from partnerships.models import Organisation, OrganisationMember


class OrganisationMemberForm(ApplicationForm):
    """To represent an organisation: one that is known already, or a new one."""

    KIND: ClassVar[Organisation.Kind]
    NEEDED: ClassVar[list[str]] = [*NEEDED, "organisation_name"]

    organisation_name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    registration_number = forms.CharField(
        label=_("Registration number"),
        max_length=50,
        help_text=_("In the national register: in Ukraine the EDRPOU code."),
    )
    website = forms.URLField(label=_("Website"), max_length=200, assume_scheme="https")

    field_order = ["organisation_name", "registration_number", "website"]

    class Meta:
        model = OrganisationMember
        fields = ["full_name", "function", "official_email", "evidence", "message"]
        widgets = {"message": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"function": _("For instance director, export manager, programme officer.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None:
            about = instance.organisation
            kwargs["initial"] = {
                "organisation_name": about.name,
                "registration_number": about.registration_number,
                "website": about.website,
            }
        super().__init__(*args, **kwargs)

    def _known(self) -> Organisation | None:
        """The organisation that is surely meant, if the portal knows it."""
        name = self.cleaned_data.get("organisation_name", "")
        number = self.cleaned_data.get("registration_number", "")
        return Organisation.objects.same_as(self.KIND, self.city, name, number).first()

    def already(self) -> Membership | None:
        if not self.is_bound or (known := self._known()) is None:
            return None
        mine = OrganisationMember.objects.filter(user=self.user, organisation=known)
        return mine.exclude(pk=self.instance.pk).first()

    def save_draft(self) -> Membership:
        self.instance.user = self.user
        self.instance.organisation = self._known() or self._own_or_new()
        return self.save()

    def _own_or_new(self) -> Organisation:
        """The draft's organisation as it was typed now; another one if others speak for that."""
        mine = self.instance.organisation if self.instance.pk else None
        if mine is None or mine.is_run_by_others(self.user):
            mine = Organisation(kind=self.KIND, city=self.city)
        mine.name = self.cleaned_data["organisation_name"] or gettext("Organisation without a name yet")
        mine.registration_number = self.cleaned_data["registration_number"]
        mine.website = self.cleaned_data["website"]
        mine.slug = ""  # a draft's address follows its name; nobody has seen it yet
        mine.save()
        return mine


class BusinessForm(OrganisationMemberForm):
    """To represent a business."""

    KIND = Organisation.Kind.BUSINESS


class FinancialPartnerForm(OrganisationMemberForm):
    """To represent a financial partner."""

    KIND = Organisation.Kind.FINANCIAL_PARTNER
