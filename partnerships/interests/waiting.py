"""Time goes by: reminders of expressions of interest that wait, and the end of those that nobody answered."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Interest
from .telling import remind_of_interest


def pass_time() -> tuple[int, int]:
    """Remind and let expire what is due, each once; the numbers of both."""
    now, waiting = timezone.now(), Interest.objects.open()
    expired = _each(waiting.filter(expires_at__lte=now), Interest.expire)
    due = waiting.filter(reminded_at=None, sent_at__lte=now - Interest.REMINDED_AFTER)
    return _each(due, _remind), expired


def _remind(interest: Interest) -> None:
    interest.reminded_at = timezone.now()
    interest.save(update_fields=["reminded_at"])
    remind_of_interest(interest)


def _each(due: "QuerySet[Interest]", do: Callable[[Interest], None]) -> int:
    """Do it to one after the other, each in a transaction with its lock, to none twice; how many."""
    done = 0
    while True:
        with transaction.atomic():
            interest = due.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
            if interest is None:
                return done
            do(interest)
        done += 1
