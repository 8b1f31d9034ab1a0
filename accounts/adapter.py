"""How allauth makes accounts and writes letters here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """New people get letters in the language in which they signed up; subjects carry no prefix."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> User:
        """Save a new user with the language of the page."""
        user.language = "uk" if (get_language() or "").startswith("uk") else "en"
        return super().save_user(request, user, form, commit)

    def is_safe_url(self, url: Any) -> bool:
        """Whether somebody may be sent on there; not to what is no address at all, as "http://["."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is: the sender says who writes."""
        return str(subject)
