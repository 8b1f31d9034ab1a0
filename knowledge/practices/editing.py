"""Changing a practice: what is typed is saved, counted and logged at once, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from knowledge.models import Practice
from projects.editing import Values, values_of
from projects.models.project import NotPossible


class EditedMeanwhile(Exception):
    """Somebody saved the practice after the version that the editor saw; `version` is the present one."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version}")
        self.version = version


class Recorder:
    """What is being changed in a practice; `changed` are the names of its parts."""

    def __init__(self, practice: Practice, by: User) -> None:
        self.practice, self.by = practice, by
        self.changed: set[str] = set()

    def save(self, one: Any, before: Values | None) -> None:
        """Save a part. `before` are its values as they were, None if it is new."""
        if before != values_of(one):
            one.practice = self.practice
            one.save()
            self.changed.add(one._meta.model_name)

    def remove(self, part: Any) -> None:
        """Delete a part."""
        part.delete()
        self.changed.add(part._meta.model_name)

    def save_fields(self, form: Any) -> None:
        """Save what was typed into a form of the practice itself."""
        if form.has_changed():
            form.save()
            self.changed.update(form.changed_data)


@contextmanager
def recording(practice: Practice, *, by: User, seen: int) -> Iterator[Recorder]:
    """Change a practice in one transaction: `with recording(practice, by=user, seen=3) as recorder: ...`.

    `seen` is the version that the editor began with. Raises EditedMeanwhile where it is not the present one,
    NotPossible while the practice is reviewed, or where a published one would lack what handing in asks for.
    """
    with transaction.atomic():
        now = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
        if not now.version == practice.version == seen:
            raise EditedMeanwhile(now.version)
        if not now.is_editable:
            raise NotPossible([_("The practice is being reviewed. Take it back to change it.")])
        recorder = Recorder(practice, by)
        yield recorder
        if not recorder.changed:
            return
        if practice.is_public and (lacks := practice.lacks()):
            raise NotPossible([_("A published practice keeps what handing in asks for:"), *lacks])
        practice.version, practice.updated_at = now.version + 1, timezone.now()
        practice.save(update_fields=["version", "updated_at"])
        AuditEntry.note(by, "practice edited", practice, changes=sorted(recorder.changed))


def create(form: Any, *, by: User) -> Practice:
    """Save a new draft from a valid form."""
    with transaction.atomic():
        form.instance.created_by = by
        practice: Practice = form.save()
        AuditEntry.note(by, "practice created", practice)
    return practice
