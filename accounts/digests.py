"""Daily and weekly letters: what a person was told and has not read, in one letter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Notification, User
from .notifications import ALL, KINDS, Pace, mail, pace_of

HOUR = 5
"""Of the day in UTC, from which digests are written: breakfast time in Europe. Weekly ones on Mondays."""
KEPT = timedelta(days=365)
MONDAY = 0


def send_digests(now: datetime | None = None) -> int:
    """Write the digests that are due, each once, whoever else is at it; how many letters."""
    local = timezone.localtime(now)
    if local.hour < HOUR:
        return 0
    today, sent = local.date(), 0
    for number in list(_due(today).values_list("pk", flat=True)):
        with transaction.atomic():
            person = _due(today).select_for_update(skip_locked=True, of=("self",)).filter(pk=number).first()
            if person is not None:
                sent += _write(person, today)
    return sent


def _due(today: date) -> QuerySet[User]:
    waiting = Notification.objects.unread().filter(mailed_at=None).values("user")
    late = Q(daily_digest_on=None) | Q(daily_digest_on__lt=today)
    return User.objects.filter(late, is_active=True, pk__in=waiting).order_by("pk")


def _write(person: User, today: date) -> bool:
    """Write the letter of a person whose row is locked; whether there was anything to write."""
    paces = {Pace.DAILY}
    if _is_week_over(person, today):
        paces.add(Pace.WEEKLY)
        person.weekly_digest_on = today
    person.daily_digest_on = today
    person.save(update_fields=["daily_digest_on", "weekly_digest_on"])
    kinds = [code for code in KINDS if pace_of(person, code) in paces]
    told = list(
        Notification.objects.unread()
        .filter(user=person, mailed_at=None, kind__in=kinds)
        .order_by("kind", "-pk")
    )
    if told:
        mail(person, told, ALL)
    return bool(told)


def _is_week_over(person: User, today: date) -> bool:
    """Whether it is Monday, or the Monday of the last weekly letter is more than a week ago."""
    last = person.weekly_digest_on
    return today.weekday() == MONDAY or (last is not None and last + timedelta(days=7) <= today)


def forget_old() -> int:
    """Delete notifications that are older than a year; how many."""
    return Notification.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
