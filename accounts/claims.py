"""Taking on what waits in a table, so that nothing is lost and nobody does the same at once."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction

Row = TypeVar("Row", bound=models.Model)


def claim(waiting: "models.QuerySet[Row]", begun: set[int]) -> Row | None:
    """The first waiting row that this process has not begun yet and nobody else has locked, if any.

    It is added to `begun`, and its attempt is counted before the work, so that work which kills its worker is
    counted too. Who must not do the same work twice at once holds a lock around this, or locks the row.
    """
    with transaction.atomic():
        free = waiting.exclude(pk__in=begun).select_for_update(skip_locked=True, of=("self",))
        row: Any = free.first()
        if row is not None:
            begun.add(row.pk)
            row.attempts += 1
            row.save(update_fields=["attempts"])
    return row


def one_by_one(waiting: "Callable[[], models.QuerySet[Row]]", do: Callable[[Row], None]) -> int:
    """Do each row that waits, in a transaction that holds its lock, so that it is done once; how many.

    What `do` has done must wait no more, or it is done again.
    """
    done = 0
    while True:
        with transaction.atomic():
            row = waiting().select_for_update(skip_locked=True, of=("self",)).first()
            if row is None:
                return done
            do(row)
        done += 1
