"""What a business says of itself: fields, and what it offers and seeks by type of trade."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy

from cities import nace
from cities.city_page import language_names
from cities.editing import Content, ProfileEditing

from .keys import write_keys
from .models import BusinessProfile, BusinessStatement, BusinessVersion, SizeBand, Trade
from .words import market_names


class BusinessEditing(ProfileEditing):
    """How businesses keep their profiles."""

    profiles, statements, versions = BusinessProfile, BusinessStatement, BusinessVersion
    owner, item = "organisation", "trade"
    FIELDS = (
        "other_name",
        "division",
        "summary_en",
        "summary_uk",
        "size",
        "founded",
        "markets",
        "languages",
        "certificates",
        "website",
        "contact_name",
        "contact_email",
        "contact_phone",
    )
    KINDS: ClassVar[Mapping[str, Any]] = {
        BusinessStatement.Kind.NEED.value: gettext_lazy("Seeks"),
        BusinessStatement.Kind.OFFER.value: gettext_lazy("Offers"),
    }

    def items(self) -> Mapping[str, str]:
        """The types of trade."""
        return {code: str(label) for code, label in Trade.choices}

    def present(self, subject: Any) -> BusinessProfile:
        """The profile of a business; a new one, with the website of its application, if there is none."""
        profile: BusinessProfile = super().present(subject)
        if profile._state.adding:
            profile.website = subject.website
        return profile

    def write(self, subject: Any, content: Content, *, is_demonstration: bool = False) -> BusinessProfile:
        """As of every profile; the business is lately updated, and found by what it says."""
        profile: BusinessProfile = super().write(subject, content, is_demonstration=is_demonstration)
        profile.updated_at = timezone.now()
        profile.save(update_fields=["updated_at"])
        write_keys(profile)
        return profile

    def in_words(self, name: str, value: Any) -> str:
        """The value of a field."""
        match name:
            case "languages":
                return ", ".join(language_names(value))
            case "markets":
                return ", ".join(market_names(value))
            case "division":
                return f"{value} {nace.title(value)}".strip()
            case "size" if value in SizeBand:
                return str(SizeBand(value).label)
        return str(value)


editing = BusinessEditing()
