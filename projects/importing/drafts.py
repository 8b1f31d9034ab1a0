"""From a checked file to drafts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from cities.models import City
from cities.romanised import first_free, plain_slug
from projects.editing import Recorder, values_of
from projects.models import Project, ProjectChange
from projects.models.imports import ProjectImport
from projects.open_data.oc4ids import dumps
from projects.signals import project_changed

from .checking import Row, Verdict, check


def make_waiting() -> None:
    """Make the drafts of the files that were confirmed, each once."""
    waiting = ProjectImport.objects.filter(confirmed_at__isnull=False, done_at=None)
    for pk in waiting.order_by("id").values_list("pk", flat=True):
        with suppress(IntegrityError), transaction.atomic():  # somebody took an address: the next time
            free = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("city", "by")
            if listed := free.filter(pk=pk).first():
                _make(listed)


def _make(listed: ProjectImport) -> None:
    """Check the file again, make drafts, and keep what is left out; call it with the file's row locked.

    Raises IntegrityError where somebody takes the same address in the same moment.
    """
    # Whoever makes drafts of another list of the city waits here, and then finds these.
    city = City.objects.select_for_update(of=("self",), no_key=True).get(pk=listed.city_id)
    rows = check(listed)
    chosen = [row for row in rows if _is_chosen(row, listed.also)]
    _save(chosen, listed)
    listed.text = _left(listed, [row for row in rows if not _is_chosen(row, listed.also)])
    listed.done_at, listed.made = timezone.now(), len(chosen)
    listed.save(update_fields=["text", "done_at", "made"])
    slugs = [row.project.slug for row in chosen]
    AuditEntry.note(listed.by, "projects imported", city, file=listed.file_name, made=slugs)


def _left(listed: ProjectImport, rows: list[Row]) -> str:
    """The content of the file without the rows that were taken."""
    if listed.kind == ProjectImport.Kind.OC4IDS:
        return dumps([row.source for row in rows])
    left = [(row.number, row.source) for row in rows]
    return dumps({"headings": listed.content["headings"], "rows": left})


def _is_chosen(row: Row, also: Collection[int]) -> bool:
    return row.verdict == Verdict.NEW or (row.verdict == Verdict.SIMILAR and row.number in also)


def _save(rows: list[Row], listed: ProjectImport) -> None:
    """Save projects with their parts and their history, table by table."""
    projects = [row.project for row in rows]
    _give_addresses(projects)
    for project in projects:
        if project.interests:
            project.interests_by, project.interests_at = listed.by, timezone.now()
    Project.objects.bulk_create(projects)
    parts: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        for part in row.parts:
            part.project = row.project
            parts[type(part)].append(part)
    for model, found in parts.items():
        model._default_manager.bulk_create(found)
    ProjectChange.objects.bulk_create(change for row in rows for change in _history(row, listed))
    for project in projects:
        project_changed.send(sender=Project, project=project, by=listed.by)


def _give_addresses(projects: Iterable[Project]) -> None:
    taken = set(Project.objects.values_list("slug", flat=True))
    for project in projects:
        project.slug = first_free(plain_slug(project.title_en or project.title_uk, "project"), taken)
        taken.add(project.slug)


def _history(row: Row, listed: ProjectImport) -> list[ProjectChange]:
    """The first lines of a history: the project, with the file it is from, and its parts."""
    by: User = listed.by
    recorder = Recorder(row.project, by, version=row.project.version)
    for one in (row.project, *row.parts):
        recorder.note(one, "", None, values_of(one))
    first = recorder.changes[0]
    first.about_en = first.about_uk = listed.file_name
    return recorder.changes
