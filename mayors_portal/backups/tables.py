"""What a database holds, in a number of rows and a hash for each table, whatever the order of the rows."""

from collections.abc import Iterable
from typing import NamedTuple

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

LIST = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""
SUM = """
SELECT count(*),
       coalesce(sum(('x' || left(digest, 16))::bit(64)::bigint::numeric), 0),
       coalesce(sum(('x' || right(digest, 16))::bit(64)::bigint::numeric), 0)
FROM (SELECT md5(a_row::text) AS digest FROM {} AS a_row) AS digests
"""


class Content(NamedTuple):
    """How many rows a table has, and the sums of the two halves of their MD5: equal for equal rows."""

    rows: int
    hash: str


def names(link: Connection) -> list[str]:
    """The tables of the portal."""
    with link.cursor() as cursor:
        cursor.execute(LIST)
        return [name for (name,) in cursor]


def lock(link: Connection, tables: Iterable[str]) -> None:
    """Keep tables from being replaced until the transaction ends; rows may change all the same."""
    named = sql.SQL(", ").join(map(sql.Identifier, tables))
    with link.cursor() as cursor:
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(named))


def contents(link: Connection, tables: Iterable[str]) -> dict[str, Content]:
    """The content of each table."""
    found = {}
    with link.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL(SUM).format(sql.Identifier(table)))
            rows, high, low = cursor.fetchone() or (0, 0, 0)
            found[table] = Content(rows, f"{high}:{low}")
    return found
