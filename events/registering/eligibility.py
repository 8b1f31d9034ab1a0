"""Who may register for an event, and what to say to those who may not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from cities.kinds import memberships_of
from events.models import Event, Registration
from partnerships.interests.addressing import sides_of
from partnerships.models import Party


class Step(StrEnum):
    """What somebody can do who may not register."""

    NOTHING = ""
    APPLY = "apply"
    ASK = "ask"


@dataclass(frozen=True)
class Way:
    """How a person may register: for one of these sides, or as a guest; or why not, and what to do."""

    sides: list[Party] = field(default_factory=list)
    is_guest: bool = False
    why_not: str = ""
    step: Step = Step.NOTHING

    @property
    def is_open(self) -> bool:
        """Whether the person may register."""
        return not self.why_not


def name_of(user: User) -> str:
    """What the person is called, as the account or an application that was approved says; maybe nothing."""
    approved = (one.full_name for one in memberships_of(user) if one.is_approved)
    return user.name or next(approved, "")


def kind_of(side: Party) -> str:
    """A code of Event.Who."""
    return Event.Who.CITY.value if side.city_id else str(side.one.kind)


def way_of(user: User, event: Event, mine: Registration | None) -> Way:
    """How the person may register or change `mine`, the registration they have or had."""
    if event.has_ended:
        return Way(why_not=_("The event is over."))
    if mine is not None and mine.is_guest:
        return _of_guest(mine)
    sides = sides_of(user)
    fitting = [one for one in sides if kind_of(one) in event.open_to]
    if mine is not None and mine.comes:
        return Way(list({one.pk: one for one in [mine.party, *fitting] if one is not None}.values()))
    if closed := _closed(event):
        return Way(why_not=closed)
    if not sides:
        return Way(why_not=_not_a_member(event), step=Step.APPLY if event.open_to else Step.ASK)
    if not fitting:
        return Way(why_not=_other_kind(event, sides), step=Step.ASK)
    return Way(fitting)


def _of_guest(mine: Registration) -> Way:
    """A guest who has cancelled may come back while the invitation stands."""
    invitation = getattr(mine, "invitation", None)
    if mine.comes or (invitation is not None and invitation.withdrawn_at is None):
        return Way(is_guest=True)
    return Way(why_not=_("Your invitation was withdrawn."), step=Step.ASK)


def _closed(event: Event) -> str:
    """Why nobody can register now; empty where one can."""
    if event.takes_registrations():
        return ""
    if not event.is_public:
        return _("The event is not published yet: nobody can register.")
    opens = event.registration_opens_at
    if opens is None:
        return _("Registration has not been announced yet.")
    if opens > timezone.now():
        when = date_format(opens.astimezone(event.zone), "DATETIME_FORMAT")
        return _("Registration opens on %(when)s (%(zone)s).") % {"when": when, "zone": event.time_zone}
    return _("Registration is closed.")


def _kinds(event: Event) -> str:
    return ", ".join(str(Event.Who(one).label) for one in event.open_to)


def _not_a_member(event: Event) -> str:
    if not event.open_to:
        return _("One takes part in this event by invitation only.")
    return _("You represent nobody yet. Members register for this event, those who speak for: %(kinds)s.") % {
        "kinds": _kinds(event)
    }


def _other_kind(event: Event, sides: list[Party]) -> str:
    if not event.open_to:
        return _("One takes part in this event by invitation only.")
    return _("This event is open to: %(kinds)s. You speak for: %(names)s.") % {
        "kinds": _kinds(event),
        "names": ", ".join(one.name for one in sides),
    }
