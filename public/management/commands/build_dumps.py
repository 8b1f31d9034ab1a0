"""`manage.py build_dumps`: make the nightly files of everything public now."""

import resource
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from public.api.dumping import build_waiting
from public.models import Dump


class Command(BaseCommand):
    """Ask for a set of files and make it."""

    help = "Make the nightly files of everything public now, and delete those that are too old."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was made. Raises CommandError where that failed or somebody else is at it."""
        began, asked = time.monotonic(), Dump.objects.create()
        build_waiting()
        asked.refresh_from_db()
        if asked.state != Dump.State.DONE:
            raise CommandError(asked.error or "Another process is making files; it will make these too.")
        for one in asked.files.all():
            self.stdout.write(
                f"{one.name:<32} {one.rows if one.rows is not None else '':>8} {one.size:>11,} bytes"
            )
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.stdout.write(f"{time.monotonic() - began:.1f} s, {memory} MB of memory at most")
