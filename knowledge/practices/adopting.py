"""Other member cities say that they did the same, and what came of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.membership import State
from accounts.models import AuditEntry, User
from cities.models import City
from knowledge.models import Adoption, Practice

from .telling import tell_of_adoption


def cities_that_may_adopt(practice: Practice, user: Any) -> list[City]:
    """The cities that a person represents, but the practice's own."""
    if not user.is_authenticated:
        return []
    mine = City.objects.filter(mayors__user=user, mayors__state=State.APPROVED).select_related("country")
    return list(mine.exclude(pk=practice.city_id).distinct().order_by("pk"))


def adopt(form: Any, *, by: User) -> Adoption:
    """Save what a valid form says; the practice's city is told the first time."""
    with transaction.atomic():
        adoption: Adoption = form.instance
        Practice.objects.select_for_update().get(pk=adoption.practice_id)  # a colleague may do so just now
        now = Adoption.objects.filter(practice=adoption.practice_id, city=adoption.city_id).first()
        is_new = now is None
        adoption.pk = now.pk if now else None
        adoption.by, adoption.at = by, timezone.now()
        form.save()
        AuditEntry.note(by, "practice adopted", adoption)
        if is_new:
            tell_of_adoption(adoption)
    return adoption


def leave(adoption: Adoption, *, by: User) -> None:
    """Take it back."""
    with transaction.atomic():
        AuditEntry.note(by, "adoption removed", adoption)
        adoption.delete()
