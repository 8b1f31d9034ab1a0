"""The group whose people may decide memberships and what else is theirs to decide, and nothing else."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from .membership import Membership

NAME = "Approvers"


def make_approvers(**_signal: Any) -> None:
    """Make sure of the group and its rights: to look at memberships, decide them, read the log.

    A model of another app is theirs to decide too where it has DECIDED_BY_APPROVERS.
    """
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0)  # this app may be the first to be migrated
    models = [
        model._meta.model_name
        for model in apps.get_models()
        if issubclass(model, Membership) or getattr(model, "DECIDED_BY_APPROVERS", False)
    ]
    rights = [f"{verb}_{model}" for model in models for verb in ("view", "change")]
    group, _created = Group.objects.get_or_create(name=NAME)
    group.permissions.set(Permission.objects.filter(codename__in=[*rights, "view_auditentry"]))
