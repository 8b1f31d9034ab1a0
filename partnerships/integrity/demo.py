"""Declarations of the demonstration's organisations: invented, as every name in them says."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from cities.demo import DOMAIN
from partnerships.models import Organisation, OrganisationMember

from .checklist import Item, Mark, review
from .declarations import sign
from .models import VALID, IntegrityDeclaration, Interest, NoOwners, Question

NO_DECLARATION, OUT_OF_DATE, UNCHECKED = 0, 1, (2, 3)
EVERY = 8
"""Of eight organisations one declares nothing, one declared too long ago, two are not checked."""


def add_declarations(approver: User | None) -> int:
    """Declare for the demonstration's organisations that have not yet; how many. Call it in a transaction."""
    members = OrganisationMember.objects.approved().filter(user__email__endswith=f"@{DOMAIN}")
    waiting = (
        Organisation.objects.filter(members__in=members, integrity_declarations=None)
        .select_related("city")
        .distinct()
        .order_by("city_id", "name")
    )
    signed = 0
    for place, organisation in enumerate(waiting):
        if place % EVERY != NO_DECLARATION:
            _declare(organisation, place, approver)
            signed += 1
    return signed


def _declare(organisation: Organisation, place: int, approver: User | None) -> None:
    member = organisation.members.approved().select_related("user")[0]  # type: ignore[attr-defined]
    age = VALID + timedelta(days=40) if place % EVERY == OUT_OF_DATE else timedelta(days=7 * (place % 40))
    declaration = sign(
        organisation,
        _content(organisation, place),
        by=member.user,
        as_member=True,
        seen=None,
        signed_at=timezone.now() - age,
    )
    if approver and place % EVERY not in UNCHECKED:
        _check(declaration, approver)


def _check(declaration: IntegrityDeclaration, approver: User) -> None:
    marks = {code: (str(Mark.DONE), "") for code in Item.values}
    review(declaration, marks, by=approver, seen=None)


def _content(organisation: Organisation, place: int) -> dict[str, Any]:
    answers = dict.fromkeys(Question.values, "")
    if place % 5 == 4:
        answers[Question.CONFLICTS] = "Demonstration: a sister of the director sits in an invented council."
    if place % 6 == 5:
        note = "Demonstration: invented."
        return {
            "owners": [],
            "no_owners": NoOwners.PUBLICLY_LISTED,
            "no_owners_note": note,
            "answers": answers,
        }
    shares = (["100"], ["60", "40"], ["51", "25", "24"])[place % 3]
    owners = [
        {
            "name": f"Demonstration owner {letter} of {organisation.name}"[:200],
            "country": organisation.city.country_id,
            "interest": Interest.SHAREHOLDING,
            "share": Decimal(share),
            "is_exposed": False,
        }
        for letter, share in zip("ABC", shares, strict=False)
    ]
    return {"owners": owners, "no_owners": "", "no_owners_note": "", "answers": answers}
