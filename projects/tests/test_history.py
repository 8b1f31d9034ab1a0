"""The history of a project is only ever added to."""

import pytest
from django.db import IntegrityError, connection, transaction

from projects.models import ProjectChange
from projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db


def test_the_database_refuses_to_change_or_delete_history():
    change = ProjectChange.objects.create(project=ProjectFactory(), version=2, part="project", field="status")
    for statement in ["UPDATE projects_projectchange SET new = '1'", "DELETE FROM projects_projectchange"]:
        with (
            pytest.raises(IntegrityError, match="only ever added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert ProjectChange.objects.get() == change
