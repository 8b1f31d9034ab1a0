"""From a checked file to drafts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from cities.models import City
from cities.romanised import first_free, plain_slug
from projects.editing import Recorder, values_of
from projects.models import Project, ProjectChange
from projects.models.imports import ProjectImport
from projects.models.project import NotPossible
from projects.signals import project_changed

from .checking import Row, Verdict, check


def confirm(listed: ProjectImport, also: Collection[int]) -> int:
    """Make drafts of a file: of the new projects, and of those with known titles the rows `also`; how many.

    The file is checked again first. Confirmed twice, it makes nothing the second time. Raises NotPossible
    where somebody else saves projects of the same names in the same moment.
    """
    try:
        with transaction.atomic():
            return _confirm(listed, also)
    except IntegrityError as error:
        raise NotPossible([_("Somebody saved projects in the same moment. Confirm once more.")]) from error


def _confirm(listed: ProjectImport, also: Collection[int]) -> int:
    # Whoever confirms another list of the city waits here, and then finds what this one has made.
    city = City.objects.select_for_update(of=("self",), no_key=True).get(pk=listed.city_id)
    now = ProjectImport.objects.select_for_update(of=("self",)).get(pk=listed.pk)
    if now.confirmed_at is not None:
        return 0
    chosen = [row for row in check(listed) if _is_chosen(row, also)]
    _save(chosen, listed)
    now.confirmed_at = timezone.now()
    now.save(update_fields=["confirmed_at"])
    AuditEntry.note(
        listed.by, "projects imported", city, file=listed.file_name, made=[row.project.slug for row in chosen]
    )
    return len(chosen)


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
