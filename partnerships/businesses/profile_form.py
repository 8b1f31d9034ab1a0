"""The form by which a business says what it does, offers and seeks."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities import nace
from cities.profile import Content
from cities.profile_form import language_choices

from .models import BusinessProfile, BusinessStatement, SizeBand, Trade
from .profile import FIELDS
from .words import market_choices

KINDS = [BusinessStatement.Kind.OFFER.value, BusinessStatement.Kind.NEED.value]
CONTACT = ["contact_name", "contact_email", "contact_phone"]


@dataclass(frozen=True)
class TradeFields:
    """The fields of one type of trade: for each kind whether it is stated, and its notes."""

    label: str
    kinds: list[tuple[BoundField, BoundField, BoundField]]


def _help(name: str) -> str:
    """The help text of a field of the profile, translated when it is shown."""
    return BusinessProfile._meta.get_field(name).help_text  # type: ignore[union-attr,return-value]


class BusinessProfileForm(forms.Form):
    """What a business says of itself. `content` is what it says now, in the form of `profile`."""

    other_name = forms.CharField(
        label=_("Other name"), max_length=200, required=False, help_text=_help("other_name")
    )
    division = forms.ChoiceField(label=_("Activity"), required=False, help_text=_help("division"))
    summary_en = forms.CharField(
        label=_("Summary in English"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    summary_uk = forms.CharField(
        label=_("Summary in Ukrainian"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    size = forms.ChoiceField(label=_("Size"), choices=[("", "-"), *SizeBand.choices], required=False)
    founded = forms.IntegerField(label=_("Founded in the year"), min_value=1000, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Working languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    markets = forms.MultipleChoiceField(
        label=_("Export markets"), required=False, widget=forms.CheckboxSelectMultiple
    )
    certificates = forms.CharField(
        label=_("Certificates"), max_length=300, required=False, help_text=_help("certificates")
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    contact_name = forms.CharField(label=_("Contact person"), max_length=150, required=False)
    contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)
    contact_phone = forms.RegexField(
        r"^[0-9 +()/.-]*$", label=_("Contact telephone"), max_length=40, required=False
    )

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        choices: dict[str, Any] = {
            "division": [("", "-"), *nace.division_choices()],
            "languages": language_choices(),
            "markets": market_choices(),
        }
        for name, known in choices.items():
            self.fields[name].choices = known  # type: ignore[attr-defined]
        for trade in Trade.values:
            for kind in KINDS:
                self._add_statement(kind, trade)
        self.initial = {**content["profile"], **self._statements_now()}

    def _add_statement(self, kind: str, trade: str) -> None:
        name = f"{kind}_{trade}"
        label = _("We seek it") if kind == BusinessStatement.Kind.NEED else _("We offer it")
        self.fields[name] = forms.BooleanField(label=label, required=False)
        for language, text in [("en", _("A sentence in English")), ("uk", _("A sentence in Ukrainian"))]:
            self.fields[f"{name}_{language}"] = forms.CharField(label=text, max_length=300, required=False)

    def _statements_now(self) -> dict[str, Any]:
        return {
            field: value
            for kind, stated in self.content["statements"].items()
            for trade, (english, ukrainian) in stated.items()
            for field, value in [
                (f"{kind}_{trade}", True),
                (f"{kind}_{trade}_en", english),
                (f"{kind}_{trade}_uk", ukrainian),
            ]
        }

    def by_trade(self) -> list[TradeFields]:
        """The fields of offers and needs, type by type."""
        return [
            TradeFields(
                str(label),
                [
                    (self[f"{kind}_{trade}"], self[f"{kind}_{trade}_en"], self[f"{kind}_{trade}_uk"])
                    for kind in KINDS
                ],
            )
            for trade, label in Trade.choices
        ]

    def about(self) -> list[BoundField]:
        """The fields that everybody sees."""
        return [self[name] for name in FIELDS if name not in CONTACT]

    def contact(self) -> list[BoundField]:
        """The fields that stay private."""
        return [self[name] for name in CONTACT]

    def clean_founded(self) -> int | None:
        """No business is from the future."""
        year: int | None = self.cleaned_data["founded"]
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year

    def clean(self) -> dict[str, Any]:
        """A new sentence about a type that is not ticked was not meant to be lost."""
        data = super().clean() or self.cleaned_data
        for trade in Trade.values:
            for kind in KINDS:
                name = f"{kind}_{trade}"
                for note in (f"{name}_en", f"{name}_uk"):
                    if data.get(note) and not data.get(name) and data[note] != self.initial.get(note, ""):
                        self.add_error(note, _("Tick the type, or empty this sentence."))
        return data

    def typed(self) -> Content:
        """What was typed, in the form of `profile`. Call it on a valid form."""
        data = self.cleaned_data
        return {
            "profile": {name: data[name] for name in FIELDS},
            "statements": {
                kind: {
                    trade: [data[f"{kind}_{trade}_en"], data[f"{kind}_{trade}_uk"]]
                    for trade in Trade.values
                    if data[f"{kind}_{trade}"]
                }
                for kind in BusinessStatement.Kind.values
            },
        }
