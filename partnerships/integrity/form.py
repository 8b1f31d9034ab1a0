"""The form of an integrity declaration: owners in rows, questions with yes or no, and the signature."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.businesses.words import country_choices

from .declarations import Content
from .models import IN_PER_CENT, Interest, NoOwners, Question

MOST_OWNERS = 20
ROWS_AT_FIRST = 2
ROWS_ADDED = 2
YES_OR_NO = [("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))]

SELECTED = mark_safe(" selected")

ASKED = {
    Question.CONFLICTS: gettext_lazy(
        "Has an owner or somebody who runs the organisation family, business or other ties to a mayor, "
        "councillor or official of a city that it wants to work with?"
    ),
    Question.SANCTIONS: gettext_lazy(
        "Is the organisation, or one of its owners, on a sanctions list of the European Union, the United "
        "Nations, the United Kingdom, the United States or Ukraine?"
    ),
    Question.CONVICTIONS: gettext_lazy(
        "Has the organisation, or somebody who runs or represents it, been convicted in the last five years "
        "of corruption, fraud, money laundering, terrorism, child labour, human trafficking or taking part "
        "in a criminal organisation?"
    ),
    Question.TAXES: gettext_lazy("Does the organisation owe taxes or social contributions?"),
    Question.INSOLVENCY: gettext_lazy(
        "Is the organisation bankrupt, being wound up, or in insolvency proceedings?"
    ),
    Question.MISCONDUCT: gettext_lazy(
        "Has the organisation been guilty of grave professional misconduct in the last three years, "
        "for instance agreements that distort competition?"
    ),
}


class LongSelect(forms.Select):
    """A choice among hundreds, many times on a page: written without a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element; its options have no groups."""
        chosen = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, SELECTED if code in chosen else "", label) for code, label in self.choices),
        )
        all_attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(all_attrs), options)


def _countries() -> list[Any]:
    return [("", "-"), *country_choices()]


class OwnerForm(forms.Form):
    """A beneficial owner; a row left empty is none."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200, required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("Country of residence"), choices=_countries, required=False, widget=LongSelect
    )
    interest = forms.ChoiceField(
        label=gettext_lazy("Kind of ownership or control"),
        choices=[("", "-"), *Interest.choices],
        required=False,
    )
    share = forms.DecimalField(
        label=gettext_lazy("Share in per cent"),
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        localize=True,
    )
    is_exposed = forms.BooleanField(
        label=gettext_lazy(
            "Politically exposed person: holds or held a high public office, or is close to one"
        ),
        required=False,
    )

    @property
    def is_given(self) -> bool:
        """Whether the row names somebody. Call it on a valid form."""
        return bool(self.cleaned_data.get("name"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and any(given.values()):
            for name in ("name", "country", "interest"):
                if not given.get(name):
                    self.add_error(name, _("This field is required."))
            if given.get("interest") in IN_PER_CENT and given.get("share") is None:
                self.add_error("share", _("Say how many per cent."))
        return given


class OwnerFormSet(forms.BaseFormSet):
    """All owners; shares of one kind add up to the whole at most."""

    def clean(self) -> None:
        if any(self.errors):
            return
        for interest in IN_PER_CENT:
            rows = (form.cleaned_data for form in self.forms)
            total = sum((row["share"] or 0) for row in rows if row.get("interest") == interest)
            if total > 100:
                raise forms.ValidationError(
                    _("Together the owners have %(total)s%% (%(kind)s): more than 100."),
                    params={"total": total, "kind": interest.label},
                )

    def owners(self) -> list[dict[str, Any]]:
        """The owners named. Call it on a valid set."""
        return [form.cleaned_data for form in self.forms if form.is_given]


Owners = forms.formset_factory(
    OwnerForm, formset=OwnerFormSet, extra=0, max_num=MOST_OWNERS, absolute_max=MOST_OWNERS, validate_max=True
)


class DeclarationForm(forms.Form):
    """All but the owners."""

    no_owners = forms.ChoiceField(
        label=gettext_lazy("If no owner is named: why"),
        choices=[("", "-"), *NoOwners.choices],
        required=False,
    )
    no_owners_note = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For instance the exchange and the code of the share, or the public body."),
    )
    is_true = forms.BooleanField(
        label=gettext_lazy(
            "I may sign for the organisation. What I say here is true and complete as far as I know, and I "
            "will declare anew when it changes."
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, text in ASKED.items():
            self.fields[code.value] = forms.ChoiceField(
                label=text, choices=YES_OR_NO, widget=forms.RadioSelect
            )
            self.fields[f"{code.value}_text"] = forms.CharField(
                label=gettext_lazy("If yes: explain"),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for code in Question.values:
            text = given.get(f"{code}_text")
            if given.get(code) == "yes" and not text:
                self.add_error(f"{code}_text", _("Explain your answer."))
            elif given.get(code) == "no" and text:
                self.add_error(f"{code}_text", _("You answered no. Empty the explanation, or answer yes."))
        return given

    def questions(self) -> list[tuple[BoundField, BoundField]]:
        """The fields of answer and explanation of each question."""
        return [(self[code], self[f"{code}_text"]) for code in Question.values]

    def answers(self) -> dict[str, str]:
        """The explanation by question, empty for no. Call it on a valid form."""
        return {code: self.cleaned_data[f"{code}_text"] for code in Question.values}


class IntegrityForm:
    """The declaration's form and the rows of its owners, as one."""

    def __init__(self, data: Any = None, *, owners: Sequence[Any] = (), rest: Any = None) -> None:
        blank: list[Any] = [{}] * (ROWS_AT_FIRST - len(owners))
        self.owners: Any = Owners(data, prefix="owner", initial=[*owners, *blank])
        self.rest = DeclarationForm(data, initial=rest)

    @classmethod
    def of(cls, content: Content) -> "IntegrityForm":
        """The form with what was declared, to be signed anew."""
        answers = content["answers"]
        rest = {
            **{name: content[name] for name in ("no_owners", "no_owners_note")},
            **{code: "yes" if text else "no" for code, text in answers.items()},
            **{f"{code}_text": text for code, text in answers.items()},
        }
        return cls(owners=content["owners"], rest=rest)

    @classmethod
    def with_more_rows(cls, data: QueryDict) -> "IntegrityForm":
        """What was typed, not checked yet, with more rows for owners."""
        typed = Owners(data, prefix="owner").forms
        owners = [{name: data.get(form.add_prefix(name)) for name in form.fields} for form in typed]
        rows = min(len(owners) + ROWS_ADDED, MOST_OWNERS)
        return cls(owners=[*owners, *[{}] * (rows - len(owners))], rest=data.dict())

    @property
    def may_have_more_rows(self) -> bool:
        """Whether another owner can be added."""
        return len(self.owners.forms) < MOST_OWNERS

    def is_valid(self) -> bool:
        """Whether all of it can be signed; notes the errors."""
        both = [self.owners.is_valid(), self.rest.is_valid()]
        if all(both):
            named, reason = bool(self.owners.owners()), self.rest.cleaned_data["no_owners"]
            if not named and not reason:
                self.rest.add_error("no_owners", _("Name the owners above, or say here why none is named."))
            if named and reason:
                self.rest.add_error("no_owners", _("Owners are named above: leave this empty."))
        return all(both) and not self.rest.errors

    def content(self) -> Content:
        """What was typed, as `declarations.sign` takes it. Call it when it is valid."""
        data = self.rest.cleaned_data
        return {
            "owners": self.owners.owners(),
            "no_owners": data["no_owners"],
            "no_owners_note": data["no_owners_note"],
            "answers": self.rest.answers(),
        }

    def problems(self) -> list[tuple[BoundField | None, str]]:
        """Every error with its field; None for those of the owners together."""
        found: list[tuple[BoundField | None, str]] = [
            (None, str(error)) for error in self.owners.non_form_errors()
        ]
        for form in (*self.owners.forms, self.rest):
            found += [(field, str(error)) for field in form for error in field.errors]
        return found
