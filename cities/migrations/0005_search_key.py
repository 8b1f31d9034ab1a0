"""One way to write a name as it is searched: the import fills keys with it, search compares with it.

Lower case, accents removed, apostrophes dropped, hyphens and runs of spaces as one space:
"Saint-Étienne" and "saint etienne" meet, "Кам’янець" and "Камянець" too.

The dictionary of unaccent is named with its schema, so the result never depends on the search
path; with that it is safe to call the function immutable, which an index needs.
"""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION search_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    translate(
        lower(public.unaccent('public.unaccent'::regdictionary, name)),
        '-‐‑–—''’‘ʼʹ′´`"', '     '
    ),
    '\s+', ' ', 'g'
));
"""


class Migration(migrations.Migration):
    dependencies = [("cities", "0004_topics")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION search_key(text)")]
