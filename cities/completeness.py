"""How complete a city's profile is, and what completing it would bring."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from .models import City, CityProfile, TopicStatement


class Step(NamedTuple):
    """What is missing, and what it would bring."""

    what: str
    why: str


@dataclass(frozen=True)
class Completeness:
    """Percent of the parts of a profile that are filled in, and those that are not."""

    percent: int
    missing: list[Step]


def completeness(city: City) -> Completeness:
    """What a city has said of itself, and what it has not: two queries."""
    profile = CityProfile.objects.filter(city=city).first() or CityProfile(city=city)
    kinds = set(TopicStatement.objects.filter(city=city).values_list("kind", flat=True))
    parts = [
        (
            TopicStatement.Kind.NEED in kinds,
            Step(_("What you look for"), _("without it partners are proposed from public data only")),
        ),
        (
            TopicStatement.Kind.OFFER in kinds,
            Step(_("What you offer"), _("others look for exactly that, and a match needs both sides")),
        ),
        (
            bool(profile.summary_en),
            Step(_("Summary in English"), _("mayors abroad read it first")),
        ),
        (
            bool(profile.summary_uk),
            Step(_("Summary in Ukrainian"), _("mayors in Ukraine read it first")),
        ),
        (
            bool(profile.languages),
            Step(_("Working languages"), _("partners with whom you can talk rank higher")),
        ),
        (bool(profile.goals), Step(_("Goals"), _("others see what you want of a partnership"))),
        (bool(profile.website), Step(_("Website"), _("it proves who you are"))),
    ]
    done = sum(is_there for is_there, _step in parts)
    return Completeness(100 * done // len(parts), [step for is_there, step in parts if not is_there])
