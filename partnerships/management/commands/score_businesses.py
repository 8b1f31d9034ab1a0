"""manage.py score_businesses: ask for all businesses to be scored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from partnerships.scoring.outbox import BUSINESSES, run_pending_jobs


class Command(BaseCommand):
    """Puts a scoring job into the outbox."""

    help = "Score all businesses against all businesses. The work is done by the Celery worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--here", action="store_true", help="work in this process, not in the worker's")

    def handle(self, *args: Any, here: bool, **options: Any) -> None:
        BUSINESSES.ask(None)
        if here:
            run_pending_jobs()
        last = BUSINESSES.runs._default_manager.first()
        if here and last:
            scored = f"{last.done:,} businesses, {last.matches:,} matches"
            self.stdout.write(f"Run {last.pk} is {last.state}: {scored}. {last.error}")
        else:
            self.stdout.write("The scoring of all businesses waits for the worker.")
