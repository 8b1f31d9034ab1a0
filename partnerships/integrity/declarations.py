"""Signing a declaration, how it stands today, and what two versions say differently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AUDITED, AuditEntry, User
from cities.editing import Difference
from partnerships.businesses.words import market_names

from .models import BeneficialOwner, IntegrityDeclaration, IntegrityReview, NoOwners, Question

AUDITED["integrity signed"] = gettext_lazy("integrity declaration signed")

Content = dict[str, Any]
"""owners (list of dicts of the fields of BeneficialOwner), no_owners, no_owners_note, answers."""


class SignedMeanwhile(Exception):
    """Somebody signed a declaration after the one that this person saw."""

    def __init__(self, latest: IntegrityDeclaration) -> None:
        super().__init__(str(latest))
        self.latest = latest


class Standing(StrEnum):
    """How an organisation's declaration stands."""

    NONE = "none"
    GIVEN = "given"
    IN_QUESTION = "in-question"
    CHECKED = "checked"
    OUT_OF_DATE = "out-of-date"


@dataclass(frozen=True)
class PublicStanding:
    """What everybody may know: how the declaration stands, when it was given, when it was checked."""

    standing: Standing
    given: datetime | None = None
    checked: datetime | None = None


class Fact(NamedTuple):
    """One thing that a declaration says; `is_sign` where a reviewer should look twice."""

    label: str
    text: str
    is_sign: bool = False


def public_standing(organisation: Any) -> PublicStanding:
    """How the current declaration of an organisation stands today, in one query."""
    one: Any = organisation.integrity_declarations.current().with_outcome().first()
    if one is None:
        return PublicStanding(Standing.NONE)
    checked = one.reviewed_at if one.outcome == IntegrityReview.Outcome.CHECKED else None
    if one.is_out_of_date:
        standing = Standing.OUT_OF_DATE
    elif checked:
        standing = Standing.CHECKED
    elif one.outcome == IntegrityReview.Outcome.PROBLEM:
        standing = Standing.IN_QUESTION
    else:
        standing = Standing.GIVEN
    return PublicStanding(standing, one.signed_at, checked)


def content_of(declaration: IntegrityDeclaration) -> Content:
    """What a declaration says, as `sign` takes it."""
    fields = ("name", "country", "interest", "share", "is_exposed")
    return {
        "owners": [{name: getattr(one, name) for name in fields} for one in declaration.owners.all()],
        "no_owners": declaration.no_owners,
        "no_owners_note": declaration.no_owners_note,
        "answers": declaration.answers,
    }


def sign(
    organisation: Any, content: Content, *, by: User, as_member: bool, seen: int | None, **fields: Any
) -> IntegrityDeclaration:
    """Keep what an organisation declares, as a new version.

    `seen` is the number of the version that the person began with, None if they saw none. Raises
    SignedMeanwhile if there is a newer one of those that they may see; the same content again is no conflict.
    """
    with transaction.atomic():
        type(organisation).objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        latest = seen_by(organisation, by, as_member=as_member).first()
        if latest is not None and latest.pk != seen:
            if latest.signed_by == by and content_of(latest) == content:
                return latest  # the same form, sent twice
            raise SignedMeanwhile(latest)
        parts = {name: value for name, value in content.items() if name != "owners"}
        signed: IntegrityDeclaration = organisation.integrity_declarations.create(
            signed_by=by, as_member=as_member, **parts, **fields
        )
        BeneficialOwner.objects.bulk_create(
            BeneficialOwner(declaration=signed, **owner) for owner in content["owners"]
        )
        AuditEntry.note(by, "integrity signed", organisation, declaration=signed.pk)
        return signed


def seen_by(organisation: Any, user: User, *, as_member: bool) -> Any:
    """The versions that a person may see: a member those that stand, an applicant their own; latest first."""
    versions = organisation.integrity_declarations.select_related("signed_by").prefetch_related("owners")
    return versions.standing() if as_member else versions.filter(signed_by=user)


def facts(declaration: IntegrityDeclaration) -> list[Fact]:
    """What a declaration says, in the reader's language."""
    said = [
        Fact(_("Beneficial owner: %(name)s") % {"name": owner.name}, _owner(owner), owner.is_exposed)
        for owner in declaration.owners.all()
    ]
    if declaration.no_owners:
        reason = capfirst(str(NoOwners(declaration.no_owners).label))
        note = declaration.no_owners_note
        said.append(Fact(_("No beneficial owner is named"), f"{reason}. {note}".strip(), True))
    return said + [_answer(code, declaration.answers) for code in Question.values]


def _owner(owner: BeneficialOwner) -> str:
    share = "" if owner.share is None else f" {number_format(owner.share.normalize(), use_l10n=True)}%"
    exposed = [_("politically exposed person")] if owner.is_exposed else []
    return ", ".join([*market_names([owner.country]), owner.get_interest_display() + share, *exposed])


def _answer(code: str, answers: Mapping[str, str]) -> Fact:
    label, explanation = str(Question(code).label), answers.get(code)
    if explanation is None:
        return Fact(label, _("not asked"))
    if not explanation:
        return Fact(label, _("no"))
    return Fact(label, _("yes: %(explanation)s") % {"explanation": explanation}, True)


def differences(before: Iterable[Fact], after: Iterable[Fact]) -> list[Difference]:
    """What two lists of facts say differently."""
    old, new = _by_label(before), _by_label(after)
    return [
        Difference(label, old.get(label, "-"), new.get(label, "-"))
        for label in dict.fromkeys([*new, *old])
        if old.get(label) != new.get(label)
    ]


def _by_label(said: Iterable[Fact]) -> dict[str, str]:
    """The texts by label; those of an owner who is named twice, together."""
    found: dict[str, str] = {}
    for one in said:
        found[one.label] = f"{found[one.label]}; {one.text}" if one.label in found else one.text
    return found
