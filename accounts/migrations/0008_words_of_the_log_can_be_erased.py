"""Of the audit log one change is allowed: what it called its object and a note on it can be erased."""

from django.db import migrations

ALLOW_ERASING = """
CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.about = '' AND NEW.details = OLD.details - 'note'
        AND to_jsonb(NEW) - '{about,details}'::text[] = to_jsonb(OLD) - '{about,details}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
REFUSE_ALL = """
CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_calendar")]

    operations = [migrations.RunSQL(ALLOW_ERASING, REFUSE_ALL)]
