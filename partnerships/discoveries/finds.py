"""What could be told to a side, and who the sides are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.notifications import Pace, register
from cities.models import City, Mayor
from partnerships.models import (
    Block,
    Conversation,
    Interest,
    Organisation,
    OrganisationMember,
    Partnership,
    Party,
)

from .strength import RULE

NEW_MATCHES, NEW_CALLS, NEW_PROJECTS = "new-matches", "new-calls", "new-projects"
NEW_FOR = timedelta(days=14)
"""For so long a call, a published project or an organisation that joined is news."""
About = tuple[str, int]
"""A city or an organisation: "city" or "organisation", and its id."""

register(
    NEW_MATCHES,
    _("New strong matches of my city, business, financial partner or project"),
    default=Pace.WEEKLY,
    about=RULE,
)
register(
    NEW_CALLS,
    _("New calls of financial partners that fit my city"),
    default=Pace.WEEKLY,
    about=_("Calls on a topic that the city needs, or that a published project of it touches."),
)
register(
    NEW_PROJECTS,
    _("New published projects that my business or financial partner could serve"),
    default=Pace.WEEKLY,
    about=_("Projects to which it would be a strong match."),
)


@dataclass(frozen=True)
class Group:
    """What comes in one notification: its kind, its template, the page of it all, and what it is about."""

    kind: str
    template: str
    url: str
    about: Any


@dataclass(frozen=True)
class Find:
    """Something that is news for a side if it was not told it by this key.

    name: what it is called, in the active language. other: who is behind it. introduces: whether it is for
    those only who have nothing with each other yet. url: its own page, where there is one.
    """

    side: About
    other: About
    key: str
    group: Group
    name: Callable[[], str]
    introduces: bool = True
    url: str = ""


def sides() -> dict[About, Party]:
    """Everybody whom somebody approved speaks for; parties are made where there are none yet."""
    mayors = Mayor.objects.approved().filter(user__is_active=True)
    members = OrganisationMember.objects.approved().filter(user__is_active=True)
    cities = City.objects.filter(pk__in=mayors.values("city"))
    organisations = Organisation.objects.filter(pk__in=members.values("organisation"))
    for field, missing in (
        ("city_id", cities.filter(party=None)),
        ("organisation_id", organisations.filter(party=None)),
    ):
        new = [Party(**{field: number}) for number in missing.values_list("pk", flat=True)]
        Party.objects.bulk_create(new, ignore_conflicts=True)
    found = Party.objects.named().filter(Q(city__in=cities) | Q(organisation__in=organisations))
    return {about(party): party for party in found}


def about(party: Party) -> About:
    """What a side is."""
    if party.city_id is not None:
        return "city", party.city_id
    assert party.organisation_id is not None
    return "organisation", party.organisation_id


def page_of_matches(party: Party) -> str:
    """The page of a side's list: of a city's or a business's partners."""
    one = party.one
    if party.city_id is not None:
        return reverse("city-matches", args=[one.country_id.lower(), one.slug])
    return reverse("business-matches", args=[one.slug])


def unwelcome(finds: Iterable[Find], at_hand: Mapping[About, Party]) -> set[tuple[About, About]]:
    """The pairs among some finds who need no news of each other: one has blocked the other, or, where news
    would introduce them, either has written to the other already. Four queries.
    """
    finds = list(finds)
    parties = [at_hand[find.side].pk for find in finds]
    met = [
        (Interest, "sender", "receiver"),
        (Conversation, "one", "other"),
        (Partnership, "one", "other"),
    ]
    blocked = _pairs([(Block, "by_party", "party")], parties)
    acquainted = blocked | _pairs(met, parties)
    return {
        (find.side, find.other)
        for find in finds
        if (find.side, find.other) in (acquainted if find.introduces else blocked)
    }


def _pairs(tables: Iterable[tuple[Any, str, str]], parties: list[int]) -> set[tuple[About, About]]:
    """Who stands with whom in some tables, in both orders."""
    found = set()
    for model, one, other in tables:
        rows = model.objects.filter(Q(**{f"{one}__in": parties}) | Q(**{f"{other}__in": parties})).order_by()
        columns = [f"{side}__{kind}" for side in (one, other) for kind in ("city", "organisation")]
        for city, organisation, other_city, other_organisation in rows.values_list(*columns):
            pair = [
                ("city", where) if where is not None else ("organisation", which)
                for where, which in ((city, organisation), (other_city, other_organisation))
            ]
            found |= {(pair[0], pair[1]), (pair[1], pair[0])}
    return found
