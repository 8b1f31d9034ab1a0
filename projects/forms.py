"""The forms by which a city's mayors edit a project: of the project itself, and of one row of each part."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet, URLField
from django.forms.utils import ErrorDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from cities.models import City, Topic
from cities.photos import clean_photo

from . import documents
from .amounts import AmountField
from .codelists import numbered_goals
from .editing import Recorder, Values, values_of
from .models import (
    BudgetLine,
    Document,
    FundingSource,
    Milestone,
    Photo,
    Project,
    ProjectChange,
    ProjectNeed,
    ProjectUpdate,
    Risk,
    Tender,
)
from .models.money import NOTHING, MoneyField


def untouched(form: Any, changes: Iterable[ProjectChange]) -> list[str]:
    """The fields that somebody else changed, and that whoever typed into this form had left as they were."""
    model, base = form._meta.model, Values()
    for change in changes:
        row = None if model is Project else form.instance.pk
        if (change.part, change.row) == (model._meta.model_name, row) and change.field in form.fields:
            base.setdefault(change.field, change.old)
    typed = values_of(form.instance)
    return [name for name, old in base.items() if typed[name] == old]


def form_field(field: Any, **more: Any) -> Any:
    """The form's field for a model's field: amounts as people write them, days with a calendar."""
    if isinstance(field, MoneyField):
        return field.formfield(form_class=AmountField, **{**more, "widget": AmountField.widget})
    if isinstance(field, URLField):
        more["assume_scheme"] = "https"
    widgets = {
        "DateField": lambda: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        "TextField": lambda: forms.Textarea(attrs={"rows": 3}),
    }
    if (widget := widgets.get(field.get_internal_type())) and "widget" not in more:
        more["widget"] = widget()
    return field.formfield(**more)


class ProjectForm(forms.ModelForm):
    """A section's fields of the project; `before` are all its values as they were."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before: Values | None = values_of(self.instance) if self.instance.pk else None


class ManyChoices(forms.TypedMultipleChoiceField):
    """Several of a list, ticked."""

    widget = forms.CheckboxSelectMultiple


class BasicsForm(ProjectForm):
    """What, where, for whom, when."""

    sectors = ManyChoices(label=_("Sectors"), required=False)
    goals = ManyChoices(label=_("Sustainable Development Goals"), required=False, coerce=int)

    class Meta:
        model = Project
        fields = [
            *("title_en", "title_uk", "summary_en", "summary_uk", "sectors", "type", "status"),
            *("planned_start", "planned_end", "actual_start", "actual_end"),
            *("address_en", "address_uk", "latitude", "longitude"),
            *("beneficiaries", "beneficiaries_en", "beneficiaries_uk", "goals"),
        ]
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sectors = Project._meta.get_field("sectors").base_field  # type: ignore[union-attr]
        self.fields["sectors"].choices = sectors.choices  # type: ignore[attr-defined]
        self.fields["goals"].choices = numbered_goals()  # type: ignore[attr-defined]


class InterestsForm(ProjectForm):
    """Whether somebody who decides on the project has an interest of their own in it."""

    class Meta:
        model = Project
        fields = ["interests", "interests_en", "interests_uk"]
        formfield_callback = form_field


class MoneyForm(ProjectForm):
    """In which money the project reckons."""

    class Meta:
        model = Project
        fields = ["currency", "rate", "rate_on", "rate_source", "budget_is_unknown"]
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.rate is not None:
            self.initial["rate"] = f"{self.instance.rate.normalize():f}"


class RowForm(forms.ModelForm):
    """A row of a table of parts: a part that is there, or a new one."""

    UNIQUE = ""
    """A field in which no two rows may be the same."""
    OWNER = "project"
    """The field that says of what it is a part."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        formfield_callback = form_field

    def __init__(self, *args: Any, is_unchecked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_unchecked = is_unchecked
        self.before: Values | None = values_of(self.instance) if self.instance.pk else None
        self.initial["pk"] = self.instance.pk

    @classmethod
    def existing(cls, owner: Any) -> QuerySet[Any]:
        """The parts of a project that are there, with all that their rows show."""
        return cls._meta.model._default_manager.filter(**{cls.OWNER: owner})

    @property
    def position(self) -> int:
        """Which row it is, from 1."""
        return int((self.prefix or "").rpartition("-")[2]) + 1

    def full_clean(self) -> None:
        """Check what was typed, unless the row is only shown again, with another one added."""
        if self.is_unchecked:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def has_changed(self) -> bool:
        """Whether anything but its number was typed."""
        return bool(set(self.changed_data) - {"pk"})

    def record(self, recorder: Any) -> None:
        """Save what was typed: a Recorder, or what records changes of another owner, does."""
        recorder.save(self.instance, self.before)


class BudgetLineForm(RowForm):
    """A budget line."""

    class Meta(RowForm.Meta):
        model = BudgetLine
        fields = BudgetLine.HISTORY


class CityField(forms.CharField):
    """A city, by its name in any language or the address of its page."""

    def clean(self, value: Any) -> City | None:
        """The city. Raises ValidationError where there is none, or more than one."""
        text = (super().clean(value) or "").replace("\x00", "").strip()
        if not text:
            return None
        return self._at(text) if "/" in text else self._named(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something else stands there than the city's address."""
        return (initial or "") != (data or "").strip()

    def _at(self, text: str) -> City:
        path = "/" + text.partition("//")[2].partition("/")[2] if "//" in text else text
        try:
            found = resolve(path.removeprefix("/uk")).kwargs
            return City.objects.at(found["country"], found["slug"])
        except (Resolver404, KeyError, City.DoesNotExist) as error:
            raise ValidationError(_("This is no address of a city's page.")) from error

    def _named(self, text: str) -> City:
        found = list(City.objects.filter(names__name__iexact=text).distinct()[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(_("Several cities are called so: paste the address of its page."))
        raise ValidationError(_("No city is called so."))


class FundingSourceForm(RowForm):
    """A funder and its money. What is pledged is at least what is committed, unless it is stated."""

    city = CityField(
        label=_("The funder is a city"),
        max_length=300,
        required=False,
        help_text=_("Its name, or the address of its page here."),
    )

    class Meta(RowForm.Meta):
        model = FundingSource
        fields = FundingSource.HISTORY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["city"] = self.instance.city.get_absolute_url() if self.instance.city else ""
        if self.before is None:
            self.initial.update(dict.fromkeys(("pledged", "committed", "disbursed")))

    @classmethod
    def existing(cls, owner: Any) -> QuerySet[Any]:
        """With the cities that pay."""
        return super().existing(owner).select_related("city")

    def clean(self) -> dict[str, Any]:
        """Empty amounts are nothing; an empty pledge is what is committed."""
        data = super().clean() or self.cleaned_data
        for name, otherwise in [("disbursed", NOTHING), ("committed", NOTHING), ("pledged", None)]:
            if name in data and data[name] is None:
                data[name] = data.get("committed", NOTHING) if otherwise is None else otherwise
        return data


class ProjectNeedForm(RowForm):
    """A need."""

    class Meta(RowForm.Meta):
        model = ProjectNeed
        fields = ProjectNeed.HISTORY

    def __init__(self, *args: Any, topics: list[Topic] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if topics is not None:
            self.fields["topic"].choices = [("", "-"), *((one.pk, one.name) for one in topics)]  # type: ignore[attr-defined]


class MilestoneForm(RowForm):
    """A milestone."""

    class Meta(RowForm.Meta):
        model = Milestone
        fields = Milestone.HISTORY


class RiskForm(RowForm):
    """A risk."""

    class Meta(RowForm.Meta):
        model = Risk
        fields = Risk.HISTORY


class TenderForm(RowForm):
    """A tender."""

    UNIQUE = "reference"

    class Meta(RowForm.Meta):
        model = Tender
        fields = Tender.HISTORY


class ProjectUpdateForm(RowForm):
    """News."""

    class Meta(RowForm.Meta):
        model = ProjectUpdate
        fields = ProjectUpdate.HISTORY

    def record(self, recorder: Recorder) -> None:
        """Save it; who writes it first is its author."""
        if self.before is None:
            self.instance.author = recorder.by
        super().record(recorder)


class FileRowForm(RowForm):
    """A row with a file, checked by its content."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, PNG, JPEG, WebP, ODT, ODS, DOCX, XLSX or CSV up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": documents.ACCEPTED}),
    )
    checked: documents.Checked | None = None

    def clean_upload(self) -> Any:
        """The file, checked by its content. A new row needs one."""
        file = self.cleaned_data["upload"]
        if isinstance(file, UploadedFile):
            self.checked = documents.check(file)
        elif self.before is None:
            raise ValidationError(_("Choose a file."), code="required")
        return file


class DocumentForm(FileRowForm):
    """A document; a file makes a new version of it."""

    class Meta(RowForm.Meta):
        model = Document
        fields = Document.HISTORY

    @classmethod
    def existing(cls, owner: Any) -> QuerySet[Any]:
        """With their files."""
        return super().existing(owner).prefetch_related("versions")

    def record(self, recorder: Recorder) -> None:
        """Save it, and its new file."""
        super().record(recorder)
        if self.checked is not None:
            latest = self.instance.versions.first()
            version = self.instance.add_version(self.cleaned_data["upload"], self.checked, by=recorder.by)
            recorder.note(self.instance, "file", latest and latest.in_history, version.in_history)


class PhotoForm(RowForm):
    """A photo. A new one needs a file; another picture is another photo."""

    upload = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP up to 8 MB. The place where it was taken is removed from the file."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta(RowForm.Meta):
        model = Photo
        fields = [name for name in Photo.HISTORY if name != "file"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.before is not None:
            del self.fields["upload"]

    def clean_upload(self) -> Any:
        """The photo, made anew."""
        file = self.cleaned_data["upload"]
        if not file:
            raise ValidationError(_("Choose a photo."), code="required")
        return clean_photo(file)

    def record(self, recorder: Recorder) -> None:
        """Save it, with its file when it is new."""
        if self.before is None:
            self.instance.file.save("photo.webp", self.cleaned_data["upload"], save=False)
        super().record(recorder)
