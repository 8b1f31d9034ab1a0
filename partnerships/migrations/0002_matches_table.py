"""Matches get smaller columns, in an order without gaps, and the indexes that scoring one city needs."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import partnerships.models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0005_search_key"),
        ("partnerships", "0001_initial"),
    ]
    operations = [
        migrations.DeleteModel("CityMatch"),
        migrations.CreateModel(
            name="CityMatch",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "city_id", "rank", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="cities.city",
                        verbose_name="city",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cities.city",
                        verbose_name="proposed partner",
                    ),
                ),
                ("score", partnerships.models.RealField(verbose_name="score")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                (
                    "components",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=partnerships.models.RealField(), size=None, verbose_name="components"
                    ),
                ),
            ],
            options={
                "verbose_name": "match",
                "verbose_name_plural": "matches",
                "ordering": ["city_id", "rank"],
                "indexes": [
                    models.Index(fields=["partner"], name="match_partner"),
                    models.Index(
                        condition=models.Q(("rank", 50)),
                        fields=["city"],
                        include=("score", "partner"),
                        name="match_last",
                    ),
                ],
            },
        ),
    ]
