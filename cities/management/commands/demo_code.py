"""manage.py demo_code: the second factor of the demonstration's staff."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cities.demo import second_factor_code


class Command(BaseCommand):
    """Prints the six digits that the demonstration's admin and approver are asked for now."""

    help = "The six digits that the demonstration's admin and approver are asked for when they sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is production (DEBUG=0): nobody signs in with a published secret here.")
        self.stdout.write(second_factor_code())
