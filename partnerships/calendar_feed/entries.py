"""What has a day, for those who represent a city or an organisation, and what higher rooms add."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.interests.models import Interest, Party
from partnerships.models import FundingCall
from partnerships.partnership.models import Memorandum, Partnership, PartnershipTask
from projects.models import Milestone, Project

SHOWN_AFTER = timedelta(days=30)
"""How long something stays after its day."""


@dataclass(frozen=True)
class Entry:
    """A day on which something is due, or begins; `key` stays the same however often it is asked for.

    starts_at, ends_at: the instants of what has a time, in the time zone to tell it in. where: its place.
    """

    on: date
    key: str
    text: str
    url: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    where: str = ""

    @property
    def hours(self) -> str:
        """From when to when, with the time zone: 10:00 – 10:30 (Europe/Kyiv); empty for a whole day."""
        if self.starts_at is None or self.ends_at is None:
            return ""
        end = "%H:%M" if self.ends_at.date() == self.on else "%d.%m.%Y %H:%M"
        return f"{self.starts_at:%H:%M} – {self.ends_at:{end}} ({self.starts_at.tzinfo})"

    @property
    def order(self) -> tuple[date, str, str]:
        """By day, what has no time first."""
        return self.on, self.starts_at.isoformat() if self.starts_at else "", self.key


SOURCES: list[Callable[[User, date], Iterable[Entry]]] = []
"""What else has a day: of a person, as long as it is not before this day. Higher rooms add to it."""


def entries_of(user: User) -> list[Entry]:
    """What is due for the person's sides, the earliest first: a constant number of queries."""
    mine = list(Party.objects.represented_by(user).values_list("pk", flat=True))
    since = timezone.localdate() - SHOWN_AFTER
    partnerships = Partnership.objects.living().seen_by(user).named().in_bulk()
    found = [
        *_of_interests(mine),
        *_of_partnerships(partnerships, since),
        *_of_tasks(partnerships, mine, since),
        *_of_memoranda(partnerships, since),
        *_of_projects(user, since),
        *_of_calls(mine, since),
        *(entry for source in SOURCES for entry in source(user, since)),
    ]
    return sorted(found, key=lambda entry: entry.order)


def _of_interests(mine: Iterable[int]) -> Iterator[Entry]:
    for one in Interest.objects.open().filter(receiver__in=mine).named():
        text = _("Answer the expression of interest of %(name)s") % {"name": one.sender.name}
        yield Entry(timezone.localdate(one.expires_at), f"interest-{one.pk}", text, one.get_absolute_url())


def _of_partnerships(partnerships: Mapping[int, Partnership], since: date) -> Iterator[Entry]:
    for one in partnerships.values():
        if one.next_step_on and one.next_step_on >= since:
            yield Entry(one.next_step_on, f"step-{one.pk}", f"{one}: {one.next_step}", one.get_absolute_url())


def _of_tasks(partnerships: Mapping[int, Partnership], mine: Iterable[int], since: date) -> Iterator[Entry]:
    tasks: Any = PartnershipTask.objects.filter(partnership__in=partnerships, done_at=None, due__gte=since)
    for task in tasks.filter(Q(party=None) | Q(party__in=mine)):
        one = partnerships[task.partnership_id]
        yield Entry(task.due, f"task-{task.pk}", f"{one}: {task.title}", one.get_absolute_url())


def _of_memoranda(partnerships: Mapping[int, Partnership], since: date) -> Iterator[Entry]:
    papers: Any = Memorandum.objects.filter(partnership__in=partnerships, valid_until__gte=since)
    for paper in papers:
        one = partnerships[paper.partnership_id]
        text = _("The memorandum ends: %(partnership)s") % {"partnership": one}
        yield Entry(paper.valid_until, f"memorandum-{paper.pk}", text, one.get_absolute_url())


def _of_projects(user: User, since: date) -> Iterator[Entry]:
    projects = Project.objects.editable_by(user).filter(state=Project.State.PUBLISHED)
    steps = Milestone.objects.filter(project__in=projects, done_on=None, due_on__gte=since)
    for step in steps.select_related("project"):
        text = f"{step.project.title}: {step.title}"
        yield Entry(step.due_on, f"milestone-{step.pk}", text, step.project.get_absolute_url())


def _of_calls(mine: Iterable[int], since: date) -> Iterator[Entry]:
    calls = FundingCall.objects.filter(organisation__party__in=mine, deadline__gte=since)
    for call in calls.select_related("organisation"):
        text = _("Deadline of the call: %(title)s") % {"title": call.title}
        yield Entry(call.deadline, f"call-{call.pk}", text, call.organisation.get_absolute_url())
