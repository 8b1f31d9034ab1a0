"""Financial partners and their calls, by the filters of their directory."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partnerships.finance import directory
from partnerships.finance.models import (
    Applicants,
    FinancialPartnerProfile,
    FundingCall,
    Institution,
    Instrument,
    Scope,
)
from partnerships.finance.query import SORTS
from partnerships.finance.views import DIRECTORY
from partnerships.integrity.standings import STANDINGS
from public.api.resource import (
    BOUNDS,
    CODE,
    COUNTRY,
    LANGUAGE,
    NUMBER,
    Keys,
    Resource,
    chosen,
    coded,
    in_order,
    searched,
    selected,
)
from public.api.schema import CityReference, Money, Note, Record, absolute, one_of, said

from .cities import REGION
from .organisations import declarations


class Call(Record):
    """A call for applications."""

    id: int = said(_("number"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    url: str = said(_("page of the call"))
    opens: date | None = said(_("day on which it opens; null: it is open already"))
    deadline: date = said(_("last day of applications, in UTC"))
    status: str = one_of(_("whether one can apply today"), FundingCall.Status.values)
    topics: list[str] = said(_("codes of topics; none stands for all"))
    sum: Money | None = said(_("what is shared out altogether"))


class FinancialPartner(Record):
    """A financial partner that an approved member represents. Contacts are not public."""

    id: int = said(_("number"))
    name: str = said(_("name"))
    other_name: str = said(_("a brand, or the name in other letters"))
    city: CityReference = said(_("city"))
    institution: str = one_of(_("kind of institution"), ["", *Institution.values])
    scope: str = one_of(_("domestic or international"), ["", *Scope.values])
    summary_en: str = said(_("summary in English"))
    summary_uk: str = said(_("summary in Ukrainian"))
    offers: list[Note] = said(_("instruments that it offers"))
    applicants: str = one_of(_("who may apply; empty where not stated"), ["", *Applicants.values])
    topics: list[str] = said(_("codes of topics; none stands for all"))
    countries: list[str] = said(_("countries where it works"))
    ticket_from: Money | None = said(_("what one project gets at least"))
    ticket_to: Money | None = said(_("what one project gets at most"))
    conditions_en: str = said(_("conditions in English"))
    conditions_uk: str = said(_("conditions in Ukrainian"))
    calls: list[Call] = said(_("its calls by deadline, those that are over included"))
    languages: list[str] = said(_("working languages (ISO 639-1 codes)"))
    website: str = said(_("website"))
    declaration: str = one_of(_("how its integrity declaration stands"), STANDINGS)
    demonstration: bool = said(_("yes: invented for demonstration"))
    updated: datetime = said(_("moment of the last change (ISO 8601)"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    at_hand, selection, _found = DIRECTORY.select(data)
    return selected(at_hand, selection, at_hand.ids)


def _made(keys: Sequence[int]) -> list[FinancialPartner]:
    declared = declarations(directory.current(), keys)
    profiles = FinancialPartnerProfile.objects.public().filter(pk__in=keys)
    known = profiles.select_related("organisation__city").prefetch_related(
        "organisation__financialoffers", "organisation__fundingcalls"
    )
    return in_order(keys, {one.pk: _record(one, declared[one.pk]) for one in known})


def _record(one: FinancialPartnerProfile, declaration: str) -> FinancialPartner:
    organisation = one.organisation
    return FinancialPartner.taken_from(
        one,
        id=one.pk,
        name=organisation.name,
        city=CityReference.of(organisation.city),
        offers=[
            Note(code=offer.instrument, note_en=offer.note_en, note_uk=offer.note_uk)
            for offer in organisation.financialoffers.all()
        ],
        ticket_from=Money.of(one.ticket_from, one.currency),
        ticket_to=Money.of(one.ticket_to, one.currency),
        calls=[_call(call) for call in organisation.fundingcalls.all()],
        declaration=declaration,
        demonstration=one.is_demonstration,
        updated=one.updated_at,
        url=absolute(organisation.get_absolute_url()),
    )


def _call(call: FundingCall) -> Call:
    return Call.taken_from(
        call,
        id=call.pk,
        sum=Money.of(call.amount, call.currency),
    )


RESOURCE = Resource(
    name="financial-partners",
    single="financial partner",
    title=_("Financial partners"),
    meaning=_("Banks, funds, donors and agencies with what they offer, and their calls."),
    record=FinancialPartner,
    listed=_listed,
    made=_made,
    filters={
        "q": searched(_("Name or words of the profile, in any script"), "fund"),
        "call": chosen(_("Calls"), directory.CALLS, "open"),
        "instrument": chosen(_("Offers"), Instrument.values, "grant"),
        "applicant": chosen(_("Who may apply"), ["cities", "businesses"], "cities"),
        "topic": coded(_("Topics"), CODE, "water"),
        "served": coded(_("Works in"), COUNTRY, "UA"),
        "ticket": coded(
            _("Sum for one project: a currency and the number of a band, as EUR-2"),
            r"^[A-Z]{3}-[0-9]$",
            "EUR-2",
        ),
        "institution": chosen(_("Kind of institution"), Institution.values, "bank"),
        "scope": chosen(_("Domestic or international"), Scope.values, "international"),
        "country": coded(_("Seat in"), COUNTRY, "UA"),
        "region": coded(_("Region"), REGION, "UA.15"),
        "city": coded(_("Number of the city in GeoNames"), NUMBER, "702550"),
        "language": coded(_("Languages"), LANGUAGE, "en"),
        "declaration": chosen(_("Integrity declaration"), STANDINGS, "checked"),
        "bounds": BOUNDS,
    },
    sorts=SORTS,
    changed="updated",
)
