"""Organisations and who represents them, for tests."""

from datetime import timedelta

from django.utils import timezone
from factory import LazyFunction, PostGeneration, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.membership import State
from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory, MayorFactory
from partnerships.businesses.keys import write_keys
from partnerships.finance import keys as finance_keys
from partnerships.interests.sending import send
from partnerships.models import (
    BusinessInvitation,
    BusinessProfile,
    BusinessStatement,
    CityInvitation,
    FinancialOffer,
    FinancialPartnerProfile,
    FundingCall,
    Interest,
    MatchingRound,
    Organisation,
    OrganisationMember,
    Partnership,
    Party,
)
from partnerships.partnership.beginning import begin


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A business, unless another `kind` is given."""

    class Meta:
        model = Organisation

    kind = Organisation.Kind.BUSINESS
    name = Sequence(lambda n: f"Organisation {n}")
    city = SubFactory(CityFactory)


class OrganisationMemberFactory(DjangoModelFactory[OrganisationMember]):
    """An approved representative."""

    class Meta:
        model = OrganisationMember

    user = SubFactory(UserFactory)
    organisation = SubFactory(OrganisationFactory)
    state = State.APPROVED
    function = "director"


def _add_statements(
    profile: BusinessProfile, create: bool, stated: dict[str, list[str]] | None, **_: object
) -> None:
    for kind, trades in (stated or {}).items():
        for trade in trades:
            BusinessStatement.objects.create(organisation=profile.organisation, kind=kind, trade=trade)
    write_keys(profile)


def _approve(
    profile: BusinessProfile | FinancialPartnerProfile, create: bool, approved: bool | None, **_: object
) -> None:
    if approved is not False:
        OrganisationMemberFactory(organisation=profile.organisation)


class BusinessProfileFactory(DjangoModelFactory[BusinessProfile]):
    """A public business: `BusinessProfileFactory(organisation__name="Glass", stated={"offer": ["product"]})`.

    With `approved=False` nobody is approved to represent it.
    """

    class Meta:
        model = BusinessProfile
        skip_postgeneration_save = True

    organisation = SubFactory(OrganisationFactory)
    stated = PostGeneration(_add_statements)
    approved = PostGeneration(_approve)


def _add_offers(
    profile: FinancialPartnerProfile, create: bool, stated: list[str] | None, **_: object
) -> None:
    for instrument in stated or []:
        FinancialOffer.objects.create(organisation=profile.organisation, instrument=instrument)
    finance_keys.write_keys(profile)


class FinancialPartnerProfileFactory(DjangoModelFactory[FinancialPartnerProfile]):
    """A public financial partner: `FinancialPartnerProfileFactory(institution="bank", stated=["loan"])`.

    With `approved=False` nobody is approved to represent it.
    """

    class Meta:
        model = FinancialPartnerProfile
        skip_postgeneration_save = True

    organisation = SubFactory(OrganisationFactory, kind=Organisation.Kind.FINANCIAL_PARTNER)
    stated = PostGeneration(_add_offers)
    approved = PostGeneration(_approve)


class FundingCallFactory(DjangoModelFactory[FundingCall]):
    """A call of a financial partner with a month to go."""

    class Meta:
        model = FundingCall

    organisation = SubFactory(OrganisationFactory, kind=Organisation.Kind.FINANCIAL_PARTNER)
    title_en = Sequence(lambda n: f"Call {n}")
    deadline = LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class MatchingRoundFactory(DjangoModelFactory[MatchingRound]):
    """A round that is being prepared: three partners each, among all cities, for whom the test says."""

    class Meta:
        model = MatchingRound

    title_en = Sequence(lambda n: f"Round {n}")
    title_uk = Sequence(lambda n: f"Раунд {n}")
    takers_members_only = False
    candidates_min_population = 0
    partners_each = 3
    capacity = 3


class BusinessInvitationFactory(DjangoModelFactory[BusinessInvitation]):
    """An invitation that waits for its letter."""

    class Meta:
        model = BusinessInvitation

    city = SubFactory(CityFactory)
    invited_by = SubFactory(UserFactory)
    name = Sequence(lambda n: f"Invited {n}")
    email = "director@glass.example"
    language = "uk"
    expires_at = LazyFunction(lambda: timezone.now() + BusinessInvitation.VALID)


class CityInvitationFactory(DjangoModelFactory[CityInvitation]):
    """A printed letter that invites a city."""

    class Meta:
        model = CityInvitation

    city = SubFactory(CityFactory)
    by = SubFactory(UserFactory)
    language = "en"
    state = "printed"


def interest_between(one, other, **fields) -> Interest:
    """An expression of interest of one in another, each with somebody who speaks for it."""
    sides = [side_of(it) for it in (one, other)]
    return send(*sides, by=sides[0].people()[0], reason="We would like to learn from you.", **fields)


def side_of(one) -> Party:
    """The side that a city or an organisation is, with somebody who speaks for it."""
    party = Party.objects.of(one)
    if not party.people():
        if party.city:
            MayorFactory(city=one)
        else:
            OrganisationMemberFactory(organisation=one)
    return party


def partnership_between(one, other, **fields) -> Partnership:
    """A partnership grown of an accepted interest of a city or an organisation in another.

    With `public=True` both sides show it.
    """
    public, stage = fields.pop("public", False), fields.pop("stage", None)
    interest = interest_between(one, other, **fields)
    interest.accept(by=interest.receiver.people()[0])
    made = begin(interest.sender, interest.receiver, by=interest.by)
    if stage:
        made.move(stage, by=interest.by, seen=made.latest)
    if public:
        for party in made.parties:
            made.show(party, True, by=party.people()[0])
    return made
