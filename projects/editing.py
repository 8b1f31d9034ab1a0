"""Changing a project: every change is locked, saved, counted, told in its history and announced at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import FileField, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AUDITED, AuditEntry, User

from .models import Project, ProjectChange
from .models.project import NotPossible
from .models.texts import Part
from .signals import project_changed

AUDITED.update(
    {"project created": gettext_lazy("project created"), "project edited": gettext_lazy("project edited")}
)
Values = dict[str, Any]
PROJECT = "project"


class EditedMeanwhile(Exception):
    """Somebody changed the same part of a project after the version that the editor saw."""

    def __init__(self, changes: list[ProjectChange], version: int) -> None:
        super().__init__(f"{len(changes)} changes up to version {version}")
        self.changes, self.version = changes, version


def values_of(one: Any) -> Values:
    """What the history tells of a project or a part, as JSON can hold it; amounts are strings."""
    return {name: _value(one, name) for name in one.HISTORY}


def _value(one: Model, name: str) -> Any:
    field = one._meta.get_field(name)
    value = field.value_from_object(one)  # type: ignore[union-attr]
    match value:
        case Decimal():
            return str(round(value, field.decimal_places))  # type: ignore[union-attr]
        case date():
            return value.isoformat()
        case _ if isinstance(field, FileField):
            return str(value)
    return value


class Recorder:
    """What is being changed in a project; see `recording`. `version` is the one that the changes make."""

    def __init__(self, project: Project, by: User | None, version: int | None = None) -> None:
        self.version = version or project.version + 1
        self.project, self.by, self.at = project, by, timezone.now()
        self.changes: list[ProjectChange] = []

    def save(self, one: Any, before: Values | None) -> None:
        """Save the project or a part. `before` are its values as they were, None if it is new."""
        after = values_of(one)
        if before == after:
            return
        if isinstance(one, Project):
            changed = [name for name in after if before is None or before[name] != after[name]]
            self._state_interests(one, changed)
            one.save(update_fields=changed)
        else:
            one.project = self.project
            one.save()
        if before is None:
            self.note(one, "", None, values_of(one))
            return
        for name in after:
            if before[name] != after[name]:
                self.note(one, name, before[name], after[name])

    def _state_interests(self, project: Project, changed: list[str]) -> None:
        if any(name.startswith("interests") for name in changed):
            project.interests_by, project.interests_at = self.by, self.at
            changed += ["interests_by", "interests_at"]

    def remove(self, part: Part) -> None:
        """Delete a part; the history keeps what the database had of it."""
        kept = type(part)._default_manager.get(pk=part.pk)
        self.note(kept, "", values_of(kept), None)
        kept.delete()

    def note(self, one: Any, field: str, old: Any, new: Any) -> None:
        """Add to the history that something is no longer `old` but `new`."""
        part = one._meta.model_name
        names = ("", "") if part == PROJECT else one.names
        self.changes.append(
            ProjectChange(
                project=self.project, version=self.version, at=self.at, by=self.by, part=part,
                row=None if part == PROJECT else one.pk, about_en=names[0][:500], about_uk=names[1][:500],
                field=field, old=old, new=new, is_public=self.project.is_public,
            )
        )  # fmt: skip

    def finish(self) -> None:
        """Write the history, count the version, log and announce; nothing if nothing changed."""
        if not self.changes:
            return
        project = self.project
        ProjectChange.objects.bulk_create(self.changes)
        project.version, project.updated_at = self.version, self.at
        Project.objects.filter(pk=project.pk).update(version=project.version, updated_at=self.at)
        parts = sorted({f"{one.part}.{one.field}".strip(".") for one in self.changes})
        AuditEntry.note(self.by, "project edited", project, changes=parts)
        project_changed.send(sender=Project, project=project, by=self.by)


@contextmanager
def recording(
    project: Project, *, by: User | None, seen: int | None = None, parts: dict[str, Any] | None = None
) -> Iterator[Recorder]:
    """Change a project in one transaction: `with recording(project, by=user) as record: record.save(...)`.

    `seen` is the version that the editor began with, `parts` what is edited: models' names, each with the
    fields of the project that are (empty for other models). Raises EditedMeanwhile if somebody changed those
    since, NotPossible if it is archived or, published, would lack what publishing asks for. `project` takes
    on the version that is saved.
    """
    with transaction.atomic():
        now = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        if seen is not None:
            theirs = [one for one in changes_since(now, seen) if _concerns(one, parts)]
            if theirs:
                raise EditedMeanwhile(theirs, now.version)
        if now.state == Project.State.ARCHIVED:
            raise NotPossible([_("The project is archived. Take it out of the archive to change it.")])
        project.version, project.state, project.published_at = now.version, now.state, now.published_at
        recorder = Recorder(project, by)
        yield recorder
        if project.state == Project.State.PUBLISHED and (lacks := project.lacks()):
            raise NotPossible([_("A published project keeps what publishing asks for:"), *lacks])
        recorder.finish()


def changes_since(project: Project, version: int) -> list[ProjectChange]:
    """What was changed after a version, oldest first, with who did."""
    return list(project.changes.since(version).select_related("by").order_by("id"))


def _concerns(change: ProjectChange, parts: dict[str, Any] | None) -> bool:
    if parts is None:
        return True
    return change.part in parts and (change.part != PROJECT or change.field in parts[PROJECT])


def create(project: Project, *, by: User | None) -> Project:
    """Save a new draft, with its first line of history. Parts are added by `recording` afterwards."""
    with transaction.atomic():
        project.interests_by, project.interests_at = (
            (by, timezone.now()) if project.interests else (None, None)
        )
        project.save()
        ProjectChange.objects.create(
            project=project, version=project.version, by=by, part=PROJECT, new=values_of(project)
        )
        AuditEntry.note(by, "project created", project)
        project_changed.send(sender=Project, project=project, by=by)
    return project
