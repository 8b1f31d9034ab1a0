"""What the page of one business shows."""

from collections.abc import Iterable
from typing import Any

from cities import nace
from cities.city_page import language_names

from .models import BusinessProfile, BusinessStatement
from .words import market_names

Kind = BusinessStatement.Kind


def profile_context(profile: BusinessProfile, statements: Iterable[BusinessStatement]) -> dict[str, Any]:
    """What templates/businesses/panels.html needs."""
    stated = list(statements)
    return {
        "profile": profile,
        "section": nace.activities().get(nace.section_of(profile.activity)),
        "division": nace.division_of(profile.activity),
        "activity": nace.activities().get(profile.activity),
        "languages": language_names(profile.languages),
        "markets": market_names(profile.markets),
        "certificates": [one.strip() for one in profile.certificates.split(",") if one.strip()],
        "offers": [one for one in stated if one.kind == Kind.OFFER],
        "needs": [one for one in stated if one.kind == Kind.NEED],
    }
