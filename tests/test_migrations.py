"""While a release takes over from the one before, old code works on the new database: docs/deployment.md.

So a migration adds what old code may leave alone. What takes something away comes one release later, and says
why old code does without: `contracts = "..."` in the class Migration.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

# The last migration of each app that no release stood before.
BEFORE_THE_FIRST_RELEASE = {
    "accounts": "0007",
    "cities": "0009",
    "events": "0007",
    "knowledge": "0002",
    "partnerships": "0024",
    "projects": "0004",
    "public": "0003",
}
TAKES_AWAY = (
    operations.RemoveField,
    operations.DeleteModel,
    operations.RenameField,
    operations.RenameModel,
    operations.AlterModelTable,
)
SQL_THAT_TAKES_AWAY = re.compile(r"\b(DROP|RENAME|TRUNCATE|SET NOT NULL|SET DATA TYPE)\b", re.IGNORECASE)


def problems(migration: Migration, before: ProjectState) -> Iterator[str]:
    """What in the migration the code of the release before would stumble over."""
    new = {step.name_lower for step in migration.operations if isinstance(step, operations.CreateModel)}
    state = before.clone()
    for listed in migration.operations:
        for step in _on_the_database([listed]):
            if isinstance(step, TAKES_AWAY):
                yield f"{step.describe()}: old code still asks for it"
            elif isinstance(step, operations.RunSQL) and SQL_THAT_TAKES_AWAY.search(str(step.sql)):
                yield f"{step.describe()}: the statement takes something away"
            elif getattr(step, "model_name_lower", "") not in new:
                yield from _problems_of_a_table_in_use(step, state, migration.app_label)
        listed.state_forwards(migration.app_label, state)


def _on_the_database(steps: list[Operation]) -> Iterator[Operation]:
    for step in steps:
        if isinstance(step, operations.SeparateDatabaseAndState):
            yield from _on_the_database(step.database_operations)
        else:
            yield step


def _problems_of_a_table_in_use(step: Operation, before: ProjectState, app: str) -> Iterator[str]:
    if isinstance(step, operations.AddField) and not step.field.many_to_many:
        if not step.field.null and not step.field.has_db_default() and not step.field.generated:
            yield f"{step.describe()}: old code does not fill it in; null=True or db_default"
        if step.field.unique:
            yield f"{step.describe()}: old code does not keep it unique"
    elif isinstance(step, operations.AlterField):
        old = before.models[app, step.model_name_lower].fields[step.name]
        if old.null and not step.field.null:
            yield f"{step.describe()}: old code still leaves it empty"
        if type(old).get_internal_type(old) != type(step.field).get_internal_type(step.field):
            yield f"{step.describe()}: another kind of column rewrites the table"
        elif (step.field.max_length or 0) < (old.max_length or 0):
            yield f"{step.describe()}: old code still writes longer texts"
    elif isinstance(step, operations.AddConstraint | operations.AlterUniqueTogether):
        yield f"{step.describe()}: old code does not keep to it"
    elif isinstance(step, operations.AddIndex) and not isinstance(step, AddIndexConcurrently):
        yield f"{step.describe()}: writing stands still meanwhile; AddIndexConcurrently"


def test_old_code_works_on_the_new_database():
    loader = MigrationLoader(None)
    found = []
    for (app, name), migration in loader.graph.nodes.items():
        if app not in BEFORE_THE_FIRST_RELEASE or name[:4] <= BEFORE_THE_FIRST_RELEASE[app]:
            continue
        if len(getattr(migration, "contracts", "")) > 20 or name.startswith("0001"):
            continue
        before = loader.project_state((app, name), at_end=False)
        found += [f"{app}.{name}: {problem}" for problem in problems(migration, before)]
    assert found == []


@pytest.mark.parametrize(
    ("migration", "words"),
    [
        (("events", "0007_no_reminder_field"), "old code still asks for it"),
        (("partnerships", "0021_activity"), "Rename field division"),
        (("projects", "0004_imports_as_jobs"), "old code does not fill it in"),
    ],
)
def test_migrations_from_before_the_rule_would_have_been_found(migration, words):
    loader = MigrationLoader(None)
    found = loader.graph.nodes[migration]
    assert words in " ".join(problems(found, loader.project_state(found.dependencies, at_end=True)))


class Example(Migration):
    """A migration of one operation or a few."""

    def __init__(self, *steps: Operation) -> None:
        super().__init__("example", "towns")
        self.operations = list(steps)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (operations.RemoveField("town", "name"), "still asks"),
        (operations.DeleteModel("town"), "still asks"),
        (operations.RenameField("town", "name", "title"), "still asks"),
        (operations.RunSQL("ALTER TABLE towns_town DROP COLUMN name"), "takes something away"),
        (
            operations.SeparateDatabaseAndState(database_operations=[operations.RemoveField("town", "name")]),
            "still asks",
        ),
        (operations.AddField("town", "area", models.FloatField(default=0)), "does not fill it in"),
        (operations.AddField("town", "code", models.SlugField(null=True, unique=True)), "unique"),
        (operations.AlterField("town", "mayor", models.CharField(max_length=80)), "leaves it empty"),
        (operations.AlterField("town", "name", models.CharField(max_length=40)), "longer texts"),
        (operations.AlterField("town", "name", models.IntegerField()), "another kind"),
        (
            operations.AddConstraint("town", models.UniqueConstraint(fields=["name"], name="one")),
            "does not keep to it",
        ),
        (operations.AddIndex("town", models.Index(fields=["name"], name="by_name")), "stands still"),
        (operations.AddField("town", "area", models.FloatField(null=True)), None),
        (operations.AddField("town", "area", models.FloatField(db_default=0)), None),
        (operations.AddField("town", "twins", models.ManyToManyField("towns.Town")), None),
        (operations.AlterField("town", "name", models.CharField(max_length=200, verbose_name="x")), None),
        (AddIndexConcurrently("town", models.Index(fields=["name"], name="by_name")), None),
        (operations.RunSQL("CREATE INDEX CONCURRENTLY a ON towns_town (name)"), None),
    ],
)
def test_what_old_code_stumbles_over(step, words):
    before = ProjectState()
    name = models.CharField(max_length=80)
    mayor = models.CharField(max_length=80, null=True)
    before.add_model(ModelState("towns", "town", [("name", name), ("mayor", mayor)]))
    found = list(problems(Example(step), before))
    assert len(found) == (words is not None)
    assert words is None or words in found[0]


def test_a_table_made_by_the_same_migration_is_not_in_use():
    steps = [
        operations.CreateModel("Village", [("name", models.CharField(max_length=80))]),
        operations.AddIndex("village", models.Index(fields=["name"], name="by_name")),
        operations.AddConstraint("village", models.UniqueConstraint(fields=["name"], name="one")),
    ]
    assert list(problems(Example(*steps), ProjectState())) == []
