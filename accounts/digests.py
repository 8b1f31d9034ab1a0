"""Daily and weekly letters: what a person was told and has not read, in one letter.

A digest holds what was told before its moment and no letter has mentioned yet. So one that was missed,
because no worker was there, is written as soon as one is; nothing has to remember when the last one was.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from .models import BouncingAddress, Notification, NotificationQuerySet, Pace
from .notifications import ALL, mail

HOUR = 5
"""Of the day in UTC, when digests are due: breakfast time in Europe. Weekly ones are due on Mondays."""
KEPT = timedelta(days=365)


def send_digests(now: datetime | None = None) -> int:
    """Write the digests that are due, each once, whoever else is at it; how many letters."""
    due = _due(now or timezone.now())
    people = list(due.order_by("user").values_list("user", flat=True).distinct())
    return sum(_write(due.filter(user=person)) for person in people)


def daily_moment(now: datetime) -> datetime:
    """When the last daily digest was due."""
    today = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def weekly_moment(now: datetime) -> datetime:
    """When the last weekly digest was due."""
    day = daily_moment(now)
    return day - timedelta(days=day.weekday())


def _due(now: datetime) -> NotificationQuerySet:
    daily = Q(pace=Pace.DAILY, at__lt=daily_moment(now))
    weekly = Q(pace=Pace.WEEKLY, at__lt=weekly_moment(now))
    reached = Notification.objects.for_a_digest().filter(user__is_active=True)
    return (
        reached.annotate(address=Lower("user__email"))
        .exclude(Exists(BouncingAddress.objects.filter(address=OuterRef("address"))))
        .filter(daily | weekly)
    )


def _write(due: NotificationQuerySet) -> bool:
    """Write the letter of one person; whether there was anything left to write."""
    with transaction.atomic():
        # Who comes second waits here, and then finds these rows mailed.
        told = list(due.select_related("user").select_for_update(of=("self",)).order_by("kind", "-pk"))
        if told:
            mail(told[0].user, told, ALL)
    return bool(told)


def forget_old() -> int:
    """Delete notifications, and addresses whose letters came back, that are older than a year; how many."""
    limit = timezone.now() - KEPT
    addresses, _each = BouncingAddress.objects.filter(since__lt=limit).delete()
    return addresses + Notification.objects.filter(at__lt=limit).delete()[0]
