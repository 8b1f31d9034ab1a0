"""The form by which a city's mayors say what the city looks for and offers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from .models import Goal, KindOfPlace, TopicStatement
from .photos import clean_photo
from .profile import editing
from .statement_form import StatementForm, language_choices, summary_field, telephone_field


class ProfileForm(StatementForm):
    """What a city says of itself. Of the photo, `typed` says nothing: its file is stored apart."""

    editing = editing
    TICKS: ClassVar[Mapping[str, Any]] = {
        TopicStatement.Kind.NEED.value: _("We look for it"),
        TopicStatement.Kind.OFFER.value: _("We offer it"),
    }

    summary_en = summary_field(_("Summary in English"))
    summary_uk = summary_field(_("Summary in Ukrainian"))
    goals = forms.MultipleChoiceField(
        label=_("What you want of partners"),
        choices=Goal,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds_of_place = forms.MultipleChoiceField(
        label=_("Kind of place"), choices=KindOfPlace, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        required=False,
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    public_email = forms.EmailField(label=_("Public e-mail"), required=False)
    public_phone = telephone_field(_("Public telephone"))
    is_open = forms.BooleanField(label=_("Open to new partners"), required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP up to 8 MB. The place where it was taken is removed from the file."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.content["photo"]:
            del self.fields["remove_photo"]

    def about(self) -> list[BoundField]:
        """The fields that are not about topics."""
        return [*super().about(), *(self[name] for name in ("photo", "remove_photo") if name in self.fields)]

    def clean_photo(self) -> Any:
        """The photo, made anew."""
        file = self.cleaned_data["photo"]
        return clean_photo(file) if file else None
