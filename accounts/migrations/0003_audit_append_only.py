"""The audit log is only ever added to: PostgreSQL itself refuses to change or delete its rows."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
"""
ALLOW = """
DROP TRIGGER append_only ON accounts_auditentry;
DROP FUNCTION audit_log_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_letters_and_audit")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
