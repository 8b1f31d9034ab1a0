"""All that the portal keeps of a person, as one ZIP: data.json and the files they uploaded."""

import io
import json
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BinaryField, FileField, Model

from .membership import Membership
from .models import AuditEntry, BouncingAddress, Letter, User
from .signals import collecting_own_data

NEVER = {"password", "data", "session_key"}  # secrets and keys, the person's own included


def archive(user: User) -> bytes:
    """The ZIP."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        data = collect(user)
        zipped.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        for membership in memberships(user):
            if membership.evidence:
                with membership.evidence.open("rb") as file:
                    name = f"evidence/{membership.kind}-{membership.pk}-{membership.evidence_name}"
                    zipped.writestr(name.replace("..", "."), file.read())
    return written.getvalue()


def collect(user: User) -> dict[str, Any]:
    """What the tables say of the person: lists of rows by name."""
    addresses, mine, called = EmailAddress.objects.filter(user=user), memberships(user), emails(user)
    collected: list[Any] = collecting_own_data.send(sender=User, user=user)
    others = {name: rows for _receiver, tables in collected for name, rows in tables.items()}
    return {
        "account": row(user),
        "e-mail addresses": [row(one) for one in addresses],
        "second factors": [row(one) for one in Authenticator.objects.filter(user=user)],
        "sessions": [row(one) for one in UserSession.objects.filter(user=user)],
        "memberships": [row(one) | {"for": str(one.represented)} for one in mine],
        "log": [row(one) for one in AuditEntry.objects.filter(actor=user)],
        "log of what concerns you": [row(entry) for one in (user, *mine) for entry in AuditEntry.of(one)],
        "edited in the administration": [row(one) for one in LogEntry.objects.filter(user=user)],
        "notifications": [row(one) for one in user.notifications.all()],
        "letters that came back": [row(one) for one in BouncingAddress.objects.of(*called)],
        "letters": [row(one) for one in Letter.objects.addressed_to(*called)],
        **others,
    }


def emails(user: User) -> list[str]:
    """The addresses of the person."""
    return [user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)]


def names(user: User) -> set[str]:
    """What the person is called, by the account and in applications."""
    return {user.name, *(one.full_name for one in memberships(user))} - {""}


def membership_kinds() -> list[type[Membership]]:
    """The tables of memberships."""
    return [model for model in apps.get_models() if issubclass(model, Membership)]


def memberships(user: User) -> list[Membership]:
    """All that the person applied for, of every kind."""
    return [one for kind in membership_kinds() for one in kind._default_manager.filter(user=user)]


def row(one: Model) -> dict[str, Any]:
    """A row of a table without secrets."""
    values = {}
    for field in one._meta.concrete_fields:
        if field.name not in NEVER and not isinstance(field, BinaryField):
            value = field.value_from_object(one)
            values[field.name] = str(value) if isinstance(field, FileField) else value
    return values
