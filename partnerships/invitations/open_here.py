"""The invitation that somebody opened before signing up: the desk leads back to it afterwards."""

from django.http import HttpRequest

from .models import BusinessInvitation

_KEY = "invitation"


def remember(request: HttpRequest, token: str) -> None:
    """Keep the link for this session."""
    request.session[_KEY] = token


def remembered(request: HttpRequest) -> tuple[BusinessInvitation, str] | None:
    """The invitation of this session with the secret of its link, while it can be answered."""
    token = request.session.get(_KEY)
    if not isinstance(token, str):
        return None
    found = BusinessInvitation.objects.at(token)
    if found is not None and found.is_open:
        return found, token
    del request.session[_KEY]
    return None
