"""Millions of matches into PostgreSQL: by binary COPY, and a whole new table in one step.

A run fills a table beside the one that pages read, gives it its indexes, and puts it in the other's place
in one transaction. So readers see the old matches or the new ones, and a run that breaks off leaves the
old ones as they were.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.locks import Lock, wait_for
from cities.models import DataVersion
from partnerships.matching.components import COMPONENTS
from partnerships.matching.topk import MatchBlock
from partnerships.matching.trade import COMPONENTS as TRADE_COMPONENTS
from partnerships.models import MATCHES, BusinessMatch, CityMatch

from .profiles import known_rows

SWAP_PATIENCE = "60s"

# The format of COPY BINARY, as PostgreSQL documents it (COPY, "Binary Format"): every value after its length.
SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
END = b"\xff\xff"
FLOAT4 = 700  # the type's number
ELEMENT = np.dtype([("length", ">i4"), ("value", ">f4")])
LAST_PLACE = np.dtype(
    [
        ("fields", ">i2"),
        ("city_length", ">i4"),
        ("city", ">i8"),
        ("score_length", ">i4"),
        ("score", ">f4"),
        ("partner_length", ">i4"),
        ("partner", ">i8"),
    ]
)


class Ids(Protocol):
    """What lists are stored of: cities' profiles, or businesses; `ids` ascend."""

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Shape (n,)."""

    def __len__(self) -> int:
        """Their number."""


@dataclass(frozen=True)
class MatchTable:
    """The table of a model of proposed partners.

    owner: the column of whose list it is. components: their number. lock: held while a list is renewed.
    """

    model: type[CityMatch] | type[BusinessMatch]
    owner: str
    components: int
    lock: Lock

    @property
    def name(self) -> str:
        """The table that pages read."""
        return self.model._meta.db_table

    @property
    def next(self) -> str:
        """The table that a run fills."""
        return f"{self.name}_next"

    @property
    def columns(self) -> str:
        """The columns in the order of `row`."""
        return f"{self.owner}, partner_id, score, rank, components"

    @cached_property
    def row(self) -> np.dtype[np.void]:
        """A row as COPY reads it."""
        return np.dtype(
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
                ("components", ELEMENT, (self.components,)),
            ]
        )

    @cached_property
    def _constant(self) -> dict[str, int]:
        return {
            "fields": 5,
            "city_length": 8,
            "partner_length": 8,
            "score_length": 4,
            "rank_length": 2,
            "components_length": 20 + ELEMENT.itemsize * self.components,
            "dimensions": 1,
            "has_nulls": 0,
            "element_type": FLOAT4,
            "size": self.components,
            "first_index": 1,
        }

    def as_rows(
        self, profiles: Ids, block: MatchBlock, places: npt.NDArray[np.bool_] | None = None
    ) -> npt.NDArray[np.void]:
        """Places (m, k) of a block, all used ones by default, as COPY reads them: (matches,), dtype `row`."""
        place_row, place = np.nonzero(block.partners >= 0 if places is None else places)
        rows = np.empty(len(place), dtype=self.row)
        for name, value in self._constant.items():
            rows[name] = value
        rows["city"] = profiles.ids[block.rows[place_row]]
        rows["partner"] = profiles.ids[block.partners[place_row, place]]
        rows["score"] = block.scores[place_row, place]
        rows["rank"] = place + 1
        rows["components"]["length"] = ELEMENT["value"].itemsize
        rows["components"]["value"] = block.components[place_row, place]
        return rows

    def copy_into(self, table: str, rows: npt.NDArray[np.void]) -> int:
        """Append rows (dtype `row`) to a table of proposed partners; return their number."""
        with connection.cursor() as cursor:
            data = io.BytesIO(SIGNATURE + rows.tobytes() + END)
            cursor.copy_expert(f"COPY {table} ({self.columns}) FROM STDIN (FORMAT binary)", data)
        return len(rows)

    def begin_next(self) -> None:
        """Make the empty table of the next matches; what a run that broke off left of it goes.

        While it is being filled nobody vacuums it: its swap would wait for that.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.next}")
            cursor.execute(
                f"CREATE TABLE {self.next} (LIKE {self.name} INCLUDING CONSTRAINTS INCLUDING STORAGE) "
                "WITH (autovacuum_enabled = false)"
            )

    def fill_next(self, rows: npt.NDArray[np.void]) -> int:
        """Append rows (dtype `row`) to the next table; return their number.

        Nobody waits until they are on disk: a crash ends the run, and the commit of the swap waits for them.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            return self.copy_into(self.next, rows)

    def drop_next(self) -> None:
        """Remove the table of a run that will not be finished."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.next}")

    def index_next(self) -> None:
        """Give the next table the indexes of the present one, named with a suffix, and count its values."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            for name, _primary, definition in self._indexes(cursor):
                cursor.execute(
                    definition.replace(name, f"{name}_next", 1).replace(f"{self.name} ", f"{self.next} ", 1)
                )
            cursor.execute(f"ANALYZE {self.next}")

    def swap(self) -> None:
        """Put the next table in the place of the present one; call it in a transaction.

        Waits until no city is being scored, and lets none begin until the transaction ends.
        """
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{SWAP_PATIENCE}'")
            cursor.execute(f"SET LOCAL statement_timeout = '{SWAP_PATIENCE}'")
            wait_for(self.lock)
            indexes = self._indexes(cursor)
            cursor.execute(f"DROP TABLE {self.name}")
            cursor.execute(f"ALTER TABLE {self.next} RESET (autovacuum_enabled)")
            cursor.execute(f"ALTER TABLE {self.next} RENAME TO {self.name}")
            for name, is_primary, _definition in indexes:
                cursor.execute(f"ALTER INDEX {name}_next RENAME TO {name}")
                if is_primary:
                    cursor.execute(
                        f"ALTER TABLE {self.name} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}"
                    )
        count_change()

    def replace_lists(self, profiles: Ids, block: MatchBlock) -> None:
        """Put the lists of a block's cities in the place of their present ones; call it in a transaction."""
        ids = profiles.ids[block.rows].tolist()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.name} WHERE {self.owner} = ANY(%s)", [ids])  # noqa: S608 - our own name
        self.copy_into(self.name, self.as_rows(profiles, block))

    def replace_places(self, profiles: Ids, block: MatchBlock, places: npt.NDArray[np.bool_]) -> None:
        """Store some places (m, k) of a block's lists in place of what stands there; in a transaction."""
        rows = self.as_rows(profiles, block, places)
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {self.name} USING unnest(%s::bigint[], %s::smallint[]) AS place (city, rank) "  # noqa: S608
                f"WHERE {self.owner} = place.city AND {self.name}.rank = place.rank",
                [rows["city"].tolist(), rows["rank"].tolist()],
            )
        self.copy_into(self.name, rows)

    def stored_lists(self, profiles: Ids, rows: npt.NDArray[np.int32]) -> MatchBlock:
        """The stored lists of these cities (rows, ascending).

        The place of a city that is gone is left unused, and so are all of a list that has other components
        than today's.
        """
        ids, k = profiles.ids[rows], self.model.LAST_RANK
        stored = _read(
            f"SELECT {self.columns} FROM {self.name} "  # noqa: S608 - our own names
            f"WHERE {self.owner} = ANY(%s) AND cardinality(components) = %s",
            [ids.tolist(), self.components],
            self.row,
        )
        partners = np.full((len(rows), k), -1, dtype=np.int32)
        scores = np.full((len(rows), k), np.nan, dtype=np.float32)
        components = np.full((len(rows), k, self.components), np.nan, dtype=np.float32)
        partner = known_rows(profiles, stored["partner"])
        stored, partner = stored[partner >= 0], partner[partner >= 0]
        at = np.searchsorted(ids, stored["city"]), stored["rank"].astype(np.int64) - 1
        partners[at] = partner
        scores[at] = stored["score"]
        components[at] = stored["components"]["value"]
        return MatchBlock(rows, partners, scores, components)

    def places_of(self, profiles: Ids, row: int) -> MatchBlock:
        """Where a city (row) stands in others' lists: a block of one place a list, of those lists alone.

        Places with other components than today's are passed over: the next run replaces them.
        """
        stored = _read(
            f"SELECT {self.columns} FROM {self.name} "  # noqa: S608 - our own names
            f"WHERE partner_id = %s AND cardinality(components) = %s ORDER BY {self.owner}",
            [int(profiles.ids[row]), self.components],
            self.row,
        )
        rows = known_rows(profiles, stored["city"])
        stored, rows = stored[rows >= 0], rows[rows >= 0]
        return MatchBlock(
            rows,
            partners=np.full((len(rows), 1), row, dtype=np.int32),
            scores=stored["score"].astype(np.float32)[:, None],
            components=stored["components"]["value"].astype(np.float32)[:, None],
        )

    def lists_with(self, profiles: Ids, partner: int) -> npt.NDArray[np.int32]:
        """The rows of those whose lists name one (id), ascending."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.owner} FROM {self.name} WHERE partner_id = %s", [partner])  # noqa: S608
            rows = known_rows(profiles, [owner for (owner,) in cursor.fetchall()])
        return np.sort(rows[rows >= 0])

    def delete_list(self, owner: int) -> None:
        """Remove a list, and every place of its owner (id) in others."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {self.name} WHERE {self.owner} = %s OR partner_id = %s",  # noqa: S608
                [owner, owner],
            )

    def last_places(self, profiles: Ids) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """Score and partner (row) in the last place of each full list; shape (n,), NaN and -1 elsewhere."""
        scores = np.full(len(profiles), np.nan, dtype=np.float32)
        partners = np.full(len(profiles), -1, dtype=np.int32)
        places = _read(
            f"SELECT {self.owner}, score, partner_id FROM {self.name} WHERE rank = %s",  # noqa: S608 - our own name
            [self.model.LAST_RANK],
            LAST_PLACE,
        )
        row, partner = known_rows(profiles, places["city"]), known_rows(profiles, places["partner"])
        known = (row >= 0) & (partner >= 0)
        scores[row[known]] = places["score"][known]
        partners[row[known]] = partner[known]
        return scores, partners

    def _indexes(self, cursor: CursorWrapper) -> Iterable[tuple[str, bool, str]]:
        """Name, whether it is the primary key's, and definition of each index of the present table."""
        cursor.execute(
            "SELECT relname, indisprimary, pg_get_indexdef(indexrelid) "
            "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indrelid = %s::regclass ORDER BY indisprimary DESC, relname",
            [self.name],
        )
        return cursor.fetchall()


def _read(query: str, parameters: Sequence[object], kind: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """What a query finds, by COPY: many times faster than row by row. Values have the lengths of `kind`."""
    data = io.BytesIO()
    with connection.cursor() as cursor:
        asked = cursor.mogrify(query, parameters).decode()
        cursor.copy_expert(f"COPY ({asked}) TO STDOUT (FORMAT binary)", data)
    return np.frombuffer(data.getbuffer()[len(SIGNATURE) : -len(END)], dtype=kind)


def count_change() -> None:
    """Tell those who keep pages in memory that matches changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DataVersion._meta.db_table} (name, version) VALUES (%s, 1) "  # noqa: S608
            f"ON CONFLICT (name) DO UPDATE SET version = {DataVersion._meta.db_table}.version + 1",
            [MATCHES],
        )


CITIES = MatchTable(CityMatch, "city_id", len(COMPONENTS), Lock.ONE_CITY)
BUSINESSES = MatchTable(BusinessMatch, "business_id", len(TRADE_COMPONENTS), Lock.ONE_BUSINESS)
