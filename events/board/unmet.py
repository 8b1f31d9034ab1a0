"""Why some requests have no meeting, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import MeetingRequest, Registration, ScheduleRun
from events.scheduling.schedule import IMPOSSIBLE, Reason

WORDS: dict[str, Promise] = {
    Reason.NO_COMMON_TIME: _("They are never there and free at the same time."),
    Reason.NO_INTERPRETER: _("They have no common language, and no interpreter can help."),
    Reason.NO_TABLE: _("No table is in use when both have time."),
    Reason.LIMIT: _("One of the two takes no meetings."),
    Reason.CONFIRMED: _("Confirmed meetings take everything it would need."),
    Reason.LOWER_PRIORITY: _("One of the two has only meetings that are as important or more."),
    Reason.FULLY_BOOKED: _("One of the two, or both, have no time left."),
    Reason.NO_COMMON_FREE_TIME: _("Both have time left, but not at the same time."),
    Reason.TABLES_TAKEN: _("All tables are taken when both are free."),
    Reason.INTERPRETERS_TAKEN: _("All interpreters are taken when both are free."),
}


@dataclass(frozen=True)
class Unmet:
    """A request without a meeting. who: those the reason lies with; impossible: whatever else is given up."""

    request: MeetingRequest
    why: Promise
    who: list[Registration]
    impossible: bool


def unmet_of(run: ScheduleRun) -> list[Unmet]:
    """Requests that the run left without a meeting and that still have none, the impossible ones first."""
    reasons = {entry["request"]: entry for entry in run.unmet}
    waiting = run.event.requests.between_participants().named().without_meeting().filter(pk__in=reasons)
    found = []
    for request in waiting:
        entry = reasons[request.pk]
        sides = [one for one in (request.sender, request.receiver) if one.pk in entry["who"]]
        reason = Reason(entry["reason"])
        found.append(Unmet(request, WORDS[reason], sides, reason in IMPOSSIBLE))
    return sorted(found, key=lambda one: (not one.impossible, str(one.why)))
