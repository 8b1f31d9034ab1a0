"""What a financial partner says of itself: fields, what it offers by instrument, and its calls.

The content of a version has "calls" beside what every profile has: a list, in the order of their deadlines,
of {field of FundingCall: value}, days as ISO texts and sums as texts of digits.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from cities.city_page import language_names
from cities.editing import Content, plain
from cities.models import Topic
from partnerships.businesses.words import market_names
from partnerships.organisations.profile import CONTACT, OrganisationEditing

from .keys import write_keys
from .models import (
    Applicants,
    FinancialOffer,
    FinancialPartnerProfile,
    FinancialPartnerVersion,
    FundingCall,
    Institution,
    Instrument,
    Scope,
)

CALL_FIELDS = ("title_en", "title_uk", "url", "opens", "deadline", "topics", "amount", "currency")
CHOICES: Mapping[str, Any] = {"institution": Institution, "scope": Scope, "applicants": Applicants}


class FinancialEditing(OrganisationEditing):
    """How financial partners keep their profiles."""

    profiles, statements, versions = FinancialPartnerProfile, FinancialOffer, FinancialPartnerVersion
    item = "instrument"
    FIELDS = (
        "other_name",
        "institution",
        "scope",
        "summary_en",
        "summary_uk",
        "applicants",
        "topics",
        "countries",
        "ticket_from",
        "ticket_to",
        "currency",
        "conditions_en",
        "conditions_uk",
        "languages",
        "website",
        *CONTACT,
    )
    KINDS: ClassVar[Mapping[str, Any]] = {FinancialOffer.Kind.OFFER.value: gettext_lazy("Offers")}
    OTHERS: ClassVar[Mapping[str, Any]] = {"calls": gettext_lazy("Calls")}

    def items(self) -> Mapping[str, str]:
        """The instruments."""
        return {code: str(label) for code, label in Instrument.choices}

    def others_of(self, profile: FinancialPartnerProfile) -> Content:
        """The calls."""
        calls = FundingCall.objects.filter(organisation=profile.organisation).values(*CALL_FIELDS)
        return {"calls": in_order([{name: plain(one[name]) for name in CALL_FIELDS} for one in calls])}

    def write_others(self, profile: FinancialPartnerProfile, content: Content) -> None:
        """Put the calls in the place of those that are there, where they differ."""
        if content["calls"] != self.others_of(profile)["calls"]:
            before = FundingCall.objects.filter(organisation=profile.organisation)
            since = {(one.title_en, one.title_uk): one.stated_at for one in before}
            calls = self.calls_of(profile.organisation, content)
            for call in calls:  # one that was there under this title is not new
                call.stated_at = since.get((call.title_en, call.title_uk), call.stated_at)
            before.delete()
            FundingCall.objects.bulk_create(calls)

    def calls_of(self, subject: Any, content: Content) -> list[FundingCall]:
        """The calls of a content, not saved."""
        return [made_of(one, subject) for one in content["calls"]]

    def write_keys(self, profile: FinancialPartnerProfile) -> None:
        """Its names, and all that it says."""
        write_keys(profile)

    def in_words(self, name: str, value: Any) -> str:
        """The value of a field, or the calls."""
        match name:
            case "languages":
                return ", ".join(language_names(value))
            case "countries":
                return ", ".join(market_names(value))
            case "topics":
                return ", ".join(topic_names(value))
            case "calls":
                return "; ".join(call_in_words(made_of(one)) for one in value)
        if name in CHOICES and value in CHOICES[name]:
            return str(CHOICES[name](value).label)
        return str(value)


def made_of(said: Content, subject: Any = None) -> FundingCall:
    """A call, not saved, of what a content says of it."""
    call = FundingCall(organisation=subject)
    for name, value in said.items():
        setattr(call, name, FundingCall._meta.get_field(name).to_python(value))  # type: ignore[union-attr]
    return call


def in_order(calls: list[Content]) -> list[Content]:
    """Calls as a content holds them, in their order."""
    return sorted(calls, key=lambda one: (one["deadline"], one["title_en"], one["title_uk"], str(one)))


def call_in_words(call: FundingCall) -> str:
    """A call in a line."""
    days = [day.isoformat() for day in (call.opens, call.deadline) if day]
    more = [call.sum_in_words, *topic_names(call.topics), call.url]
    return f"{call.title} ({', '.join(filter(None, [' - '.join(days), *more]))})"


def topic_names(codes: list[str]) -> list[str]:
    """The names of topics in the reader's language, in their order."""
    return [topic.name for topic in Topic.objects.filter(code__in=codes)]


editing = FinancialEditing()
