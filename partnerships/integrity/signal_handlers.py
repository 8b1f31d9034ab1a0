"""What changes of organisations and people mean for declarations and duplicates."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.membership import State
from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account
from cities.signals import demonstration_loading
from partnerships.models import BusinessProfile, Organisation

from .demo import add_declarations
from .duplicates import note_identity
from .models import IntegrityDeclaration, IntegrityReview, PossibleDuplicate


@receiver(post_save, sender=Organisation)
def compare_it(instance: Organisation, **kwargs: Any) -> None:
    """It may be called, registered or found on the web otherwise now."""
    note_identity(instance)


@receiver(post_save, sender=BusinessProfile)
def compare_its_website(instance: BusinessProfile, **kwargs: Any) -> None:
    """The website may be another one."""
    note_identity(instance.organisation)


@receiver(collecting_own_data)
def own_integrity_data(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """What the person declared for organisations, and what they decided as a reviewer."""
    signed = IntegrityDeclaration.objects.filter(signed_by=user).select_related("organisation")
    return {
        "integrity declarations": [
            row(one) | {"for": str(one.organisation), "owners": [row(owner) for owner in one.owners.all()]}
            for one in signed.prefetch_related("owners")
        ],
        "integrity reviews": [row(one) for one in IntegrityReview.objects.filter(by=user)],
        "duplicates decided": [row(one) for one in PossibleDuplicate.objects.filter(decided_by=user)],
    }


@receiver(deleting_account)
def forget_what_nobody_answers_for(user: User, **kwargs: Any) -> None:
    """Declarations of an organisation that nobody represents any more go, and those that do not stand.

    What stands of an organisation that others represent is theirs: it stays, signed by an account without
    a name.
    """
    signed = IntegrityDeclaration.objects.filter(signed_by=user)
    organisations = Organisation.objects.filter(integrity_declarations__in=signed)
    represented = organisations.filter(members__state__in=[State.APPROVED, State.SUSPENDED])
    orphans = organisations.exclude(pk__in=represented)
    IntegrityDeclaration.objects.filter(organisation__in=list(orphans)).delete()
    signed.exclude(pk__in=list(signed.standing().values_list("pk", flat=True))).delete()


@receiver(demonstration_loading)
def declare_for_demonstration(approver: User | None, **kwargs: Any) -> None:
    """The demonstration's organisations have declarations."""
    add_declarations(approver)
