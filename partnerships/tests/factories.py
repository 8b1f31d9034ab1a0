"""Organisations and who represents them, for tests."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.membership import State
from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory
from partnerships.models import MatchingRound, Organisation, OrganisationMember


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
