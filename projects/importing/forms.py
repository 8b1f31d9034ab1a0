"""The file, and the forms that check what it holds: those in which mayors type the same."""

from functools import partial
from typing import Any

from django import forms
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from cities.models import City
from cities.spreadsheets import CannotBeRead
from projects.forms import (
    BasicsForm,
    BudgetLineForm,
    FundingSourceForm,
    InterestsForm,
    MilestoneForm,
    MoneyForm,
    RiskForm,
    TenderForm,
)
from projects.models import Project

from .conditions import check_constraints
from .items import Typed
from .reading import MOST_BYTES, Content, read


class FileForm(forms.Form):
    """A file with projects. When it is valid, `content` is what it holds."""

    required_css_class = "required"
    content: Content

    file = forms.FileField(
        label=_("File with the projects"),
        max_length=150,
        help_text=_(
            "XLSX or CSV up to 1 MB, or OC4IDS (JSON) up to 5 MB; up to 500 projects. "
            "Nothing is saved before you confirm."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv,.json"}),
    )

    def clean_file(self) -> Any:
        """Read the file."""
        file = self.cleaned_data["file"]
        try:
            self.content = read(file.read(MOST_BYTES + 1))
        except CannotBeRead as error:
            raise forms.ValidationError(str(error)) from error
        return file


class WholeForm(BasicsForm):
    """All fields of a project that a file can state."""

    class Meta(BasicsForm.Meta):
        fields = [*BasicsForm.Meta.fields, *MoneyForm.Meta.fields, *InterestsForm.Meta.fields]


_FORMS: list[Any] = [BudgetLineForm, FundingSourceForm, MilestoneForm, TenderForm, RiskForm]
PARTS: dict[str, Any] = {one._meta.model._meta.model_name: one for one in _FORMS}
"""The forms of parts by the names of their models."""


class Checker:
    """Checks one item after another by the same forms, which would be slow to make anew for each."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.whole = WholeForm({}, instance=Project(city=city))
        self.parts: dict[str, Any] = {name: form({}) for name, form in PARTS.items()}
        for form in (self.whole, *self.parts.values()):
            for field in form.fields.values():
                if isinstance(field, forms.DateField):
                    field.input_formats = ["%Y-%m-%d"]
                if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
                    field.choices = [*field.choices]  # type: ignore[misc] # else they are made anew for each value

    def project(self, typed: Typed) -> tuple[Project, dict[str, list[str]]]:
        """The project that was typed, not saved, and its errors by field."""
        return _checked(self.whole, Project(city=self.city), typed)

    def part(self, name: str, typed: Typed) -> tuple[Any, dict[str, list[str]]]:
        """A part of the model of that name, not saved, and its errors by field."""
        form = self.parts[name]
        return _checked(form, form._meta.model(), typed)


def _checked(form: "ModelForm[Any]", instance: Any, typed: Typed) -> tuple[Any, dict[str, list[str]]]:
    form.instance, form.data = instance, typed  # type: ignore[assignment]
    instance.validate_constraints = partial(check_constraints, instance)
    form.full_clean()
    return form.instance, {name: list(map(str, found)) for name, found in form.errors.items()}
