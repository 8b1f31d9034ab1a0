"""How a partnership begins: from an accepted expression of interest, or claimed from a twinning."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cities.models import Twinning
from partnerships.interests.models import Interest, NotPossible, Party, locked

from .models import Partnership, PartnershipChange
from .telling import tell_of_beginning


class AlreadyLiving(NotPossible):
    """The two have a partnership that has not ended: `partnership`."""

    def __init__(self, partnership: Partnership) -> None:
        super().__init__(_("The two have a partnership already."))
        self.partnership = partnership


def begin(mine: Party, other: Party, *, by: User) -> Partnership:
    """Begin one with a side that one talks with; its topic and project are those of the interest.

    Raises AlreadyLiving, or NotPossible with a sentence for the person. Of two who begin at once
    one does.
    """
    with transaction.atomic():
        _ready(mine, other, by)
        accepted = Interest.objects.between(mine, other).filter(state=Interest.State.ACCEPTED)
        interest = accepted.select_related("topic", "project").first()
        if interest is None:
            raise NotPossible(_("A partnership grows from an expression of interest that was accepted."))
        made = _made(mine, other, by, interest=interest, confirmed_at=timezone.now())
        made.topics.set([interest.topic] if interest.topic else [])
        made.projects.set([interest.project] if interest.project else [])
        made.record(PartnershipChange.What.BEGUN, by)
        tell_of_beginning(made, by)
    return made


def claim(twinning: Twinning, mine: Party, other: Party, *, by: User) -> Partnership:
    """Say that a twinning is an active partnership; the other side has to confirm. Raises as `begin` does."""
    with transaction.atomic():
        _ready(mine, other, by)
        made = _made(mine, other, by, twinning=twinning, stage=Partnership.Stage.ACTIVE)
        made.record(PartnershipChange.What.CLAIMED, by)
        tell_of_beginning(made, by)
    return made


def _ready(mine: Party, other: Party, by: User) -> None:
    locked(mine, other)
    if not mine.is_represented_by(by):
        raise NotPossible(_("You do not speak for %(name)s any more.") % {"name": mine.name})
    if not other.people():
        raise NotPossible(_("Nobody speaks for %(name)s on the portal yet.") % {"name": other.name})
    if mine.has_blocked(other) or other.has_blocked(mine):
        raise NotPossible(_("This is not possible: one side has blocked the other."))
    living = Partnership.objects.between(mine, other).living().first()
    if living is not None:
        raise AlreadyLiving(living)


def _made(mine: Party, other: Party, by: User, **fields: object) -> Partnership:
    low, high = sorted((mine, other), key=lambda party: party.pk)
    return Partnership.objects.create(one=low, other=high, begun_by=by, begun_for=mine, **fields)
