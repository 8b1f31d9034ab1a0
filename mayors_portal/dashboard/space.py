"""How much room files and the database take."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.membership import private_storage

KEPT = timedelta(days=7)
KEY = "space:files"


class Files(NamedTuple):
    """How many files people have sent, their bytes, and when they were counted."""

    number: int
    size: int
    at: datetime


def measure_files() -> None:
    """Count the files that people have sent and keep that in Valkey: too slow for a page."""
    sizes = list(_sizes())
    cache.set(KEY, Files(len(sizes), sum(sizes), timezone.now()), KEPT.total_seconds())


def files() -> Files | None:
    """What was counted last. Raises RedisError."""
    found: Files | None = cache.get(KEY)
    return found


def free() -> tuple[int, int]:
    """Bytes free and in all where these files lie."""
    place = Path(default_storage.path(""))
    usage = shutil.disk_usage(next(one for one in (place, *place.parents) if one.exists()))
    return usage.free, usage.total


def database() -> int:
    """Bytes of the database: one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        [size] = cursor.fetchone()
    return int(size)


def _sizes() -> Iterator[int]:
    for root in (default_storage.path(""), private_storage().path("")):
        for folder, _folders, names in os.walk(root):
            for name in names:
                path = Path(folder, name)
                if path.is_file():
                    yield path.stat().st_size
