"""What a business says of itself: fields, and what it offers and seeks by type of trade."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from cities import nace
from cities.city_page import language_names
from partnerships.organisations.profile import CONTACT, OrganisationEditing

from .keys import write_keys
from .models import BusinessProfile, BusinessStatement, BusinessVersion, SizeBand, Trade
from .words import market_names


class BusinessEditing(OrganisationEditing):
    """How businesses keep their profiles."""

    profiles, statements, versions = BusinessProfile, BusinessStatement, BusinessVersion
    item = "trade"
    FIELDS = (
        "other_name",
        "activity",
        "summary_en",
        "summary_uk",
        "size",
        "founded",
        "markets",
        "languages",
        "certificates",
        "website",
        *CONTACT,
    )
    KINDS: ClassVar[Mapping[str, Any]] = {
        BusinessStatement.Kind.NEED.value: gettext_lazy("Seeks"),
        BusinessStatement.Kind.OFFER.value: gettext_lazy("Offers"),
    }

    def items(self) -> Mapping[str, str]:
        """The types of trade."""
        return {code: str(label) for code, label in Trade.choices}

    def write_keys(self, profile: BusinessProfile) -> None:
        """Its names, and all that it says."""
        write_keys(profile)

    def in_words(self, name: str, value: Any) -> str:
        """The value of a field."""
        match name:
            case "languages":
                return ", ".join(language_names(value))
            case "markets":
                return ", ".join(market_names(value))
            case "activity":
                return nace.shown(value)
            case "size" if value in SizeBand:
                return str(SizeBand(value).label)
        return str(value)


editing = BusinessEditing()
