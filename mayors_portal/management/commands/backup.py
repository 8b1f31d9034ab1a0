"""`manage.py backup FOLDER`: database and files, with the proof that nothing is missing."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mayors_portal.backups.making import back_up, folders_of_the_portal
from mayors_portal.backups.manifest import NEEDED
from mayors_portal.backups.noting import note_backup
from mayors_portal.backups.programs import BackupError, Database


class Command(BaseCommand):
    """Make a backup while the portal goes on."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *, folder: Path, **options: Any) -> None:
        began = time.monotonic()
        try:
            manifest = back_up(
                folder.absolute(), Database.of_the_portal(), folders_of_the_portal(), self.stdout.write
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        note_backup()
        rows = sum(content.rows for content in manifest.tables.values())
        size = sum(part.bytes for part in manifest.parts.values())
        number = sum(held.number for held in manifest.folders.values())
        self.stdout.write(
            f"{folder}: {len(manifest.tables)} tables, {rows:,} rows, {number:,} files, "
            f"{size / 1e6:,.1f} MB, {time.monotonic() - began:.1f} s."
        )
        self.stdout.write("Not in it, keep them elsewhere:")
        for name, purpose in NEEDED.items():
            self.stdout.write(f"  {name}: {purpose}")
