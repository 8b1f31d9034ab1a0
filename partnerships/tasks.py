"""Celery tasks of the matcher."""

from celery import shared_task

from . import outbox, round_solving


@shared_task
def run_pending_scoring_jobs() -> None:
    """Do the scoring that waits in the outbox."""
    outbox.run_pending_jobs()


@shared_task
def solve_matching_rounds() -> None:
    """Solve the matching rounds that wait."""
    round_solving.solve_waiting_rounds()
