"""Keeping the figures of each day."""

from django.utils import timezone

from public.models import DailyFigure

from .facts import Facts
from .scope import Scope
from .tables import happened, standing


def keep() -> int:
    """Keep the figures of today (UTC), once, whoever else is at it; how many.

    The first count of a day stands. A day on which no worker was there stays without figures.
    """
    today = timezone.localdate()
    if DailyFigure.objects.filter(day=today).exists():
        return 0
    facts = Facts.load()
    scope = Scope(since=facts.first_month)
    rows = [
        DailyFigure(day=today, name=one.code, value=one.value, demonstration=one.demonstration)
        for one in (*standing(facts, scope), *happened(facts, scope))
    ]
    DailyFigure.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
