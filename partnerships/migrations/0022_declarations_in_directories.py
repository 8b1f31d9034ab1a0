"""Declarations and their reviews count as changes of the business, for the copy of the directory in memory."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION note_review_of_business() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO partnerships_businesschange AS noted
    SELECT organisation_id, pg_current_xact_id()::text::bigint FROM partnerships_integritydeclaration
    WHERE id = NEW.declaration_id
    ON CONFLICT (organisation_id) DO UPDATE SET xact = excluded.xact WHERE noted.xact < excluded.xact;
    RETURN NULL;
END $$;
CREATE TRIGGER note_business_change AFTER INSERT ON partnerships_integrityreview
FOR EACH ROW EXECUTE FUNCTION note_review_of_business();
CREATE TRIGGER note_business_change AFTER INSERT OR DELETE ON partnerships_integritydeclaration
FOR EACH ROW EXECUTE FUNCTION note_business_change('organisation_id');
CREATE TRIGGER note_business_truncate AFTER TRUNCATE ON partnerships_integritydeclaration
FOR EACH STATEMENT EXECUTE FUNCTION note_business_change('organisation_id');
"""
BACK = """
DROP TRIGGER note_business_change ON partnerships_integrityreview;
DROP TRIGGER note_business_change ON partnerships_integritydeclaration;
DROP TRIGGER note_business_truncate ON partnerships_integritydeclaration;
DROP FUNCTION note_review_of_business();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("partnerships", "0021_activity"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, BACK),
    ]
