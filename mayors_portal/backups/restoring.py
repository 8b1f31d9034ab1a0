"""Restoring a backup into an empty database and empty folders, and comparing each part with what it was."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from . import files, tables
from .making import DUMP, Say, archive_of
from .manifest import NAME, Manifest
from .programs import BackupError, Database, Program, program, server_version

EMPTIED = {
    "partnerships_businesschange": "numbers of transactions, which begin anew in another cluster",
    "django_session": "who signed out or was signed out since would be signed in again",
    "usersessions_usersession": "the list of these sessions",
}
"""Tables that are not to live on, and why; backed up and compared all the same."""


def restore(
    source: Path, database: Database, folders: Mapping[str, Path], say: Say, overwrite: bool = False
) -> Manifest:
    """Restore a backup and return what it says of itself. Raises BackupError, with the reason.

    Nothing is touched before every part of the backup was found whole, and database and folders empty, or
    `overwrite` given: then what they hold is deleted. Nothing is emptied unless all that was restored equals
    what was backed up.
    """
    say("Whether the backup is whole ...")
    manifest = Manifest.read(source)
    refuse_damaged(source, manifest)
    refuse_newer(manifest)
    link = database.connect()
    try:
        restoring = _fit(manifest, server_version(link))
        _make_room(link, folders, overwrite)
        say("The database ...")
        jobs = f"--jobs={min(4, os.cpu_count() or 1)}"
        options = ("--exit-on-error", "--no-owner", "--no-privileges", "--no-comments", jobs)
        restoring.run(database, *options, f"--dbname={database.parameters['dbname']}", str(source / DUMP))
        for name, folder in folders.items():
            say(f"The files in {folder} ...")
            files.unpack(source / archive_of(name), folder)
        say("Whether all is equal ...")
        unequal = list(compare(link, manifest, folders, say))
        if unequal:
            raise BackupError(f"Not what was backed up: {', '.join(unequal)}. Do not use this database.")
        begin_anew(link)
    finally:
        link.close()
    return manifest


def refuse_damaged(source: Path, manifest: Manifest) -> None:
    """Raise BackupError where a part of a backup is missing, or is not what it was."""
    for name, part in manifest.parts.items():
        if not (source / name).is_file():
            raise BackupError(f"{name} is missing from the backup.")
        if files.part(source / name) != part:
            raise BackupError(f"{name} is damaged: it is not what {NAME} says. Nothing was restored.")


def refuse_newer(manifest: Manifest) -> None:
    """Raise BackupError where the backup is of newer code than this."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(f"The backup is of newer code, which has {unknown[0]}: update the portal first.")


def _fit(manifest: Manifest, version: int) -> Program:
    if version < manifest.server:
        raise BackupError(
            f"The backup is of PostgreSQL {manifest.server}, and the server here is older: {version}."
        )
    return program("pg_restore", manifest.dumped_by)


def _make_room(link: Connection, folders: Mapping[str, Path], overwrite: bool) -> None:
    """Raise BackupError unless database and folders are empty, or delete what they hold."""
    names = tables.names(link)
    full = [str(folder) for folder in folders.values() if folder.is_dir() and any(folder.iterdir())]
    if not overwrite and (names or full):
        holding = [f"{folder} holds files" for folder in full]
        if names:
            holding.insert(0, f"the database holds {len(names)} tables")
        raise BackupError(
            f"Restore into an empty database and empty folders: {', '.join(holding)}. "
            "To lose what is there, say --force twice."
        )
    if names:
        with link.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    now = f"{timezone.now():%Y%m%d-%H%M%S}"
    for folder in map(Path, full):
        folder.rename(folder.with_name(f"{folder.name}.before-{now}"))


def compare(link: Connection, manifest: Manifest, folders: Mapping[str, Path], say: Say) -> Iterator[str]:
    """The names of tables and folders that are not what they were; tells of each."""
    found = tables.contents(link, tables.names(link))
    for name in sorted({*manifest.tables, *found}):
        was, now = manifest.tables.get(name), found.get(name)
        say(f"  {'equal' if was == now else 'UNEQUAL':<8}{name:<55}{now.rows if now else 0:>12,}")
        if was != now:
            yield name
    for name, folder in folders.items():
        held = files.contents(folder)
        same = held == manifest.folders.get(name)
        say(f"  {'equal' if same else 'UNEQUAL':<8}{f'files, {name}':<55}{held.number:>12,}")
        if not same:
            yield f"files, {name}"


def begin_anew(link: Connection) -> None:
    """Empty what must not live on, and make copies of the data in memories and browsers old.

    Versions of the data would else be counted from where they stood, and stand for other data a second time.
    """
    with link.cursor() as cursor:
        cursor.execute("BEGIN")
        for name in EMPTIED:
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        cursor.execute("UPDATE cities_dataversion SET version = version + extract(epoch FROM now())::bigint")
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
