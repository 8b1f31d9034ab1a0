"""What projects do when lower apps announce something."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data
from cities.signals import demonstration_loading

from .demo import add_projects
from .models import DocumentVersion, Project, ProjectChange, ProjectImport, ProjectUpdate


@receiver(demonstration_loading)
def add_demonstration_projects(approver: User | None, **kwargs: Any) -> None:
    """The demonstration cities have projects."""
    add_projects(approver)


@receiver(collecting_own_data)
def what_a_person_did_in_projects(user: User, **kwargs: Any) -> dict[str, Any]:
    """What the portal keeps of a person: it stays when the account goes, without a name."""
    return {
        "changes of projects": [row(one) for one in ProjectChange.objects.filter(by=user)],
        "updates of projects": [row(one) for one in ProjectUpdate.objects.filter(author=user)],
        "documents of projects": [row(one) for one in DocumentVersion.objects.filter(uploaded_by=user)],
        "lists of projects": [row(one) for one in ProjectImport.objects.filter(by=user)],
        "projects approved": [one.slug for one in Project.objects.filter(approved_by=user)],
        "conflicts of interest stated": [one.slug for one in Project.objects.filter(interests_by=user)],
    }
