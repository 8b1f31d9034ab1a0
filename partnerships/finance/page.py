"""What the page of one financial partner shows."""

from collections.abc import Iterable
from typing import Any

from cities.city_page import language_names
from cities.models import Topic
from partnerships.businesses.words import market_names

from .models import FinancialOffer, FinancialPartnerProfile, FundingCall


def profile_context(
    profile: FinancialPartnerProfile, offers: Iterable[FinancialOffer], calls: Iterable[FundingCall]
) -> dict[str, Any]:
    """What templates/finance/panels.html needs. Calls come by deadline, those that are over at last."""
    names = {topic.code: topic.name for topic in Topic.objects.all()}

    def named(codes: Iterable[str]) -> list[str]:
        return [name for code, name in names.items() if code in codes]

    listed = [(one, named(one.topics)) for one in calls]
    return {
        "profile": profile,
        "offers": list(offers),
        "topics": named(profile.topics),
        "countries": market_names(profile.countries),
        "languages": language_names(profile.languages),
        "calls": sorted(listed, key=lambda one: one[0].status == FundingCall.Status.CLOSED),
    }
