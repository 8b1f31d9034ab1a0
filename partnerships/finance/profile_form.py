"""The form by which a financial partner says what it offers to whom, and announces its calls."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.alphabet import reader_key
from cities.directory import reader_language
from cities.editing import Content, plain
from cities.models import Country, Topic
from cities.statement_form import Problem, summary_field
from partnerships.businesses.words import market_labels
from partnerships.organisations.profile_form import OrganisationForm, help_of

from . import money
from .models import (
    FIRST_DAY,
    LAST_DAY,
    Applicants,
    FinancialOffer,
    FinancialPartnerProfile,
    FundingCall,
    Institution,
    Scope,
)
from .profile import CALL_FIELDS, editing, in_order

MOST_CALLS = 30
NEW_CALL = "new-call"
"""The `action` that asks for the fields of one more call."""

_of_profile = partial(help_of, FinancialPartnerProfile)
_of_call = partial(help_of, FundingCall)


def _topics() -> list[tuple[str, str]]:
    return [(topic.code, topic.name) for topic in Topic.objects.all()]


def _countries() -> list[tuple[str, str]]:
    """The countries of the programme, in the reader's alphabetical order."""
    names = market_labels(reader_language(), Country.objects.values_list("code", flat=True))
    return sorted(names.items(), key=lambda one: reader_key(one[1]))


def _choice(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices, **more)


def _ticks(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    ticks = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=ticks, **more)


def _sum(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=money.LEAST,
        max_value=money.MOST,
        decimal_places=money.PLACES,
        **more,
    )


class CallForm(forms.Form):
    """One call."""

    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    title_uk = forms.CharField(label=_("Title in Ukrainian"), max_length=200, required=False)
    url = forms.URLField(label=_("Page of the call"), max_length=200, required=False, assume_scheme="https")
    opens = forms.DateField(label=_("Opens"), required=False, help_text=_of_call("opens"))
    deadline = forms.DateField(label=_("Deadline"))
    amount = _sum(_("Sum of the call"), help_text=_of_call("amount"))
    currency = _choice(_("Currency"), money.currency_choices)
    topics = _ticks(_("Topics"), _topics, help_text=_of_call("topics"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens", "deadline"):
            between = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
            self.fields[name].widget = forms.DateInput({"type": "date", **between}, "%Y-%m-%d")

    def clean(self) -> dict[str, Any]:
        """What the model asks of a call."""
        data = super().clean() or self.cleaned_data
        call = FundingCall(**{name: data[name] for name in CALL_FIELDS if name in data})
        try:
            call.clean_fields(exclude=["organisation", *self.errors])
            call.clean()
        except ValidationError as error:
            self.add_error(None, error)
        return data


class CallFormSet(forms.BaseFormSet):
    """The calls of a partner; one that is ticked as removed goes."""

    def add_fields(self, form: CallForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this call")

    def said(self) -> list[Content]:
        """The calls as a content holds them; call it on a valid form set."""
        rows = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        calls = [{name: plain(row[name]) for name in CALL_FIELDS} for row in rows if row]
        return in_order(calls)


Calls: type[CallFormSet] = forms.formset_factory(  # type: ignore[assignment]
    CallForm,
    formset=CallFormSet,
    extra=0,
    can_delete=True,
    max_num=MOST_CALLS,
    validate_max=True,
    absolute_max=MOST_CALLS + 10,
)


def with_one_more(data: QueryDict) -> QueryDict:
    """What was sent, with the fields of one more call, as far as there may be more."""
    more, name = data.copy(), f"calls-{TOTAL_FORM_COUNT}"
    sent = data.get(name, "")
    if sent.isascii() and sent.isdigit() and len(sent) < 5:
        more[name] = str(min(int(sent) + 1, MOST_CALLS))
    return more


class FinancialProfileForm(OrganisationForm):
    """What a financial partner says of itself, and its calls."""

    editing = editing
    TICKS: ClassVar[Mapping[str, Any]] = {FinancialOffer.Kind.OFFER.value: _("We offer it")}

    institution = _choice(_("Kind of institution"), [("", "-"), *Institution.choices])
    scope = _choice(
        _("Domestic or international"), [("", "-"), *Scope.choices], help_text=_of_profile("scope")
    )
    applicants = _choice(_("Who may apply"), [("", "-"), *Applicants.choices])
    topics = _ticks(_("Topics"), _topics, help_text=_of_profile("topics"))
    countries = _ticks(_("Countries where you work"), _countries)
    ticket_from = _sum(_("Smallest sum"), help_text=_of_profile("ticket_from"))
    ticket_to = _sum(_("Largest sum"), help_text=_of_profile("ticket_to"))
    currency = _choice(_("Currency"), money.currency_choices)
    conditions_en = summary_field(_("Conditions in English"))
    conditions_uk = summary_field(_("Conditions in Ukrainian"))

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.calls = Calls(data, prefix="calls", initial=self.content["calls"])

    def is_valid(self) -> bool:
        """Whether the profile and all calls are."""
        return all([super().is_valid(), self.calls.is_valid()])

    def problems(self) -> list[Problem]:
        """What stands in the way, that of the calls too."""
        found = super().problems()
        if self.is_bound:
            found += [Problem(gettext("Calls"), "calls", str(one)) for one in self.calls.non_form_errors()]
            for number, form in enumerate(self.calls, 1):
                if not form.cleaned_data.get("DELETE"):
                    call = gettext("Call %(number)s") % {"number": number}
                    found += [one.of(call) for one in self.problems_of(form)]
        return found

    def clean(self) -> dict[str, Any]:
        """What the model asks of a profile."""
        data = super().clean()
        known = {name: data[name] for name in self.editing.FIELDS if name in data}
        try:
            FinancialPartnerProfile(**known).clean()
        except ValidationError as error:
            self.add_error(None, error)
        return data

    def typed(self) -> Content:
        """What was typed, with the calls."""
        return {**super().typed(), "calls": self.calls.said()}
