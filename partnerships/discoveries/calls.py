"""New calls of financial partners that fit a city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cities.models import TopicStatement
from partnerships.finance.models import Applicants, FinancialPartnerProfile, FundingCall
from partnerships.models import Party
from partnerships.project_matches.asked import Asked

from .finds import NEW_CALLS, About, Find, Group


def new_calls(at_hand: Mapping[About, Party], asking: Iterable[Asked], since: datetime) -> list[Find]:
    """The calls stated since then that cities may apply for, for each city that they fit: three queries."""
    cities = {number: party for (kind, number), party in at_hand.items() if kind == "city"}
    wanted = _topics_wanted(cities, asking)
    group = {
        number: Group(NEW_CALLS, "new_calls", f"{reverse('financial-partners')}?call=open", party)
        for number, party in cities.items()
    }
    found = []
    for call, profile in _open_calls(since):
        topics = set(call.topics or profile.topics)
        for number, party in cities.items():
            in_country = not profile.countries or party.home.country_id in profile.countries
            if in_country and (topics & wanted[number] if topics else wanted[number]):
                found.append(_find(number, call, profile, group[number]))
    return found


def _open_calls(since: datetime) -> list[tuple[FundingCall, FinancialPartnerProfile]]:
    calls = FundingCall.objects.filter(stated_at__gte=since, deadline__gte=timezone.localdate())
    owners = FinancialPartnerProfile.objects.public().exclude(applicants=Applicants.BUSINESSES)
    profiles = owners.select_related("organisation").in_bulk(
        list(calls.order_by().values_list("organisation", flat=True))
    )
    return [(call, profiles[call.organisation_id]) for call in calls if call.organisation_id in profiles]


def _topics_wanted(cities: Iterable[int], asking: Iterable[Asked]) -> Mapping[int, set[str]]:
    """By city the topics that it needs, and those that its published projects touch which look for money."""
    wanted: dict[int, set[str]] = defaultdict(set)
    needs = TopicStatement.objects.filter(city__in=list(cities), kind=TopicStatement.Kind.NEED).order_by()
    for city, topic in needs.values_list("city_id", "topic_id"):
        wanted[city].add(topic)
    for asked in asking:
        if asked.wants_money:
            wanted[asked.project.city_id] |= asked.topics
    return wanted


def _find(city: int, call: FundingCall, profile: FinancialPartnerProfile, group: Group) -> Find:
    def name() -> str:
        said = {
            "call": call.title,
            "partner": profile.organisation,
            "day": formats.date_format(call.deadline),
        }
        return _("%(call)s (%(partner)s), until %(day)s") % said

    title = sha256(f"{call.title_en}\n{call.title_uk}".encode()).hexdigest()[:32]
    return Find(
        ("city", city),
        ("organisation", profile.pk),
        f"call {profile.pk} {title}",
        group,
        name,
        introduces=False,
        url=profile.organisation.get_absolute_url(),
    )
