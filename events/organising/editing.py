"""Saving what organisers change: nobody's change is lost, each is counted and logged."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from django.db.models import F, Model
from django.forms import ModelForm
from django.utils import timezone
from django.utils.formats import localize

from accounts.models import AuditEntry, User
from events.models import Event


class Difference(NamedTuple):
    """A field that is saved otherwise than it was typed."""

    label: str
    saved: str


def stamp_of(form: ModelForm) -> str:
    """A digest of what is saved of the fields of a form that nothing was typed into yet."""
    plain = {name: _plain(value) for name, value in form.initial.items()}
    return hashlib.blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value.pk if isinstance(value, Model) else value)


def differences(form: ModelForm) -> list[Difference]:
    """The fields of a form that was typed into that are saved otherwise."""
    return [
        Difference(str(form[name].label), _shown(form.get_initial_for_field(form.fields[name], name)))
        for name in form.changed_data
    ]


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "–"
    if hasattr(value, "astimezone"):
        value = timezone.localtime(value)
    return str(localize(value)) if value not in (None, "") else "–"


def count(event: Event, by: User, section: str) -> None:
    """Count a change of the event, and log who made it."""
    Event.objects.filter(pk=event.pk).update(version=F("version") + 1)
    AuditEntry.note(by, "event edited", event, section=section)
