"""manage.py import_twinnings FILE: ties between cities, from CSV or from Wikidata."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities.importers.twinnings import TwinningFileError, import_twinnings


class Command(BaseCommand):
    """Adds the ties of a file that are not known yet; lists the lines that cannot be used."""

    help = "Add twinnings from a CSV file or from the JSON of a Wikidata query (docs/data.md has the query)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be added, but add nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            report = import_twinnings(file.read_text(encoding="utf-8"), dry_run=dry_run)
        except (OSError, UnicodeDecodeError, TwinningFileError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        for number, reason in report.problems:
            self.stderr.write(f"{file}:{number}: {reason}")
        added = "would be added" if dry_run else "added"
        self.stdout.write(
            f"{report.read:,} read: {report.added:,} {added}, {report.known:,} known, "
            f"{len(report.problems):,} not usable"
        )
