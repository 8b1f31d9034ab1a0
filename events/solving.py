"""Making schedules of meetings: asked for by organisers, done by the worker, kept in one transaction.

A pending run is its own outbox row: a killed worker leaves it pending, and the next one begins it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from time import monotonic

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.hints import hint
from accounts.jobs import claim_job, failure_noted
from accounts.locks import Lock, only_one
from accounts.models import AUDITED, AuditEntry, User

from .models import Event, Meeting, ScheduleRun, Seat, Slot
from .models.event import NotPossible
from .models.meetings import check_clashes
from .problem import problem_of
from .scheduling import problem as pure
from .scheduling.schedule import Schedule
from .scheduling.solve import Progress, solve

AUDITED.update({"schedule asked for": _("asked for a schedule of meetings")})

SECONDS_BETWEEN_REPORTS = 1.0


@dataclass(frozen=True)
class Moves:
    """What a new schedule changed, by meeting."""

    added: list[Meeting] = field(default_factory=list)
    moved: list[Meeting] = field(default_factory=list)
    cancelled: list[Meeting] = field(default_factory=list)


def ask_for_schedule(event: Event, by: User, seconds: int) -> ScheduleRun:
    """Ask the worker for a schedule; one that is being made is the answer to a second click.

    Raises NotPossible where there is nothing to schedule, or nowhere.
    """
    if event.has_ended:
        raise NotPossible(_("The event is over."))
    if not event.slots.exists():
        raise NotPossible(_("There are no slots for meetings yet."))
    if event.has_on_site and not event.tables.exists():
        raise NotPossible(_("There are no tables yet."))
    if not event.requests.between_participants().exists():
        raise NotPossible(_("Nobody has accepted a meeting yet."))
    with transaction.atomic():
        run, is_new = ScheduleRun.objects.get_or_create(
            event=event, state=ScheduleRun.State.PENDING, defaults={"asked_by": by, "seconds": seconds}
        )
        if is_new:
            AuditEntry.note(by, "schedule asked for", event)
        transaction.on_commit(wake_worker)
    return run


def wake_worker() -> None:
    """Tell the workers that a schedule waits."""
    from .tasks import make_schedules

    hint(make_schedules)


def make_waiting() -> int:
    """Make every schedule that waits, each once; return how many were begun. Only one process does so."""
    begun: set[int] = set()
    with only_one(Lock.SCHEDULES) as mine:
        while mine and (run := claim_job(ScheduleRun.objects.select_related("event"), begun)):
            with failure_noted(run):
                make(run)
    return len(begun)


def make(run: ScheduleRun) -> Moves:
    """Make the schedule that was asked for and store it. Raises what the database says of a clash."""
    began = monotonic()
    problem, slots = problem_of(run.event)
    run.requests, run.progress, run.heartbeat_at = len(problem.requests), [], timezone.now()
    run.save(update_fields=["requests", "progress", "heartbeat_at"])
    report = _Reporter(run)
    schedule = solve(problem, run.seconds, on_progress=report.note, should_stop=report.is_enough)
    run.took = round(monotonic() - began, 2)
    return store(run, slots, schedule)


class _Reporter:
    """Writes how far the search is, about once a second, and reads whether it is to end."""

    def __init__(self, run: ScheduleRun) -> None:
        self.run, self.written = run, 0.0

    def note(self, progress: Progress) -> None:
        """Keep how good the best schedule so far is."""
        self.run.placed = progress.meetings
        self.run.progress.append([round(progress.elapsed, 2), progress.value, progress.bound])

    def is_enough(self) -> bool:
        """Whether an organiser wants no longer search."""
        if monotonic() - self.written > SECONDS_BETWEEN_REPORTS:
            self.written, self.run.heartbeat_at = monotonic(), timezone.now()
            self.run.save(update_fields=["placed", "progress", "heartbeat_at"])
            self.run.refresh_from_db(fields=["stop_asked"])
        return self.run.stop_asked


def store(run: ScheduleRun, slots: list[Slot], schedule: Schedule) -> Moves:
    """Put the schedule in the place of an earlier one, and its figures into the run.

    What was declined, withdrawn, confirmed, booked or has begun while it was made wins. Raises
    IntegrityError where somebody would be in two places at once for that; the next attempt begins with
    what is then.
    """
    parts = schedule.parts
    with transaction.atomic():
        event = Event.objects.locked(run.event)
        moves = _put(event, slots, schedule.meetings)
        run.placed, run.moved = event.meetings.standing().count(), len(moves.moved)
        run.value, run.bound, run.is_proven = parts.value, schedule.bound, schedule.proven
        run.idle_gaps, run.table_changes, run.without = parts.idle, parts.table_changes, len(parts.without)
        run.unmet = [asdict(one) for one in schedule.unmet]
        run.save()
        run.finish()
    return moves


def _put(event: Event, slots: list[Slot], found: Iterable[pure.Meeting]) -> Moves:
    """Make the event's meetings those that were found, with few statements however many there are."""
    wanted = {one.pk: one for one in event.requests.between_participants()}
    places = {one.request: one for one in found if one.request in wanted}
    there = {one.request_id: one for one in event.meetings.select_related("request", "event", "slot")}
    moves = Moves()
    for meeting in there.values():
        is_given_up = meeting.state == Meeting.State.PLANNED and meeting.request_id not in places
        if is_given_up and not meeting.slot.has_begun:
            meeting.state = Meeting.State.CANCELLED
            moves.cancelled.append(meeting)
    for key, place in places.items():
        meeting = there.get(key) or Meeting(event=event, request=wanted[key])
        is_new = meeting.pk is None or meeting.state == Meeting.State.CANCELLED
        is_held = not is_new and (meeting.state == Meeting.State.CONFIRMED or meeting.slot.has_begun)
        if is_held or slots[place.slot].has_begun:
            continue
        before = (meeting.slot_id, meeting.table_id, meeting.interpreter_id)
        meeting.put(slots[place.slot], place.table, place.interpreter)
        if is_new:
            moves.added.append(meeting)
        elif before != (meeting.slot_id, meeting.table_id, meeting.interpreter_id):
            moves.moved.append(meeting)
    _save(moves)
    return moves


def _save(moves: Moves) -> None:
    changed = moves.added + moves.moved
    Seat.objects.filter(meeting__in=[one.pk for one in (*moves.cancelled, *changed) if one.pk]).delete()
    Meeting.objects.bulk_create([one for one in changed if one.pk is None])
    Meeting.objects.bulk_update(
        [one for one in (*moves.cancelled, *changed) if one.pk],
        ["slot", "period", "table", "interpreter", "state"],
        batch_size=1000,
    )
    Seat.objects.bulk_create(seat for meeting in changed for seat in meeting.new_seats())
    check_clashes()
