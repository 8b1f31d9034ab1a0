"""`manage.py messages extract|compile|check`: keep the Ukrainian catalogue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mayors_portal import catalogue


class Command(BaseCommand):
    """Extract the strings of the code, compile the catalogue, or say what it lacks."""

    help = "Keep the Ukrainian catalogue: extract new strings, compile it, or check that it is complete."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["extract", "compile", "check"])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "extract":
            catalogue.refresh()
        elif action == "compile":
            catalogue.compile_catalogues()
        elif found := catalogue.problems():
            raise CommandError("\n".join(found))
