"""An invitation that somebody opened before signing up: the desk leads back to it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from partnerships.models import BusinessInvitation, CityInvitation


@dataclass(frozen=True)
class OpenedHere:
    """One kind of invitation: under which key the session keeps its link, and how it is found by it.

    find: the invitation with this secret; one that has `is_open`, or None.
    """

    key: str
    find: Callable[[str], Any]

    def remember(self, request: HttpRequest, secret: str) -> None:
        """Keep the link for this session."""
        request.session[self.key] = secret

    def remembered(self, request: HttpRequest) -> tuple[Any, str] | None:
        """The invitation of this session with the secret of its link, while it can be answered."""
        secret = request.session.get(self.key)
        if not isinstance(secret, str):
            return None
        found = self.find(secret)
        if found is not None and found.is_open:
            return found, secret
        del request.session[self.key]
        return None


OF_BUSINESSES = OpenedHere("invitation", BusinessInvitation.objects.at)
OF_CITIES = OpenedHere("city-invitation", CityInvitation.objects.at)
