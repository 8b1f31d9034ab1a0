"""Published matching rounds, and their pairs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Q
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from cities import directory
from partnerships.models import MatchingRound as Row
from partnerships.models import RoundPair
from partnerships.rounds.views import named
from public.api.resource import NOTHING, Keys, Part, Resource, in_order, searched
from public.api.schema import CityReference, Record, absolute, said


class Round(Record):
    """A matching round: partners given to many cities at once, so that nobody is flooded."""

    id: int = said(_("number"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    published: datetime = said(_("moment of publication (ISO 8601)"))
    partners_each: int = said(_("partners for each city"))
    pairs: int = said(_("number of its pairs"))
    url: str = said(_("address of its page"))


class Pair(Record):
    """A partner given to a city in a round."""

    id: int = said(_("number"))
    city: CityReference = said(_("city"))
    partner: CityReference = said(_("the proposed city"))
    rank: int = said(_("its place among the partners of the city, 1 for the best"))
    score: float = said(_("from 0 to 1"))


def _listed(data: QueryDict) -> Keys:
    return list(Row.objects.published().values_list("pk", flat=True))


def _made(keys: Sequence[int]) -> list[Round]:
    given = Count("pairs", filter=Q(pairs__is_excluded=False))
    rows = Row.objects.published().filter(pk__in=keys).annotate(pairs_given=given)
    return in_order(keys, {one.pk: _record(one) for one in rows})


def _record(one: Row) -> Round:
    assert one.published_at is not None
    return Round.taken_from(
        one,
        id=one.pk,
        published=one.published_at,
        pairs=one.pairs_given,  # type: ignore[attr-defined]
        url=absolute(one.get_absolute_url()),
    )


def _pairs_of(key: int, data: QueryDict) -> Resource[Pair]:
    """The pairs of a published round. Raises Http404."""
    found = Row.objects.published().filter(pk=key).first()
    if found is None:
        raise Http404(f"There is no round {key}.")

    def listed(data: QueryDict) -> Keys:
        pairs = named(directory.current(), found.proposed, data.get("q", ""))
        return list(pairs.values_list("pk", flat=True))

    def made(keys: Sequence[int]) -> list[Pair]:
        return in_order(keys, {one.pk: _pair(one) for one in found.proposed.filter(pk__in=keys)})

    return replace(PAIRS, listed=listed, made=made)


def _pair(one: RoundPair) -> Pair:
    return Pair(
        id=one.pk,
        city=CityReference.of(one.city),
        partner=CityReference.of(one.partner),
        rank=one.rank,
        score=round(one.score, 4),
    )


RESOURCE = Resource(
    name="rounds",
    single="round",
    title=_("Matching rounds"),
    meaning=_("Published matching rounds, in which many cities are given partners at once."),
    record=Round,
    listed=_listed,
    made=_made,
)
PAIRS = Resource(
    name="pairs",
    single="pair",
    title=_("Pairs of a matching round"),
    meaning=_("Which partners a published round gives to which cities."),
    record=Pair,
    **NOTHING,
    filters={"q": searched(_("Name of one of the two cities"), "Lviv")},
    has_ids=False,
)
PART = Part(within=RESOURCE, like=PAIRS, of=_pairs_of)
