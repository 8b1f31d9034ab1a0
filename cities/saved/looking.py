"""Looking at saved searches: whose results are new is told to their owners, each result once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.letters import in_each_language
from accounts.notifications import Pace, notify, register

from .directories import directory_of
from .models import SavedSearch

SAVED_SEARCH = "saved-search"
NAMED = 10  # results in a letter

register(SAVED_SEARCH, _("Something new in my saved searches"), default=Pace.WEEKLY)


def look_at_searches(now: datetime | None = None) -> int:
    """Look at the searches whose turn it is; of how many there was something to tell."""
    now = now or timezone.now()
    due = list(SavedSearch.objects.to_look_at(now).values_list("pk", flat=True))
    return sum(_look(number, now) for number in due)


def _look(number: int, now: datetime) -> bool:
    with transaction.atomic():
        due = SavedSearch.objects.to_look_at(now).select_related("user")
        search = due.select_for_update(skip_locked=True, of=("self",)).filter(pk=number).first()
        directory = directory_of(search.directory) if search else None
        if search is None or directory is None:
            return False
        at_hand, listed = directory.listed(search.query)
        seen = set(search.seen)
        new = {key: row for key, row in listed.items() if key not in seen}
        search.seen, search.looked_at = [*search.seen, *new], now
        search.save(update_fields=["seen", "looked_at"])
        if new:
            some = list(new.values())[:NAMED]
            notify(
                [search.user],
                SAVED_SEARCH,
                "saved_search",
                directory.address(search.query),
                count=len(new),
                search=search.name,
                names=in_each_language(lambda: "\n".join(directory.name(at_hand, row) for row in some)),
                more=len(new) - len(some),
            )
    return bool(new)
