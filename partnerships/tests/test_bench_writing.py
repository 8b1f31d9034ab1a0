"""manage.py bench_writing: it measures in tables of its own."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cities.models import TopicStatement
from partnerships.models import CityMatch, ScoringJob, SpreadMatch
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db(transaction=True)


def everything():
    tables = (CityMatch, SpreadMatch, TopicStatement, ScoringJob)
    return str([list(table.objects.order_by("pk").values_list()) for table in tables])


def measured(**options):
    out = StringIO()
    call_command("bench_writing", stdout=out, **options)
    return out.getvalue()


def test_it_prints_each_figure_and_leaves_no_trace():
    small_world()
    score_world()
    before, number = everything(), CityMatch.objects.count()
    said = measured(changes=4)
    for part in (f"writing {number} matches", "by a bare binary COPY", "of a full run", "in the database"):
        assert part in said
    assert everything() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'bench%'")
        assert cursor.fetchone() == (0,)


def test_an_empty_directory_is_a_clear_error():
    with pytest.raises(CommandError, match="run load_cities first"):
        measured()
