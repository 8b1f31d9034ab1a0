"""manage.py load_demo: about 60 member cities to look at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities import demo
from cities.models import City


class Command(BaseCommand):
    """Adds demonstration members. In production only by force, and then without sign-ins."""

    help = "Make about 60 real cities members, with invented profiles that are marked as demonstration data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="in production too; nobody can sign in then")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        if settings.PRODUCTION and not force:
            raise CommandError(
                "This is production (DEBUG=0). Demonstration data are loaded here only with --force."
            )
        if not City.objects.exists():
            raise CommandError("There are no cities yet: run load_cities first.")
        outcome = demo.load(sign_ins=not settings.PRODUCTION)
        self.stdout.write(
            f"{outcome.added} cities became demonstration members, {outcome.untouched} had a profile "
            f"and keep it, {outcome.twinnings} twinnings added"
        )
        if not settings.PRODUCTION:
            for role, email, password in demo.DEMO_SIGN_INS:
                self.stdout.write(f"  {role}: {email}  {password}")
