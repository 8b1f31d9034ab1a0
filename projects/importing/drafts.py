"""From a checked file to drafts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
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


def make(confirmed: ProjectImport) -> None:
    """Check a file again, make drafts of it, and keep what is left out.

    Raises IntegrityError where somebody takes the same address in the same moment.
    """
    with transaction.atomic():
        lists = ProjectImport.objects.select_for_update(of=("self",)).select_related("city", "by")
        if listed := lists.filter(pk=confirmed.pk).first():
            _make(listed)


def _make(listed: ProjectImport) -> None:
    # Whoever makes drafts of another list of the city waits here, and then finds these.
    city = City.objects.select_for_update(of=("self",), no_key=True).get(pk=listed.city_id)
    rows = check(listed)
    chosen = [row for row in rows if _is_chosen(row, listed.also)]
    _save(chosen, listed)
    listed.text = _left(listed, [row for row in rows if not _is_chosen(row, listed.also)])
    listed.done_at, listed.made, listed.findings, listed.percent = timezone.now(), len(chosen), "", 0
    listed.save(update_fields=["text", "done_at", "made", "findings", "percent"])
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
