"""Making a backup: one snapshot of the database, then the files that its rows name."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from accounts.locks import Lock

from . import files, tables
from .manifest import Manifest, key_check
from .programs import BackupError, Database, program, server_version

DUMP = "database.dump"
STATIC_FILES = "staticfiles"
RUNS = (Lock.ALL_CITIES, Lock.ALL_BUSINESSES)  # they put new tables in the place of old ones

Say = Callable[[str], None]


def folders_of_the_portal() -> dict[str, Path]:
    """Where people's files lie, by the storage's name."""
    found = {name: storages[name] for name in settings.STORAGES if name != STATIC_FILES}
    elsewhere = [name for name, storage in found.items() if not isinstance(storage, FileSystemStorage)]
    if elsewhere:
        raise BackupError(f"Files of {', '.join(elsewhere)} lie on no disk: back them up where they lie.")
    return {name: Path(storage.location) for name, storage in found.items()}  # type: ignore[attr-defined]


def archive_of(folder: str) -> str:
    """The name of the archive of a folder."""
    return f"files-{folder}.tar"


def back_up(target: Path, database: Database, folders: Mapping[str, Path], say: Say) -> Manifest:
    """Make a backup in a folder that does not exist yet, and return what it says of itself.

    While it is being made, its name ends with `.part`. Runs of the matcher wait for it, and it for them;
    everything else goes on. Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} exists already. A backup is made in a folder of its own.")
    working = target.with_name(f"{target.name}.part")
    try:
        working.mkdir(parents=True, mode=0o700)
    except FileExistsError as error:
        raise BackupError(f"{working} is left of a backup that was broken off: delete it.") from error
    link = database.connect()
    try:
        with _snapshot(link) as snapshot:
            moment = timezone.now()
            version = server_version(link)
            dump = program("pg_dump", version)
            say(f"The database, by pg_dump {dump.version} ...")
            options = ("--format=custom", "--compress=3", "--no-owner", "--no-privileges")
            dump.run(database, *options, f"--snapshot={snapshot}", f"--file={working / DUMP}")
            say("Rows and hashes of its tables ...")
            names = tables.names(link)
            contents, migrations = tables.contents(link, names), applied_migrations(link)
    finally:
        link.close()
    held = {}
    for name, folder in folders.items():
        say(f"The files in {folder} ...")
        held[name] = files.pack(folder, working / archive_of(name))
    manifest = Manifest(
        made_at=moment.isoformat(),
        server=version,
        dumped_by=dump.version,
        migrations=migrations,
        parts={path.name: files.part(path) for path in sorted(working.iterdir())},
        tables=contents,
        folders=held,
        key_check=key_check(),
    )
    manifest.write(working)
    os.sync()
    working.rename(target)
    return manifest


@contextmanager
def _snapshot(link: Connection) -> Iterator[str]:
    """A moment of the database that stays, by the name under which pg_dump sees it too."""
    with link.cursor() as cursor:
        for run in RUNS:
            cursor.execute("SELECT pg_advisory_lock(%s)", [run])
        names = tables.names(link)
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables.lock(link, names)
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone() or ("",)
        yield snapshot
        cursor.execute("COMMIT")


def applied_migrations(link: Connection) -> list[str]:
    """Those that the database has had."""
    with link.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [name for (name,) in cursor]
