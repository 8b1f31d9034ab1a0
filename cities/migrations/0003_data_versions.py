"""Triggers that count changes, so that copies of the data in a process know when they are old.

One statement counts once. The row is locked until the writer commits, so a reader never sees a
new version with old data.
"""

from django.db import migrations

TABLES = {
    "reference": ["cities_country", "cities_region", "cities_city"],
    "members": ["cities_cityprofile", "cities_topicstatement", "cities_mayor", "cities_topic"],
    "ties": ["cities_twinning"],
}
FUNCTION = """
CREATE FUNCTION count_data_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cities_dataversion (name, version) VALUES (TG_ARGV[0], 1)
    ON CONFLICT (name) DO UPDATE SET version = cities_dataversion.version + 1;
    RETURN NULL;
END $$;
"""


def trigger(table, version):
    return f"""
CREATE TRIGGER count_data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION count_data_version('{version}');
"""


class Migration(migrations.Migration):
    dependencies = [("cities", "0002_tables")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION count_data_version()"),
        *[
            migrations.RunSQL(trigger(table, version), f"DROP TRIGGER count_data_version ON {table}")
            for version, tables in TABLES.items()
            for table in tables
        ],
    ]
