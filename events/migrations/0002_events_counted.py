"""A trigger counts what changes in events (DataVersion), so that pages kept in memory are made anew."""

from django.db import migrations

COUNT = """
CREATE TRIGGER count_data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON events_event
FOR EACH STATEMENT EXECUTE FUNCTION count_data_version('events');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cities', '0003_data_versions'),
        ('events', '0001_events'),
    ]

    operations = [migrations.RunSQL(COUNT, "DROP TRIGGER count_data_version ON events_event")]
