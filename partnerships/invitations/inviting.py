"""From a checked list to invitations, and from invitations to letters."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.claims import one_by_one
from accounts.hints import hint
from accounts.models import AuditEntry
from cities.listing import grouped
from cities.models import City

from .checking import Row, Verdict, check
from .models import BusinessImport, BusinessInvitation, NotPossible
from .secret_letters import write_letter

MOST_A_DAY = 1000
"""Invitations of one city."""


def confirm(listed: BusinessImport, also: Collection[int]) -> int:
    """Invite the businesses of a list: the new ones, and of those like others the rows `also`; how many.

    The list is checked again first. Confirmed twice, it invites nobody the second time. Raises NotPossible
    where the city would invite too many in a day.
    """
    with transaction.atomic():
        # Whoever confirms another list of the city waits here, and then finds what this one has invited.
        city = City.objects.select_for_update(of=("self",), no_key=True).get(pk=listed.city_id)
        now = BusinessImport.objects.select_for_update(of=("self",)).get(pk=listed.pk)
        if now.confirmed_at is not None:
            return 0
        chosen = [row for row in check(listed) if _is_chosen(row, also)]
        _refuse_too_many(city, len(chosen))
        BusinessInvitation.objects.bulk_create(_invitation(row, listed) for row in chosen)
        now.confirmed_at = timezone.now()
        now.save(update_fields=["confirmed_at"])
        AuditEntry.note(listed.by, "businesses invited", city, count=len(chosen))
        transaction.on_commit(tell_the_worker)
    return len(chosen)


def tell_the_worker() -> None:
    """Letters of invitation wait to be written."""
    from partnerships.tasks import send_invitations

    hint(send_invitations)


def _is_chosen(row: Row, also: Collection[int]) -> bool:
    return row.verdict == Verdict.NEW or (row.verdict == Verdict.SIMILAR and row.number in also)


def _refuse_too_many(city: City, count: int) -> None:
    day = timezone.now() - timedelta(days=1)
    today = BusinessInvitation.objects.filter(city=city, created_at__gt=day).count()
    if today + count > MOST_A_DAY:
        message = _("A city invites %(count)s businesses a day at most. Confirm this list tomorrow.")
        raise NotPossible(message % {"count": grouped(MOST_A_DAY)})


def _invitation(row: Row, listed: BusinessImport) -> BusinessInvitation:
    return BusinessInvitation(
        city=listed.city,
        invited_by=listed.by,
        name=row.name,
        registration_number=row.data["registration_number"],
        email=row.data["email"],
        language=row.data["language"],
        profile=row.profile,
        expires_at=timezone.now() + BusinessInvitation.VALID,
    )


def send_waiting() -> int:
    """Write the letters of the invitations that wait for one, each once; how many."""
    waiting = BusinessInvitation.objects.open().filter(sent_at=None).order_by("id")
    return one_by_one(lambda: waiting.select_related("city__country"), _write)


def _write(invitation: BusinessInvitation) -> None:
    write_letter(invitation, "invitation", "business_invitation")


def tidy() -> None:
    """Note which invitations are too old, and forget lists and addresses that are."""
    BusinessInvitation.objects.expire()
    BusinessInvitation.objects.forget_addresses()
    BusinessImport.objects.filter(created_at__lt=timezone.now() - BusinessImport.KEPT).delete()
