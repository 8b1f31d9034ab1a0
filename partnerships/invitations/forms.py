"""Forms: the file, a row of it, and what the invited person says."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cities.spreadsheets import MOST_BYTES, CannotBeRead, Table, read_table
from partnerships.businesses.profile_form import BusinessProfileForm

from .columns import COLUMNS

PROFILE = (
    "other_name",
    "activity",
    "summary_en",
    "summary_uk",
    "size",
    "founded",
    "certificates",
    "website",
)
"""What a city can say of a business, by the names of the profile's fields."""
LANGUAGES = [("en", gettext_lazy("English")), ("uk", gettext_lazy("Ukrainian"))]


class ListForm(forms.Form):
    """A file with a list of businesses. When it is valid, `table` is what it holds."""

    required_css_class = "required"
    table: Table

    file = forms.FileField(
        label=gettext_lazy("File with the businesses"),
        max_length=150,
        help_text=gettext_lazy("XLSX or CSV, up to 1 MB and 1,000 rows. Nothing is sent before you confirm."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv"}),
    )

    def clean_file(self) -> Any:
        """Read the file."""
        file = self.cleaned_data["file"]
        try:
            self.table = read_table(file.read(MOST_BYTES + 1))
            COLUMNS.places(self.table.headings)
        except CannotBeRead as error:
            raise forms.ValidationError(str(error)) from error
        return file


class BusinessFields(forms.Form):
    """What a city says of a business that it invites, and the business itself when it answers."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"), max_length=50, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PROFILE:
            self.fields[name] = deepcopy(BusinessProfileForm.base_fields[name])

    def clean_name(self) -> str:
        """The name in one line."""
        return " ".join(self.cleaned_data["name"].split())

    clean_founded = BusinessProfileForm.clean_founded

    def profile(self) -> dict[str, Any]:
        """What was said for the profile; call it on a valid form."""
        return {name: self.cleaned_data[name] for name in PROFILE}


class RowForm(BusinessFields):
    """A row of a list. One form checks row after row: see `check`."""

    email = forms.EmailField(label=gettext_lazy("E-mail to invite"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"), choices=LANGUAGES)

    def __init__(self) -> None:
        super().__init__({})

    def check(self, cells: dict[str, str]) -> None:
        """Check another row; its errors and `cleaned_data` are then those of the form."""
        self.data = cells
        self.full_clean()


class AnswerForm(BusinessFields):
    """What the invited person says who accepts."""

    required_css_class = "required"

    full_name = forms.CharField(
        label=gettext_lazy("Your full name"),
        max_length=150,
        help_text=gettext_lazy("As it stands in official papers."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    function = forms.CharField(
        label=gettext_lazy("Your function"),
        max_length=150,
        help_text=gettext_lazy("For instance director, export manager, programme officer."),
    )
    may_speak = forms.BooleanField(label=gettext_lazy("I am entitled to speak for this business."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["full_name", "function", "name", "registration_number", *PROFILE, "may_speak"])
