"""How organisations keep their profiles."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cities.editing import Content, ProfileEditing

from .models import OrganisationProfile

CONTACT: Sequence[str] = ("contact_name", "contact_email", "contact_phone")
"""Fields of every profile that stay private."""


class OrganisationEditing(ProfileEditing):
    """How one kind of organisation keeps its profile."""

    profiles: type[OrganisationProfile]
    owner = "organisation"

    @abstractmethod
    def write_keys(self, profile: Any) -> None:
        """Bring the keys by which the organisation is found up to date."""

    def present(self, subject: Any) -> Any:
        """The profile of an organisation; a new one with the website of its application if there is none."""
        profile = super().present(subject)
        if profile._state.adding:
            profile.website = subject.website
        return profile

    def put(self, subject: Any, profile: Any, before: Content, content: Content) -> None:
        """As of every profile; the organisation is lately updated, and found by what it says."""
        super().put(subject, profile, before, content)
        profile.updated_at = timezone.now()
        profile.save(update_fields=["updated_at"])
        self.write_keys(profile)
