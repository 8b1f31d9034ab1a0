"""PostgreSQL, Valkey, and the processes of the portal."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import RedisError

from accounts import heartbeat
from accounts.valkey import client

from .findings import Findings, error, warning

OLDEST_POSTGRES = 15
OLDEST_REDIS = 7
EXTENSIONS = {"pg_trgm", "unaccent", "btree_gist"}
SECONDS_APART = 5  # that the clocks of this machine and of the database's may be
SILENCE = timedelta(minutes=2)  # of a worker or scheduler that should give a sign every 10 or 30 seconds


def check_database() -> Findings:
    """Whether PostgreSQL answers, is new enough, has what the portal needs and the same time."""
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        yield error(
            f"PostgreSQL does not answer: {str(problem).strip()}",
            "Is it running? Are user, password, host and name in DATABASE_URL right?",
        )
        return
    if settings.PRODUCTION and str(settings.VAR) in settings.DATABASE_URL:
        yield warning(
            "the portal runs on the PostgreSQL it brings along, which is meant for laptops",
            "Install PostgreSQL and set DATABASE_URL.",
        )
    version = postgres_version()
    if version < OLDEST_POSTGRES:
        yield error(
            f"PostgreSQL {version} is too old",
            f"Install {OLDEST_POSTGRES} or newer and move the database there.",
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        )
        encoding = cursor.fetchone()[0]
        cursor.execute("SELECT extname FROM pg_extension")
        missing = EXTENSIONS - {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
    if encoding != "UTF8":
        yield error(
            f"the database is encoded in {encoding}: Ukrainian cannot be kept",
            "Make it anew: createdb --encoding UTF8 --template template0.",
        )
    if missing:
        yield error(
            f"extensions are missing: {', '.join(sorted(missing))}",
            "Install postgresql-contrib, then run manage.py migrate as the database's owner.",
        )
    if apart > SECONDS_APART:
        yield error(
            f"the clocks of this machine and of the database's are {apart:.0f} s apart",
            "Let both keep time by NTP, for instance: timedatectl set-ntp true.",
        )


def postgres_version() -> int:
    """The major version of the server."""
    return connection.get_database_version()[0]


def check_migrations() -> Findings:
    """Whether the database fits this release."""
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield error(
            f"the database is older than this release: {len(waiting)} migrations wait",
            "Run: manage.py migrate.",
        )
    if unknown := set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations):
        yield warning(
            f"the database is newer than this release: it knows {len(unknown)} migrations that are not here",
            "After a way back this is meant. Otherwise activate the newest release.",
        )


def check_valkey() -> Findings:
    """Whether Redis or Valkey answers, is new enough, keeps what it is told and throws nothing away."""
    try:
        told = client().info()
    except RedisError as problem:
        yield error(
            f"Redis or Valkey does not answer: {problem}",
            "Is it running? Are password, host and port in REDIS_URL right?",
        )
        return
    if int(str(told["redis_version"]).partition(".")[0]) < OLDEST_REDIS:
        yield error(
            f"Redis {told['redis_version']} is too old",
            f"Install Redis {OLDEST_REDIS}, Valkey 8 or newer.",
        )
    if told["maxmemory_policy"] != "noeviction":
        yield error(
            f"its maxmemory-policy is {told['maxmemory_policy']}: it may throw away tasks",
            "Set maxmemory-policy noeviction in its configuration.",
        )
    if not told["aof_enabled"]:
        yield warning(
            "it keeps no log: a restart empties the queue, and tasks wait for the next sweep",
            "Set appendonly yes in its configuration.",
        )
    elif told["aof_last_write_status"] != "ok":
        yield error("it cannot write its log", "Make room on its disk.")


def check_worker() -> Findings:
    """Whether a worker gave a sign of life lately."""
    yield from _silent(heartbeat.Sign.WORKER, "letters, matches and documents are not made")


def check_scheduler() -> Findings:
    """Whether a scheduler gave a sign of life lately."""
    yield from _silent(heartbeat.Sign.SCHEDULER, "digests, reminders and sweeps do not happen")


def _silent(sign: heartbeat.Sign, therefore: str) -> Findings:
    seen = heartbeat.last().get(sign)
    if seen is None or timezone.now() - seen > SILENCE:
        since = f"since {seen:%Y-%m-%d %H:%M:%S} UTC" if seen else "as far as Valkey knows"
        yield error(
            f"no {sign} has given a sign of life {since}: {therefore}",
            f"Start it: systemctl start mayors-portal-{sign}, or docker compose up -d {sign}. "
            "If it runs, its log says why it is stuck.",
        )
