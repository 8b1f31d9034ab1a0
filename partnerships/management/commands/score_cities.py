"""manage.py score_cities: ask for matches to be scored, and follow the work."""

import time
from argparse import BooleanOptionalAction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cities.models import City
from partnerships.models import MatchRun, ScoringJob
from partnerships.scoring.outbox import ask_for_scoring, run_pending_jobs

SECONDS_BETWEEN_LOOKS = 1.0
PATIENCE = 60  # seconds without a sign of life before the reader is told


class Command(BaseCommand):
    """Puts a scoring job into the outbox; by default follows it until it is done."""

    help = (
        "Score all cities against all cities, or one city anew. The work is done by the Celery worker; "
        "stopping this command does not stop it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--city", help="only this city: GeoNames id, or country/name as in its address")
        parser.add_argument(
            "--wait", action=BooleanOptionalAction, default=True, help="follow the work (default)"
        )
        parser.add_argument("--here", action="store_true", help="work in this process, not in the worker's")

    def handle(self, *args: Any, city: str | None, wait: bool, here: bool, **options: Any) -> None:
        found = find_city(city) if city else None
        with transaction.atomic():
            ask_for_scoring(found.pk if found else None)
            job = ScoringJob.objects.get(city=found, state=ScoringJob.State.PENDING, attempts=0)
        if here:
            run_pending_jobs(is_patient=False)
            job.refresh_from_db()
            if job.state == ScoringJob.State.PENDING and not job.error:
                self.stdout.write("Another process is at work and will do this too.")
        if not (wait or here):
            self.stdout.write(f"Scoring job {job.pk} waits for the worker.")
            return
        try:
            self.follow(job)
        except KeyboardInterrupt:
            self.stdout.write(f"\nScoring job {job.pk} goes on without this command.")

    def follow(self, job: ScoringJob) -> None:
        """Write how far the job is until it is done. Raises CommandError when it failed."""
        shown, last_news = "", time.monotonic()
        while job.state == ScoringJob.State.PENDING:
            line = progress(job)
            if line != shown:
                self.stdout.write(line)
                shown, last_news = line, time.monotonic()
            elif time.monotonic() - last_news > PATIENCE:
                self.stdout.write("Nothing has moved for a minute. Does a worker run?")
                last_news = time.monotonic()
            time.sleep(SECONDS_BETWEEN_LOOKS)
            job.refresh_from_db()
        if job.state == ScoringJob.State.FAILED:
            raise CommandError(f"Scoring job {job.pk} failed: {job.error}")
        self.stdout.write(self.style.SUCCESS(outcome(job)))


def find_city(text: str) -> City:
    """The city of a GeoNames id or of "country/name". Raises CommandError where there is none."""
    country, _slash, slug = text.replace("\x00", "").partition("/")
    try:
        return City.objects.at(country, slug) if slug else City.objects.get(pk=int(text))
    except (City.DoesNotExist, ValueError, OverflowError):
        raise CommandError(f"There is no city {text!r}. Write a GeoNames id, or as in ua/lviv.") from None


def progress(job: ScoringJob) -> str:
    """One line about a job that is not done."""
    run = MatchRun.objects.filter(state=MatchRun.State.RUNNING).first()
    if job.error:
        return f"Attempt {job.attempts} failed and will be repeated: {job.error}"
    if job.city_id or not run:
        return f"Scoring job {job.pk} waits for the worker."
    if run.is_storing:
        return f"{run.done:,} of {run.total:,} cities scored; making the {run.matches:,} matches visible"
    left = "beginning" if run.remaining is None else f"{run.remaining.seconds} s remaining"
    return f"{run.done:,} of {run.total:,} cities scored ({run.percent}%), {run.rate:,.0f} a second, {left}"


def outcome(job: ScoringJob) -> str:
    """One line about a job that is done."""
    if job.city:
        return f"{job.city.name} is scored."
    run = MatchRun.objects.filter(state=MatchRun.State.DONE).latest("pk")
    return f"{run.total:,} cities scored, {run.matches:,} matches kept, {run.duration.total_seconds():.1f} s"
