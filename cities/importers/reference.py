"""Loads reference data into the database: by COPY into temporary tables, then only what differs.

What members wrote lives in other tables and is never touched. A second load of the same data writes
nothing. All in one transaction: readers see the old data until the new are complete.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from cities.models import City, CityName, Country, Region
from cities.signals import reference_changed

from .geonames import Reference

LOCK = 4_702_001  # any number; two loads at once wait for each other

# Columns as they are staged. Their order is that of the rows in geonames.py.
COUNTRY = {
    "code": "varchar",
    "name_en": "varchar",
    "name_uk": "varchar",
    "languages": "varchar[]",
    "neighbours": "varchar[]",
}
REGION = {"code": "varchar", "country_id": "varchar", "name_en": "varchar", "name_uk": "varchar"}
CITY = {
    "id": "bigint",
    "country_id": "varchar",
    "region_id": "varchar",
    "name": "varchar",
    "name_uk": "varchar",
    "population": "integer",
    "latitude": "double precision",
    "longitude": "double precision",
    "time_zone": "varchar",
    "is_capital": "boolean",
    "slug": "varchar",
}
NAME = {"city_id": "bigint", "name": "varchar", "priority": "integer"}
TABLES = {
    "cities_country": COUNTRY,
    "cities_region": REGION,
    "cities_city": CITY,
    "cities_cityname": NAME,
}


class Outcome(NamedTuple):
    """What a load changed: rows new or different, and rows gone."""

    countries: int
    regions: int
    cities: int
    cities_gone: int
    cities_kept: int
    names: int
    names_gone: int


def load(reference: Reference, say: Callable[[str], None]) -> Outcome:
    """Bring the tables to what `reference` says; `say` is told of each step.

    A city that is no longer in GeoNames is deleted, unless something refers to it (a profile, a mayor, a
    twinning ...): then it stays as it was.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        stage(cursor, reference)
        say(f"copied {len(reference.cities):,} cities and {len(reference.names):,} names")
        countries = merge(cursor, "cities_country", "code")
        regions = merge(cursor, "cities_region", "code")
        give_slugs(cursor)
        cities = merge(cursor, "cities_city", "id")
        say(f"{cities:,} cities new or changed")
        names, names_gone = merge_names(cursor)
        say(f"{names:,} names new, {names_gone:,} gone")
        cities_gone, cities_kept = delete_vanished_cities()
        delete_unused_regions_and_countries(reference)
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
        if countries or regions or cities or cities_gone:
            reference_changed.send(sender=City)
    return Outcome(countries, regions, cities, cities_gone, cities_kept, names, names_gone)


def stage(cursor: Any, reference: Reference) -> None:
    """Copy everything into temporary tables incoming_*; slugs are still empty."""
    rows: dict[str, Iterable[Sequence[Any]]] = {
        "cities_country": [country[: len(COUNTRY)] for country in reference.countries],
        "cities_region": reference.regions,
        "cities_city": [(*city, "") for city in reference.cities],
        "cities_cityname": reference.names,
    }
    for table, columns in TABLES.items():
        definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        create_temporary_table(cursor, f"incoming_{table}", f"({definition}) ON COMMIT DROP")
        cursor.copy_expert(f"COPY incoming_{table} FROM STDIN (FORMAT csv, NULL '\\N')", as_csv(rows[table]))
        cursor.execute(f"ANALYZE incoming_{table}")


def create_temporary_table(cursor: Any, name: str, definition: str) -> None:
    """Create it, in place of one that an earlier load in the same transaction has left."""
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(f"CREATE TEMPORARY TABLE {name} {definition}")


def as_csv(rows: Iterable[Sequence[Any]]) -> io.StringIO:
    r"""Rows as COPY reads them: None as \N, a list as an array."""
    text = io.StringIO()
    csv.writer(text).writerows([as_field(value) for value in row] for row in rows)
    text.seek(0)
    return text


def as_field(value: Any) -> Any:
    """One value as COPY reads it. The members of arrays are codes and need no quotes."""
    if value is None:
        return r"\N"
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    return value


def merge(cursor: Any, table: str, key: str) -> int:
    """Insert or update the rows of `table` that differ from incoming_`table`; return how many.

    Where nothing differs nothing is executed, for a statement without rows would count as a change of the
    data's version too.
    """
    others = [column for column in TABLES[table] if column != key]
    updates = ", ".join(f"{column} = excluded.{column}" for column in others)
    incoming = ", ".join(f"incoming.{column}" for column in others)
    present = ", ".join(f"present.{column}" for column in others)
    difference = f"""
        ON COMMIT DROP AS
        SELECT incoming.* FROM incoming_{table} incoming LEFT JOIN {table} present USING ({key})
        WHERE present.{key} IS NULL OR ({present}) IS DISTINCT FROM ({incoming})
    """  # noqa: S608 - the names are constants of this module
    create_temporary_table(cursor, f"changed_{table}", difference)
    changed: int = cursor.rowcount
    if changed:
        cursor.execute(f"""
            INSERT INTO {table} ({key}, {", ".join(others)})
            SELECT {key}, {", ".join(others)} FROM changed_{table}
            ON CONFLICT ({key}) DO UPDATE SET {updates}
        """)  # noqa: S608
    return changed


def give_slugs(cursor: Any) -> None:
    """Fill the slugs of the incoming cities: unique in a country, and for a known city the one it has.

    Of new cities with the same name the largest gets the plain slug, if it is free; the others get
    their GeoNames id after it.
    """
    cursor.execute("""
        UPDATE incoming_cities_city incoming SET slug = present.slug
        FROM cities_city present WHERE present.id = incoming.id
    """)
    cursor.execute("""
        WITH plain AS (
            SELECT id, country_id, population,
                btrim(regexp_replace(
                    translate(search_key(name), 'əǝ', 'ee'), '[^a-z0-9]+', '-', 'g'
                ), '-') AS slug
            FROM incoming_cities_city WHERE slug = ''
        ), ranked AS (
            SELECT *, row_number() OVER (PARTITION BY country_id, slug ORDER BY population DESC, id) AS place
            FROM plain
        )
        UPDATE incoming_cities_city incoming SET slug = CASE
            WHEN ranked.slug = '' THEN ranked.id::text
            WHEN place = 1 AND NOT EXISTS (
                SELECT FROM cities_city taken
                WHERE taken.country_id = ranked.country_id AND taken.slug = ranked.slug
            ) THEN ranked.slug
            ELSE ranked.slug || '-' || ranked.id
        END
        FROM ranked WHERE ranked.id = incoming.id
    """)


def merge_names(cursor: Any) -> tuple[int, int]:
    """Insert the names that are new and delete those that are gone; return how many of each.

    Of a city's names that are searched alike only one is kept. Keys of names already there are not
    computed again.
    """
    keyed = """
        ON COMMIT DROP AS
        SELECT DISTINCT ON (city_id, key) city_id, name, key
        FROM (
            SELECT incoming.city_id, incoming.name, incoming.priority,
                coalesce(present.key, search_key(incoming.name)) AS key
            FROM incoming_cities_cityname incoming
            LEFT JOIN cities_cityname present
                ON present.city_id = incoming.city_id AND present.name = incoming.name
        ) names
        WHERE key <> ''
        ORDER BY city_id, key, priority
    """
    create_temporary_table(cursor, "keyed", keyed)
    cursor.execute("ANALYZE keyed")
    cursor.execute("""
        DELETE FROM cities_cityname present
        USING incoming_cities_city city
        WHERE city.id = present.city_id AND NOT EXISTS (
            SELECT FROM keyed WHERE keyed.city_id = present.city_id AND keyed.name = present.name
        )
    """)
    gone = cursor.rowcount
    cursor.execute("""
        INSERT INTO cities_cityname (city_id, name, key)
        SELECT city_id, name, key FROM keyed
        WHERE NOT EXISTS (
            SELECT FROM cities_cityname present
            WHERE present.city_id = keyed.city_id AND present.name = keyed.name
        )
    """)
    return cursor.rowcount, gone


def delete_vanished_cities() -> tuple[int, int]:
    """Delete the cities that did not come and that nothing refers to; return how many went and stayed."""
    vanished = City.objects.exclude(pk__in=RawSQL("SELECT id FROM incoming_cities_city", []))
    unused = vanished
    for field in references_to_cities():
        unused = unused.exclude(Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    total, gone = vanished.count(), unused.count()
    if gone:
        unused.delete()
    return gone, total - gone


def references_to_cities() -> list[models.ForeignKey[Any, Any]]:
    """The foreign keys of all apps that point to a city, other than from its names.

    Those without a constraint in the database belong to tables that are computed anew, as matches.
    """
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is City
        and field.db_constraint  # type: ignore[attr-defined]
        and model is not CityName
    ]


def delete_unused_regions_and_countries(reference: Reference) -> None:
    """Delete the regions and countries that did not come and in which no city is left."""
    regions = Region.objects.filter(cities=None).exclude(code__in=[row.code for row in reference.regions])
    countries = Country.objects.filter(cities=None).exclude(
        code__in=[row.code for row in reference.countries]
    )
    for unused in (regions, countries):
        if unused.exists():
            unused.delete()
