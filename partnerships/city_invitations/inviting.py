"""Writing a letter of invitation: who may write to whom, how often, and in which words."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import letters
from accounts.models import AuditEntry, User
from cities import directory
from cities.models import City, Mayor
from partnerships.city_matches.reasons import reasons
from partnerships.interests.fit import explained_cities
from partnerships.interests.models import NotPossible, Party, locked
from partnerships.interests.telling import tell_of_joining
from partnerships.papers.documents import Document
from partnerships.scoring.project_topics import told_of

from .models import CityInvitation, hashed, new_code

LETTER = "city-invitation"
MOST_A_DAY = 10
"""Letters that one side may write in 24 hours."""
MOST_TO_AN_ADDRESS = 3
"""Letters that one address gets in AGAIN_AFTER, whoever writes."""


class AlreadyWritten(NotPossible):
    """The side has written to the city a short time ago: `invitation`."""

    def __init__(self, invitation: CityInvitation) -> None:
        super().__init__(_("You have written to this city already in the last 30 days."))
        self.invitation = invitation


@dataclass(frozen=True)
class Words:
    """A letter in one language."""

    language: str
    subject: str
    text: str


def draft(sender: Party, city: City, *, by: User, language: str) -> CityInvitation:
    """A letter as it would be written now; it is not saved, and its address opens nothing."""
    return CityInvitation(
        sender=sender,
        city=city,
        by=by,
        language=language,
        reasons=named_reasons(sender, city),
        signature=_signature(sender, by),
        code="",
    )


def invite(sender: Party, city: City, *, by: User, language: str, email: str = "") -> CityInvitation:
    """Keep a letter, and send it where an address is given; without one it is there to be printed.

    Raises AlreadyWritten, or NotPossible with a sentence for the person. Of two who write for a side at the
    same moment one does.
    """
    with transaction.atomic():
        locked(sender)
        refuse(sender, city, by, email)
        state = CityInvitation.State.SENT if email else CityInvitation.State.PRINTED
        invitation = draft(sender, city, by=by, language=language)
        invitation.email, invitation.state = email, state
        invitation.address_hash = hashed(email) if email else ""
        invitation.code = new_code()
        invitation.save()
        AuditEntry.note(by, "city invited", invitation, state=state)
        if email:
            letters.write_in_both_languages(email, language, "city_invitation", invitation=invitation)
    return invitation


def refuse(sender: Party, city: City, by: User, email: str) -> None:
    """Raise NotPossible, with the reason, where the person may not invite the city now."""
    if not sender.is_represented_by(by):
        raise NotPossible(_("You do not speak for %(name)s any more.") % {"name": sender.name})
    if Mayor.objects.approved().filter(city=city).exists():
        raise NotPossible(_("Somebody speaks for this city by now: express your interest."))
    written = CityInvitation.objects.filter(sender=sender)
    last = written.filter(city=city).since(CityInvitation.AGAIN_AFTER).first()
    if last is not None:
        raise AlreadyWritten(last)
    if written.filter(city=city, state=CityInvitation.State.DECLINED).exists():
        raise NotPossible(_("The city wants no more letters from you."))
    if email and CityInvitation.objects.declined_by(email).exists():
        raise NotPossible(_("This address wants no letters of invitation."))
    to_it = CityInvitation.objects.to(email).since(CityInvitation.AGAIN_AFTER)
    if email and to_it.count() >= MOST_TO_AN_ADDRESS:
        raise NotPossible(_("This address got several letters of invitation lately. Try again in a month."))
    if written.since(timedelta(days=1)).count() >= MOST_A_DAY:
        message = ngettext(
            "You have written %(count)s letter of invitation today, as many as may be.",
            "You have written %(count)s letters of invitation today, as many as may be.",
            MOST_A_DAY,
        )
        raise NotPossible(message % {"count": MOST_A_DAY})


def named_reasons(sender: Party, city: City) -> dict[str, list[str]]:
    """What speaks for the two, in sentences by language; none where the sender is no city."""
    inviting = sender.city_id
    if inviting is None or (found := explained_cities(inviting, city.pk)) is None:
        return {}
    at_hand, said = directory.current(), {}
    rows = at_hand.reference.rows_of([inviting, city.pk]).tolist()
    one, other = told_of(at_hand, [inviting, city.pk])
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names = at_hand.name(rows[0]), at_hand.name(rows[1])
            sentences = reasons(at_hand, names, (one, other), found)
            said[code] = [html.unescape(strip_tags(sentence)) for sentence in sentences]
    return said


def worded(invitation: CityInvitation) -> list[Words]:
    """The letter in each language, its own first."""
    return [
        Words(code, *letters.in_words("city_invitation", code, invitation=invitation))
        for code in letters.languages(invitation.language)
    ]


def on_paper(invitation: CityInvitation) -> Document:
    """The letter as it is printed, its own language first."""

    def text(code: str) -> str:
        subject, body = letters.in_words("city_invitation", code, invitation=invitation)
        return render_to_string("city_invitations/printed.html", {"subject": subject, "text": body})

    name = f"invitation-{invitation.city.slug}.pdf"
    return Document.in_both_languages(LETTER, invitation.pk, name, text, first=invitation.language)


def _signature(sender: Party, by: User) -> str:
    """Name and function of the person, as the application that was approved says."""
    member = sender.members().filter(user=by).first()
    return ", ".join(filter(None, [member.full_name or str(by), member.function])) if member else str(by)


def note_joined(city: City, *, by: User) -> None:
    """Somebody speaks for the city now: those who invited it are told, each side once."""
    waiting = CityInvitation.objects.named().open().filter(city=city)
    told = set()
    for invitation in waiting.select_for_update(of=("self",)).order_by("pk"):
        invitation.join(by=by)
        if invitation.sender_id not in told:
            told.add(invitation.sender_id)
            tell_of_joining(invitation.sender, Party.objects.of(city))
