"""Making the nightly files: each resource as JSON Lines and as a spreadsheet, projects as OC4IDS too.

Files are written into a folder of the worker and stored when all are complete. A killed worker leaves the
set pending, and the next one begins it anew.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import QueryDict

from accounts.jobs import claim_job, failure_noted
from accounts.locks import Lock, only_one
from cities.exports import LICENCE
from projects.open_data import oc4ids
from projects.open_data.views import all_public
from public.models import Dump, DumpFile

from .formats import lines
from .resource import Resource
from .resources import RESOURCES
from .schema import Record

RECORDS_AT_ONCE = 500
OC4IDS = "projects.oc4ids.json.gz"
TERMS = f"""Everything public of Mayors' Portal ({settings.SITE_URL}).

Licence: Creative Commons Attribution 4.0 International (CC BY 4.0), {LICENCE}
You may use, share and change the data for any purpose. Name "Mayors' Portal" as the source, and for cities,
their names and places "GeoNames (https://www.geonames.org/)".

Records marked as demonstration are invented. Leave them out of every count.
"""


def build_waiting() -> int:
    """Make every set that waits, each once; how many were begun. Only one process does so."""
    begun: set[int] = set()
    with only_one(Lock.DUMPS) as mine:
        while mine and (dump := claim_job(Dump.objects.all(), begun)):
            with failure_noted(dump):
                build(dump)
        if mine:
            Dump.objects.forget_old()
    return len(begun)


def build(dump: Dump) -> None:
    """Make the files of a set, and show them all at once."""
    with _workshop() as folder:
        files = list(_written(folder))
        sums = "".join(f"{one.sha256}  {one.name}\n" for one in files)
        files += [_text(folder / "SHA256SUMS", sums), _text(folder / "LICENCE.txt", TERMS)]
        _forget_attempts(dump)
        for one in files:
            one.dump = dump
            with (folder / one.name).open("rb") as written:
                one.file.save(one.name, File(written), save=False)
    with transaction.atomic():
        DumpFile.objects.bulk_create(files)
        dump.finish()


@contextmanager
def _workshop() -> Iterator[Path]:
    """An empty folder. Whoever holds the lock has it alone, so what is in it was left by a killed worker."""
    folder = settings.VAR / "dumps-in-the-making"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _forget_attempts(dump: Dump) -> None:
    """Delete what an attempt that broke off has stored of this set."""
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(f"dumps/{dump.pk}")[1]:
            default_storage.delete(f"dumps/{dump.pk}/{name}")


def _written(folder: Path) -> Iterator[DumpFile]:
    for resource in RESOURCES:
        yield from _resource(folder, resource)
    if all_public().exists():
        yield _oc4ids(folder)


def _resource(folder: Path, resource: Resource[Any]) -> list[DumpFile]:
    """Both files of a resource, in one pass over its records."""
    paths = [folder / f"{resource.name}.{ending}.gz" for ending in ("jsonl", "csv")]
    rows = 0
    with _zipped(paths[0]) as jsonl, _zipped(paths[1]) as spreadsheet:

        def noted() -> Iterator[Record]:
            """Each record, once its line is written."""
            nonlocal rows
            for record in _in_turn(resource):
                jsonl.write(f"{record.model_dump_json()}\n")
                rows += 1
                yield record

        spreadsheet.writelines(lines(resource.record, noted()))
    return [_finished(path, rows, resource.name) for path in paths]


def _in_turn(resource: Resource[Any]) -> Iterator[Record]:
    """All records in the order of their keys, made some at a time."""
    keys = iter(resource.keys(QueryDict()).tolist())
    while some := list(islice(keys, RECORDS_AT_ONCE)):
        yield from resource.made(some)


def _oc4ids(folder: Path) -> DumpFile:
    path = folder / OC4IDS
    with _zipped(path) as package:
        package.writelines(oc4ids.package(all_public().iterator(RECORDS_AT_ONCE), settings.SITE_URL))
    return _finished(path, all_public().count(), "projects")


@contextmanager
def _zipped(path: Path) -> Iterator[io.TextIOWrapper]:
    """A file of zipped text. Equal texts make equal files."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        yield text


def _text(path: Path, text: str) -> DumpFile:
    path.write_text(text, encoding="utf-8")
    return _finished(path, None, "")


def _finished(path: Path, rows: int | None, resource: str) -> DumpFile:
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return DumpFile(name=path.name, resource=resource, rows=rows, size=path.stat().st_size, sha256=digest)
