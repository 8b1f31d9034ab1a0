"""The history of projects is only ever added to; triggers count what changes in projects (DataVersion)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION history_of_projects_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of projects is only ever added to.'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON projects_projectchange
    FOR EACH ROW EXECUTE FUNCTION history_of_projects_is_append_only();
"""
ALLOW = """
DROP TRIGGER append_only ON projects_projectchange;
DROP FUNCTION history_of_projects_is_append_only();
"""
TABLES = [
    *("project", "budgetline", "fundingsource", "projectneed", "milestone", "risk", "tender", "projectupdate"),
    *("document", "documentversion", "photo"),
]


def trigger(table):
    return f"""
CREATE TRIGGER count_data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON projects_{table}
FOR EACH STATEMENT EXECUTE FUNCTION count_data_version('projects');
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_projects"), ("cities", "0003_data_versions")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        *[
            migrations.RunSQL(trigger(table), f"DROP TRIGGER count_data_version ON projects_{table}")
            for table in TABLES
        ],
    ]
