"""`manage.py restore FOLDER`: a backup into an empty database and empty folders, and compare."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from redis import RedisError

from mayors_portal.backups.making import folders_of_the_portal
from mayors_portal.backups.manifest import key_check
from mayors_portal.backups.programs import BackupError, Database
from mayors_portal.backups.restoring import EMPTIED, restore


class Command(BaseCommand):
    """Restore a backup while the portal is stopped."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup")
        parser.add_argument(
            "--force",
            action="count",
            default=0,
            help="said twice: delete what the database holds, and move the files that are there aside",
        )

    def handle(self, *, folder: Path, force: int, **options: Any) -> None:
        began = time.monotonic()
        try:
            manifest = restore(
                folder.absolute(),
                Database.of_the_portal(),
                folders_of_the_portal(),
                self.stdout.write,
                overwrite=force > 1,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        try:
            cache.clear()
        except RedisError as error:
            self.stderr.write(f"Valkey was not emptied, as it does not answer: {error}. Empty it by hand.")
        self.stdout.write(f"Restored what was backed up at {manifest.made_at}, all of it equal.")
        self.stdout.write(f"Emptied then: {', '.join(EMPTIED)}; everybody signs in anew.")
        if manifest.key_check != key_check():
            self.stderr.write("SECRET_KEY is another than it was: links in letters sent before will fail.")
        self.stdout.write(
            "Accounts deleted after that moment are back: repeat their deletion (docs/backup.md). "
            f"{time.monotonic() - began:.1f} s."
        )
