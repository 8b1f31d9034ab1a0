"""Millions of matches into PostgreSQL: by binary COPY, and a whole new table in one step.

A run fills a table beside the one that pages read, gives it its indexes, and puts it in the other's place
in one transaction. So readers see the old matches or the new ones, and a run that breaks off leaves the
old ones as they were.
"""

import io
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cities.models import DataVersion

from .locks import Lock, wait_for
from .matching.components import COMPONENTS
from .matching.profiles import Profiles
from .matching.topk import MatchBlock
from .models import MATCHES, CityMatch

TABLE = CityMatch._meta.db_table
NEXT = f"{TABLE}_next"
COLUMNS = "city_id, partner_id, score, rank, components"
SWAP_PATIENCE = "60s"

# The format of COPY BINARY, as PostgreSQL documents it (COPY, "Binary Format"): every value after its length.
SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
END = b"\xff\xff"
FLOAT4 = 700  # the type's number
ELEMENT = np.dtype([("length", ">i4"), ("value", ">f4")])
ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("city_length", ">i4"),
        ("city", ">i8"),
        ("partner_length", ">i4"),
        ("partner", ">i8"),
        ("score_length", ">i4"),
        ("score", ">f4"),
        ("rank_length", ">i4"),
        ("rank", ">i2"),
        ("components_length", ">i4"),
        ("dimensions", ">i4"),
        ("has_nulls", ">i4"),
        ("element_type", ">i4"),
        ("size", ">i4"),
        ("first_index", ">i4"),
        ("components", ELEMENT, (len(COMPONENTS),)),
    ]
)
CONSTANT = {
    "fields": 5,
    "city_length": 8,
    "partner_length": 8,
    "score_length": 4,
    "rank_length": 2,
    "components_length": 20 + ELEMENT.itemsize * len(COMPONENTS),
    "dimensions": 1,
    "has_nulls": 0,
    "element_type": FLOAT4,
    "size": len(COMPONENTS),
    "first_index": 1,
}


def as_rows(profiles: Profiles, block: MatchBlock) -> npt.NDArray[np.void]:
    """The used places of a block as COPY reads them: shape (matches,), dtype ROW."""
    place_row, place = np.nonzero(block.partners >= 0)
    rows = np.empty(len(place), dtype=ROW)
    for name, value in CONSTANT.items():
        rows[name] = value
    rows["city"] = profiles.ids[block.rows[place_row]]
    rows["partner"] = profiles.ids[block.partners[place_row, place]]
    rows["score"] = block.scores[place_row, place]
    rows["rank"] = place + 1
    rows["components"]["length"] = ELEMENT["value"].itemsize
    rows["components"]["value"] = block.components[place_row, place]
    return rows


def copy_into(table: str, rows: npt.NDArray[np.void]) -> int:
    """Append rows (dtype ROW) to one of the two tables; return their number."""
    with connection.cursor() as cursor:
        data = io.BytesIO(SIGNATURE + rows.tobytes() + END)
        cursor.copy_expert(f"COPY {table} ({COLUMNS}) FROM STDIN (FORMAT binary)", data)
    return len(rows)


def begin_next() -> None:
    """Make the empty table of the next matches; what a run that broke off left of it goes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {NEXT}")
        cursor.execute(f"CREATE TABLE {NEXT} (LIKE {TABLE} INCLUDING CONSTRAINTS INCLUDING STORAGE)")


def drop_next() -> None:
    """Remove the table of a run that will not be finished."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {NEXT}")


def index_next() -> None:
    """Give the next table the indexes of the present one, named with a suffix, and count its values."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for name, _primary, definition in _indexes(cursor):
            cursor.execute(definition.replace(name, f"{name}_next", 1).replace(f"{TABLE} ", f"{NEXT} ", 1))
        cursor.execute(f"ANALYZE {NEXT}")


def swap() -> None:
    """Put the next table in the place of the present one; call it in a transaction.

    Waits until no city is being scored, and lets none begin until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{SWAP_PATIENCE}'")
        cursor.execute(f"SET LOCAL statement_timeout = '{SWAP_PATIENCE}'")
        wait_for(Lock.ONE_CITY)
        indexes = _indexes(cursor)
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE {NEXT} RENAME TO {TABLE}")
        for name, is_primary, _definition in indexes:
            cursor.execute(f"ALTER INDEX {name}_next RENAME TO {name}")
            if is_primary:
                cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}")
    count_change()


def replace_lists(profiles: Profiles, block: MatchBlock) -> None:
    """Put the lists of a block's cities in the place of their present ones; call it in a transaction."""
    ids = profiles.ids[block.rows].tolist()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE city_id = ANY(%s)", [ids])  # noqa: S608 - our own name
    copy_into(TABLE, as_rows(profiles, block))
    count_change()


def last_places(profiles: Profiles) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Score and partner (row) in the last place of each full list; shape (n,), NaN and -1 elsewhere."""
    scores = np.full(len(profiles), np.nan, dtype=np.float32)
    partners = np.full(len(profiles), -1, dtype=np.int32)
    last = CityMatch.objects.filter(rank=CityMatch.LAST_RANK).order_by()
    places = np.array(
        list(last.values_list("city_id", "score", "partner_id")),
        dtype=[("city", np.int64), ("score", np.float32), ("partner", np.int64)],
    )
    known = np.isin(places["city"], profiles.ids) & np.isin(places["partner"], profiles.ids)
    rows = profiles.rows_of(places["city"][known])
    scores[rows] = places["score"][known]
    partners[rows] = profiles.rows_of(places["partner"][known])
    return scores, partners


def count_change() -> None:
    """Tell those who keep pages in memory that matches changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DataVersion._meta.db_table} (name, version) VALUES (%s, 1) "  # noqa: S608
            f"ON CONFLICT (name) DO UPDATE SET version = {DataVersion._meta.db_table}.version + 1",
            [MATCHES],
        )


def _indexes(cursor: CursorWrapper) -> Iterable[tuple[str, bool, str]]:
    """Name, whether it is the primary key's, and definition of each index of the present table."""
    cursor.execute(
        "SELECT relname, indisprimary, pg_get_indexdef(indexrelid) "
        "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE indrelid = %s::regclass ORDER BY indisprimary DESC, relname",
        [TABLE],
    )
    return cursor.fetchall()
