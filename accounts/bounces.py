"""Letters that come back: addresses with nobody behind them are noticed, and written to no more.

A mail server says so at once, or later in a report (RFC 3464) to the operators' mailbox. Only what is said
of the address counts: a mailbox that is full, or a server that takes no letters from this portal, says
nothing of the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from smtplib import SMTPRecipientsRefused

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from .models import BouncingAddress, Letter

NOBODY_THERE = re.compile(r"\b5\.(1\.\d{1,3}|2\.1|4\.4)\b")  # of RFC 3463: no such address, mailbox or host
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
MESSAGE_ID = re.compile(r"<letter-(?P<number>\d{1,18})-[0-9a-f]{20}@[^>\s]+>")
REPLY = re.compile(r"\b(550|551|553)\b")  # counts where the server gives no status


def is_about_the_address(answer: str) -> bool:
    """Whether a mail server's answer says that there is nobody at the address."""
    statuses = [found[0] for found in STATUS.finditer(answer) if found[0] != "5.0.0"]
    if statuses:
        return all(NOBODY_THERE.match(status) for status in statuses)
    return REPLY.search(answer) is not None


def refusal(error: OSError) -> str:
    """What a mail server answered that knows nobody at the only address of a letter; else empty."""
    if not isinstance(error, SMTPRecipientsRefused):
        return ""
    said = [f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values()]
    return said[0] if len(said) == 1 and is_about_the_address(said[0]) else ""


def note(address: str, reason: str) -> None:
    """Remember that letters to an address come back."""
    BouncingAddress.objects.update_or_create(address=address.lower(), defaults={"reason": reason[:500]})


@receiver(email_confirmed)
def forget(email_address: EmailAddress, **kwargs: object) -> None:
    """Somebody read a letter to this address and confirmed it: there is somebody."""
    BouncingAddress.objects.of(email_address.email).delete()


def message_id(number: int) -> str:
    """The Message-ID of a letter: always the same, and not to be guessed by who would forge a report."""
    domain = settings.SITE_URL.partition("//")[2].partition("/")[0].partition(":")[0]
    return f"<letter-{number}-{salted_hmac('letter', str(number)).hexdigest()[:20]}@{domain}>"


def take(report: Message) -> list[str]:
    """Note what a report says of letters of this portal; the addresses that are new to us."""
    letter = _letter_of(report)
    if letter is None:
        return []
    noticed = []
    for address, answer in _refused(report):
        if address.lower() == letter.to.lower() and is_about_the_address(answer):
            with transaction.atomic():
                note(letter.to, answer)
                letter.state, letter.error = Letter.State.FAILED, answer[:1000]
                letter.save(update_fields=["state", "error"])
            noticed.append(letter.to)
    return noticed


def _letter_of(report: Message) -> Letter | None:
    """The letter that came back, by its headers, which a report encloses."""
    parts = list(report.walk())
    said = [str(part.get("Message-ID", "")) for part in parts]
    contents = [part.get_payload(decode=True) for part in parts if not part.is_multipart()]
    said += [content.decode(errors="replace") for content in contents if isinstance(content, bytes)]
    for found in MESSAGE_ID.finditer(" ".join(said)):
        if found[0] == message_id(int(found["number"])):
            return Letter.objects.filter(pk=found["number"]).first()
    return None


def _refused(report: Message) -> Iterator[tuple[str, str]]:
    """Each address that a report gives up, with what its mail server answered."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, Message) and block.get("Action", "").strip().lower() == "failed":
                answer = block.get("Diagnostic-Code", "").partition(";")[2].strip()
                address = block.get("Final-Recipient", "").partition(";")[2].strip()
                yield address, answer or block.get("Status", "")
