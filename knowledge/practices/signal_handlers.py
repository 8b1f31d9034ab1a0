"""What practices do when lower apps announce something."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import emails, names, row
from accounts.signals import collecting_own_data, deleting_account
from cities.signals import demonstration_loading
from knowledge.models import Adoption, Practice, PracticeDocument, PracticeQuestion

from .demo import add_practices


@receiver(demonstration_loading)
def add_demonstration_practices(approver: User | None, **kwargs: Any) -> None:
    """The demonstration cities have practices."""
    add_practices(approver)


@receiver(collecting_own_data)
def what_a_person_wrote_of_practices(user: User, **kwargs: Any) -> dict[str, Any]:
    """What the portal keeps of a person: it stays when the account goes, without a name."""
    contact = Practice.objects.naming(names(user), emails(user))
    return {
        "practices that name you as contact": [row(one) for one in contact],
        "practices begun": [row(one) for one in Practice.objects.filter(created_by=user)],
        "documents of practices": [row(one) for one in PracticeDocument.objects.filter(uploaded_by=user)],
        "questions to practices": [row(one) for one in PracticeQuestion.objects.filter(asked_by=user)],
        "answers of practices": [row(one) for one in PracticeQuestion.objects.filter(answered_by=user)],
        "practices adopted": [row(one) for one in Adoption.objects.filter(by=user)],
    }


@receiver(deleting_account)
def name_them_as_contact_no_more(names: set[str], emails: list[str], **kwargs: Any) -> None:
    """Practices have another contact, or none."""
    Practice.objects.naming(names, emails).update(contact_name="", contact_email="")
