"""Letters of invitation with a secret link, of which only a hash is kept."""

import secrets
from typing import Any

from django.utils import timezone, translation

from accounts import letters

from .models import hashed


def write_letter(invitation: Any, page: str, template: str) -> None:
    """Write the letter of an invitation with a secret that only it has, and count it.

    The invitation has token_hash, sent_at, letters, email and language. `page` is the name of the address
    that takes the secret, `template` that of the letter, which is told `invitation` and `link`. Call it in
    a transaction that has the row's lock.
    """
    secret = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.sent_at = hashed(secret), timezone.now()
    invitation.letters += 1
    invitation.save(update_fields=["token_hash", "sent_at", "letters"])
    with translation.override(invitation.language):
        link = letters.link(page, secret)
    letters.write_in_both_languages(
        invitation.email, invitation.language, template, invitation=invitation, link=link
    )
