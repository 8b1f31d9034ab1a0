"""How long matches take to be written, read, and brought up to date after one city's change.

All of it happens in tables of the benchmark's own: while it runs, the portal's names stand for tables of
another schema. So the very code of the portal is measured, and nobody's matches are touched.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

import numpy as np
from django.db import connection, models, transaction

from cities.models import City, DataVersion, Topic, TopicStatement
from partnerships.matching.profiles import Profiles
from partnerships.matching.topk import MatchBlock, Matcher
from partnerships.models import CityMatch, SpreadMatch
from partnerships.scoring import match_table, profiles
from partnerships.scoring.changed_city import rescored
from partnerships.scoring.cities import score_city
from partnerships.scoring.match_table import CITIES
from partnerships.weights.in_force import current_weights

SCHEMA = "bench_writing"
BARE = "bare_matches"
COPIED: Sequence[type[models.Model]] = (CityMatch, SpreadMatch, DataVersion)
TOPICS_STATED = 4  # by a city that changes, needed and offered


@dataclass(frozen=True)
class Writing:
    """Seconds for one number of rows, and bytes on disk."""

    rows: int
    portal: float
    bare: float
    table_size: int
    index_size: int


@dataclass(frozen=True)
class Change:
    """One city that changed: the lists that it renewed, seconds to compute them and until they are stored."""

    lists: int
    computed: float
    stored: float


@contextmanager
def own_tables() -> Iterator[None]:
    """Have empty tables in place of those that matches are written to; they are dropped at the end."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        try:
            for name in (model._meta.db_table for model in COPIED):
                cursor.execute(f"CREATE TABLE {SCHEMA}.{name} (LIKE public.{name} INCLUDING ALL)")
            versions = DataVersion._meta.db_table
            cursor.execute(f"INSERT INTO {SCHEMA}.{versions} SELECT * FROM public.{versions}")  # noqa: S608
            yield
        finally:
            cursor.execute("RESET search_path")
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _look_in(schemas: str) -> None:
    """Where names of tables are looked up from now on.

    What drops and renames tables must see only the benchmark's schema: a table that is missing there would be
    looked for among the portal's.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {schemas}")


def full_run(at_hand: Profiles, progress: Callable[[int, int], None]) -> tuple[float, list[MatchBlock]]:
    """Score all cities and store their matches as the portal does: seconds, and the matches."""
    weights = current_weights()
    _look_in(SCHEMA)
    began, blocks = time.perf_counter(), []
    CITIES.begin_next()
    for block in Matcher.of(at_hand, weights).run(CityMatch.LAST_RANK, progress=progress):
        CITIES.fill_next(CITIES.as_rows(at_hand, block))
        blocks.append(block)
    _make_visible()
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {CITIES.name}")  # as PostgreSQL does by itself within a minute
    return seconds, blocks


def write(at_hand: Profiles, blocks: Sequence[MatchBlock]) -> Writing:
    """Store matches as the portal does, and the same rows by one COPY into a table without anything else.

    The COPY is timed before and after, and the faster time counts: disks are busy after much was written.
    """
    _look_in(SCHEMA)
    before = _copy_bare(at_hand, blocks)
    began = time.perf_counter()
    CITIES.begin_next()
    rows = sum(CITIES.fill_next(CITIES.as_rows(at_hand, block)) for block in blocks)
    _make_visible()
    portal = time.perf_counter() - began
    bare = min(before, _copy_bare(at_hand, blocks))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [CITIES.name, CITIES.name])
        return Writing(rows, portal, bare, *cursor.fetchone())


def _make_visible() -> None:
    CITIES.index_next()
    with transaction.atomic():
        CITIES.swap()


def _copy_bare(at_hand: Profiles, blocks: Sequence[MatchBlock]) -> float:
    """Seconds of the one COPY."""
    with TemporaryFile() as file, connection.cursor() as cursor:
        file.write(match_table.SIGNATURE)
        for block in blocks:
            file.write(CITIES.as_rows(at_hand, block).tobytes())
        file.write(match_table.END)
        file.seek(0)
        began = time.perf_counter()
        cursor.execute(f"CREATE TABLE {BARE} (LIKE {CITIES.name})")
        cursor.execute("SET statement_timeout = 0")
        cursor.copy_expert(f"COPY {BARE} ({CITIES.columns}) FROM STDIN (FORMAT binary)", file)
        seconds = time.perf_counter() - began
        cursor.execute("RESET statement_timeout")
        cursor.execute(f"DROP TABLE {BARE}")
    return seconds


def read(cities: Sequence[int]) -> list[float]:
    """Milliseconds in which PostgreSQL plans and reads the matches of each city, as its page shows them."""
    _look_in(f"{SCHEMA}, public")
    found = []
    for city in cities:
        (plan,) = json.loads(CityMatch.objects.filter(city=city).explain(analyze=True, format="json"))
        found.append(plan["Planning Time"] + plan["Execution Time"])
    return found


def change(city: int, dice: np.random.Generator) -> Change:
    """Give a city other needs and offers and score it; everything is undone."""
    _look_in(f"{SCHEMA}, public")
    with transaction.atomic():
        _state_topics(city, dice)
        began = time.perf_counter()
        lists = score_city(city)
        stored = time.perf_counter() - began
        computed = _compute(city)
        transaction.set_rollback(True)
    profiles.fresh()  # versions go back, and the next change would be taken for this one
    return Change(lists, computed, stored)


def _state_topics(city: int, dice: np.random.Generator) -> None:
    TopicStatement.objects.filter(city=city).delete()
    topics = list(Topic.objects.values_list("pk", flat=True))
    kinds = TopicStatement.Kind
    TopicStatement.objects.bulk_create(
        TopicStatement(city_id=city, kind=kind, topic_id=topic)
        for kind in (kinds.NEED, kinds.OFFER)
        for topic in dice.choice(topics, TOPICS_STATED, replace=False)
    )


def _compute(city: int) -> float:
    """Seconds to score the city with all others, and to tell which lists that alters, once all is at hand."""
    at_hand, weights = profiles.fresh(), current_weights()
    places, row = CITIES.last_places(at_hand), at_hand.row_of(city)
    began = time.perf_counter()
    rescored(Matcher.of(at_hand, weights), row, CityMatch.LAST_RANK, *places)
    return time.perf_counter() - began


def some_cities(at_hand: Profiles, number: int, dice: np.random.Generator) -> list[int]:
    """Ids of cities, half of them members where there are so many."""
    members = sorted(City.objects.members().values_list("pk", flat=True))
    chosen = dice.permutation(members)[: number // 2].tolist() if members else []
    others = np.setdiff1d(at_hand.ids, members)
    return [*map(int, chosen), *dice.permutation(others)[: number - len(chosen)].tolist()]
