"""The state of the portal in lines: what there is, how it is, and where one mends it.

Whoever may not see something in the administration has no line about it. All of it together takes a constant
number of queries and of questions to Valkey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError
from redis import RedisError

from accounts.jobs import counts_of, kinds_of_jobs
from accounts.models import BouncingAddress, Letter
from accounts.templatetags.review import queues_of
from partnerships.models import (
    BusinessRun,
    IntegrityDeclaration,
    MatchRun,
    OrganisationMember,
    PossibleDuplicate,
    Run,
)

from . import faults, heartbeats, space

GOOD, WATCH, ACT = "good", "watch", "act"
DAYS_TO_WATCH, DAYS_TO_ACT = 3, 14
"""For how long people may wait for a decision."""
SOON, LATE = timedelta(minutes=2), timedelta(minutes=15)
"""For how long work may wait for a worker."""
SILENT = timedelta(minutes=5)
DAYS_OF_FAULTS = 7
FAULTS_SHOWN = 20
FAULTS_TO_ACT = 20
LEAST_FREE = {ACT: 0.05, WATCH: 0.15}


class Line(NamedTuple):
    """One thing: what, how it is (GOOD, WATCH or ACT), in words, and the address where one mends it."""

    what: str
    status: str
    says: str
    url: str = ""

    @property
    def status_label(self) -> str:
        """The status in words."""
        return {GOOD: _("in order"), WATCH: _("watch"), ACT: _("act")}[self.status]


class Section(NamedTuple):
    """Lines of one kind."""

    title: str
    lines: Sequence[Line]


def sections(request: HttpRequest) -> list[Section]:
    """What this person may see."""
    is_admin = bool(getattr(request.user, "is_superuser", False))
    found = [
        Section(_("Waiting for a decision"), [*_decisions(request)]),
        Section(_("Workers"), _known(_workers) if is_admin else []),
        Section(_("Work that waits"), [*_jobs(request)]),
        Section(_("Match runs"), [*_runs(request)]),
        Section(_("Letters"), [*_letters(request)]),
        Section(_("Errors"), _known(_faults) if is_admin else []),
        Section(_("Space"), _known(_space) if is_admin else []),
        Section(_("Tasks of the schedule"), _known(_schedule) if is_admin else []),
    ]
    return [section for section in found if section.lines]


def _known(lines: Callable[[], Iterator[Line]]) -> list[Line]:
    """Lines that need Valkey, or one that it does not answer."""
    try:
        return [*lines()]
    except (RedisError, OperationalError, OSError):
        return [Line("Valkey", ACT, _("It does not answer, so that nothing can be said."))]


def _decisions(request: HttpRequest) -> Iterator[Line]:
    for queue in queues_of(request):
        yield _waiting(capfirst(queue.label), queue.count, queue.days, queue.url)
    if _may_see(request, OrganisationMember):
        address = reverse("admin:partnerships_organisationmember_integrity_queue")
        unchecked = IntegrityDeclaration.objects.to_check()
        oldest, count = unchecked.first(), unchecked.count()
        days = (timezone.now() - oldest.signed_at).days if oldest else 0
        yield _waiting(_("Integrity declarations"), count, days, address)
        pairs = PossibleDuplicate.objects.open().count()
        status = WATCH if pairs else GOOD
        yield Line(_("Organisations that may be the same"), status, _number(pairs), address)


def _waiting(what: str, count: int, days: int, url: str) -> Line:
    status = _worse(days, DAYS_TO_WATCH, DAYS_TO_ACT)
    if not count:
        return Line(what, GOOD, _("nothing waits"), url)
    oldest = ngettext("the oldest for %(days)s day", "the oldest for %(days)s days", days) % {"days": days}
    return Line(what, status, f"{_count(count)}, {oldest}", url)


def _workers() -> Iterator[Line]:
    beats = heartbeats.beats(heartbeats.scheduled())
    at_work = {name: beat for name, beat in beats.items() if beat.is_at_work}
    latest = max(filter(None, (beat.latest for beat in beats.values())), default=None)
    longest = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    if latest is None:
        yield Line(_("Sign of life"), ACT, _("none yet: no worker is running, or no scheduler"))
    elif _since(latest) <= SOON:
        yield Line(_("Sign of life"), GOOD, _ago(latest))
    elif any(_since(beat.began) < longest for beat in at_work.values() if beat.began):
        yield Line(_("Sign of life"), WATCH, _("%(ago)s; a long task is at work") % {"ago": _ago(latest)})
    else:
        yield Line(
            _("Sign of life"),
            ACT,
            _("%(ago)s: the worker or the scheduler is gone. Start it again.") % {"ago": _ago(latest)},
        )
    started = heartbeats.started()
    if started:
        yield Line(_("A worker started"), GOOD, _ago(started))
    for name, beat in at_work.items():
        if beat.began and _since(beat.began) > timedelta(seconds=5):
            status = ACT if _since(beat.began) > longest else WATCH if _since(beat.began) > SILENT else GOOD
            yield Line(_("At work"), status, f"{name}, {_ago(beat.began)}")
    queue = heartbeats.queue()
    says = ngettext("%(number)s task waits", "%(number)s tasks wait", queue.waiting) % {
        "number": queue.waiting
    }
    if queue.oldest:
        says += ", " + _("the oldest was asked for %(ago)s") % {"ago": _ago(queue.oldest)}
    age = _since(queue.oldest) if queue.oldest else timedelta()
    says += "; " + _("in hand: %(number)s") % {"number": queue.in_hand}
    yield Line(_("Queue"), _worse(age, SOON, LATE), says)


def _schedule() -> Iterator[Line]:
    """Each task of the schedule: when it ended last, and whether it is late."""
    beats, started = heartbeats.beats(heartbeats.scheduled()), heartbeats.started()
    for name, every in heartbeats.scheduled().items():
        beat = beats[name]
        since = max(filter(None, [beat.ended, started]), default=None)
        is_late = since is None or _since(since) > 2 * every + SOON
        if beat.has_failed:
            yield Line(name, ACT, _("failed %(ago)s: see the worker's log") % {"ago": _ago(beat.ended)})
        else:
            status = WATCH if is_late and not beat.is_at_work else GOOD
            yield Line(name, status, _ago(beat.ended) if beat.ended else _("not yet"))


def _jobs(request: HttpRequest) -> Iterator[Line]:
    for model in kinds_of_jobs():
        if _may_see(request, model):
            counts = counts_of(model)
            what, url = capfirst(str(model._meta.verbose_name_plural)), _list_of(model, "failed")
            yield _work(what, counts.waiting, counts.oldest, counts.given_up, url)


def _work(what: str, waiting: int, oldest: datetime | None, given_up: int, url: str) -> Line:
    """Work that waits, since when, and how much was given up."""
    says, status = _("nothing waits"), GOOD
    if waiting:
        status = _worse(_since(oldest), LATE, 4 * LATE)
        says = f"{_count(waiting)}, " + _("the oldest %(ago)s") % {"ago": _ago(oldest)}
    if given_up:
        status = ACT
        says += "; " + ngettext(
            "%(number)s was given up after all attempts",
            "%(number)s were given up after all attempts",
            given_up,
        ) % {"number": given_up}
    return Line(what, status, says, url)


def _runs(request: HttpRequest) -> Iterator[Line]:
    runs: list[type[Run]] = [MatchRun, BusinessRun]
    for model in runs:
        if _may_see(request, model):
            run = model._default_manager.first()
            what, url = capfirst(str(model._meta.verbose_name)), _list_of(model)
            yield Line(what, *_of_run(run), url) if run else Line(what, WATCH, _("none yet"), url)


def _of_run(run: Run) -> tuple[str, str]:
    if run.state == Run.State.FAILED:
        return ACT, _("failed %(ago)s") % {"ago": _ago(run.finished_at)}
    if run.is_running:
        status = ACT if _since(run.heartbeat_at) > SILENT else GOOD
        return status, _("at work: %(percent)s %%, last sign of life %(ago)s") % {
            "percent": run.percent,
            "ago": _ago(run.heartbeat_at),
        }
    seconds = round(run.duration.total_seconds())
    return GOOD, _("done %(ago)s, it took %(seconds)s s") % {"ago": _ago(run.finished_at), "seconds": seconds}


def _letters(request: HttpRequest) -> Iterator[Line]:
    if _may_see(request, Letter):
        week = timezone.now() - timedelta(days=7)
        counted = Letter.objects.aggregate(
            waiting=Count("pk", filter=Q(state=Letter.State.PENDING)),
            failed=Count("pk", filter=Q(state=Letter.State.FAILED, written_at__gt=week)),
            oldest=Min("written_at", filter=Q(state=Letter.State.PENDING)),
        )
        url = _list_of(Letter, "failed")
        yield _work(_("Letters of this week"), counted["waiting"], counted["oldest"], counted["failed"], url)
    if _may_see(request, BouncingAddress):
        count = BouncingAddress.objects.count()
        status = WATCH if count else GOOD
        yield Line(_("Addresses that no letter reaches"), status, _number(count), _list_of(BouncingAddress))


def _faults() -> Iterator[Line]:
    counts = faults.by_day(DAYS_OF_FAULTS)
    today, all_days = next(iter(counts.values())), sum(counts.values())
    says = _("today %(today)s, in %(days)s days %(number)s") % {
        "today": today,
        "days": DAYS_OF_FAULTS,
        "number": all_days,
    }
    yield Line(_("Pages that broke (500)"), _worse(today, 1, FAULTS_TO_ACT, all_days), says)
    for one in faults.latest(counts, FAULTS_SHOWN):
        yield Line(one.number, WATCH, f"{_ago(one.at)}: {one.page or '?'}, {one.error}, {one.where}")


def _space() -> Iterator[Line]:
    free, whole = space.free()
    status = next((status for status, share in LEAST_FREE.items() if free < share * whole), GOOD)
    says = _("%(free)s free of %(whole)s") % {"free": filesizeformat(free), "whole": filesizeformat(whole)}
    yield Line(_("Disk"), status, says)
    yield Line(_("Database"), GOOD, filesizeformat(space.database()))
    measured = space.files()
    if measured is None:
        yield Line(_("Files people sent"), GOOD, _("not counted yet"))
    else:
        says = ngettext("%(number)s file, %(size)s", "%(number)s files, %(size)s", measured.number) % {
            "number": measured.number,
            "size": filesizeformat(measured.size),
        }
        yield Line(_("Files people sent"), GOOD, f"{says} ({_ago(measured.at)})")


def _may_see(request: HttpRequest, model: type[Any]) -> bool:
    """Whether the administration shows it to this person; what it has no list of only administrators see."""
    shown = admin.site._registry.get(model)
    if shown is None:
        return bool(getattr(request.user, "is_superuser", False))
    return shown.has_view_permission(request)


def _list_of(model: type[Any], state: str = "") -> str:
    """The address of its list in the administration, of one state where asked for; empty without a list."""
    if model not in admin.site._registry:
        return ""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?state__exact={state}" if state else address


def _worse(value: Any, watch: Any, act: Any, also: Any = 0) -> str:
    """ACT from `act` on, WATCH from `watch` on, or where there is anything `also`."""
    return ACT if value >= act else WATCH if value >= watch or also else GOOD


def _count(number: int) -> str:
    return ngettext("%(number)s waits", "%(number)s wait", number) % {"number": number}


def _number(number: int) -> str:
    return str(number) if number else _("none")


def _since(at: datetime | None) -> timedelta:
    return timezone.now() - (at or timezone.now())


def _ago(at: datetime | None) -> str:
    """How long ago; empty where that is not known."""
    return str(naturaltime(at)).replace("\xa0", " ") if at else ""
