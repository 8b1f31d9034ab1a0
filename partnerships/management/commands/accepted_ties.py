"""manage.py accepted_ties: the cities that agreed to work together, as ties to learn from."""

from typing import Any

from django.core.management.base import BaseCommand

from partnerships.interests.ties import accepted, invented, write_ties


class Command(BaseCommand):
    """Prints CSV; says on the error channel how many ties there are."""

    help = (
        "Print accepted expressions of interest of two cities as CSV, in the columns that `backtest --known` "
        "and `import_twinnings` read. Cities of the demonstration are left out."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = accepted()
        left_out = found.filter(invented()).count()
        count = write_ties(self.stdout, found.exclude(invented()))  # type: ignore[arg-type]
        self.stderr.write(f"{count} ties; left out as demonstration: {left_out}")
