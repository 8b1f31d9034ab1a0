"""Activities of businesses are classes, groups or divisions of NACE; what was chosen, a division, stays."""

from django.db import migrations, models

import cities.nace

PLACES = (("businessversion", "content", "profile"), ("businessinvitation", "profile", ""))
"""Tables, columns of JSON, and the key below which the fields of a profile stand."""


def renamed(before, after):
    """Rename a key of what was saved as JSON."""
    for table, column, below in PLACES:
        fields, place = (f"{column}->'{below}'", [below, after]) if below else (column, [after])
        gone = [*place[:-1], before]
        path, old = ("{" + ",".join(one) + "}" for one in (place, gone))
        yield (
            f"UPDATE partnerships_{table} SET {column} = "
            f"jsonb_set({column} #- '{old}', '{path}', {fields}->'{before}') WHERE {fields} ? '{before}'"
        )


class Migration(migrations.Migration):

    dependencies = [
        ("partnerships", "0020_what_runs_changed"),
    ]

    operations = [
        migrations.RenameField("businessprofile", "division", "activity"),
        migrations.AlterField(
            model_name="businessprofile",
            name="activity",
            field=models.CharField(
                blank=True,
                choices=cities.nace.activity_choices,
                help_text="Class, group or division of NACE Rev. 2 (in Ukraine KVED-2010) of your main activity.",
                max_length=5,
                verbose_name="activity",
            ),
        ),
        *(
            migrations.RunSQL(there, back)
            for there, back in zip(
                renamed("division", "activity"), renamed("activity", "division"), strict=True
            )
        ),
    ]
