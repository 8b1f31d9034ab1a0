"""Looking for what is new for everybody, and telling it: each side once, whoever else is at it.

All is asked of the tables in few queries. What is told to a side is noted in the transaction of its
notifications, under a lock on the side: a killed worker has told nothing, and the next one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.letters import in_each_language
from accounts.notifications import notify
from partnerships.interests.models import locked
from partnerships.models import Discovery, Party
from partnerships.project_matches.asked import asking

from .calls import new_calls
from .finds import NEW_FOR, About, Find, Group, sides, unwelcome
from .lists import in_lists
from .projects import new_pairs

NAMED = 10  # in a letter


def look(now: datetime | None = None) -> int:
    """Tell every side what is new for it; how many sides were told something."""
    at_hand, since = sides(), (now or timezone.now()) - NEW_FOR
    matches, listed = in_lists(at_hand)
    first = {side for side in listed if at_hand[side].list_known_since is None}
    _note_first(first, matches, at_hand)
    projects = asking()
    finds = [
        *(find for find in matches if find.side not in first),
        *new_pairs(at_hand, projects, since),
        *new_calls(at_hand, projects, since),
    ]
    new = _not_told(finds, at_hand)
    refused = unwelcome(new, at_hand)
    told: dict[About, list[Find]] = defaultdict(list)
    for find in new:
        if (find.side, find.other) not in refused:
            told[find.side].append(find)
    return sum(_tell(at_hand[side], some) for side, some in told.items())


def _note_first(first: Iterable[About], matches: Iterable[Find], at_hand: Mapping[About, Party]) -> None:
    """What stands in a list when it is first looked at is not new."""
    parties = {side: at_hand[side] for side in first}
    stood = [Discovery(party=parties[find.side], key=find.key) for find in matches if find.side in parties]
    with transaction.atomic():
        Discovery.objects.bulk_create(stood, ignore_conflicts=True)
        Party.objects.filter(pk__in=[party.pk for party in parties.values()]).update(
            list_known_since=timezone.now()
        )


def _not_told(finds: list[Find], at_hand: Mapping[About, Party]) -> list[Find]:
    """Those that their sides do not know yet."""
    parties = {at_hand[find.side].pk for find in finds}
    known = set(Discovery.objects.filter(party__in=parties).order_by().values_list("party_id", "key"))
    return [find for find in finds if (at_hand[find.side].pk, find.key) not in known]


def _tell(party: Party, finds: list[Find]) -> bool:
    """Tell a side what it was not told yet; whether there was anything left to tell."""
    with transaction.atomic():
        locked(party)  # who comes second waits here, and then finds it told
        keys = [find.key for find in finds]
        known = set(party.discoveries.filter(key__in=keys).values_list("key", flat=True))
        new = [find for find in finds if find.key not in known]
        Discovery.objects.bulk_create([Discovery(party=party, key=find.key) for find in new])
        groups: dict[Group, list[Find]] = defaultdict(list)
        for find in new:
            groups[find.group].append(find)
        for group, some in groups.items():
            _notify(party, group, some)
    return bool(new)


def _notify(party: Party, group: Group, some: list[Find]) -> None:
    named = some[:NAMED]
    notify(
        party.people(),
        group.kind,
        group.template,
        (some[0].url if len(some) == 1 else "") or group.url,
        count=len(some),
        about=in_each_language(lambda: str(group.about)),
        names=in_each_language(lambda: "\n".join(find.name() for find in named)),
        more=len(some) - len(named),
    )
