"""The forms by which people apply to represent somebody."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts import evidence
from accounts.membership import Membership
from accounts.models import User

from .models import City, Mayor

NEEDED = ["full_name", "function", "official_email", "evidence"]


class ApplicationForm(forms.ModelForm):
    """What all applications ask for. A draft may be incomplete; what is handed in may not."""

    required_css_class = "required"
    NEEDED: ClassVar[list[str]] = NEEDED

    def __init__(self, *args: Any, city: City, user: User, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city, self.user = city, user
        for name, field in self.fields.items():
            field.required = name in self.NEEDED and not is_draft
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        self.fields["official_email"].widget.attrs["autocomplete"] = "email"
        self.fields["evidence"].widget = forms.FileInput(
            attrs={"accept": "application/pdf,image/png,image/jpeg"}
        )

    def clean_evidence(self) -> Any:
        """The file, checked by its content."""
        file = self.cleaned_data["evidence"]
        if isinstance(file, UploadedFile):
            kind = evidence.kind_of(file)
            self.instance.evidence_type = kind
            self.instance.evidence_name = (file.name or "")[:150]
        return file

    def already(self) -> Membership | None:
        """The application this person has made for the same already, if any."""
        raise NotImplementedError

    def save_draft(self) -> Membership:
        """Save what was typed; return the application."""
        raise NotImplementedError


class MayorForm(ApplicationForm):
    """To represent a city."""

    class Meta:
        model = Mayor
        fields = ["full_name", "function", "official_email", "evidence", "public_name", "message"]
        widgets = {"message": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "public_name": _("Your name as the city's page shows it. Leave it empty and it is not shown.")
        }

    def already(self) -> Membership | None:
        return Mayor.objects.filter(user=self.user, city=self.city).exclude(pk=self.instance.pk).first()

    def save_draft(self) -> Membership:
        self.instance.user, self.instance.city = self.user, self.city
        return self.save()
