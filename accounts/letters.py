"""E-mails: written into the outbox in the transaction of what they tell of, sent by the worker.

A letter is one text template: its first line is the subject, the rest the text, in the reader's language. The
HTML is made of that text, so both always say the same.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from . import bounces
from .claims import claim
from .hints import hint
from .models import BouncingAddress, Letter, User

if TYPE_CHECKING:
    from .membership import Membership

logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)
"""How long letters that are sent, or given up, are kept: so long their return can be told."""


def write(user: User, template: str, *, headers: dict[str, str] | None = None, **context: Any) -> None:
    """Write a letter to a person in their language, from templates/letters/<template>.txt.

    None is written to an address whose letters come back.
    """
    if not user.is_active or BouncingAddress.objects.of(user.email).exists():
        return
    with translation.override(user.language):
        subject, text = _in_words(template, {"user": user, **context})
        EmailMessage(subject=subject, body=text, to=[user.email], headers=headers or {}).send()


def write_again(user: User) -> None:
    """Write to a person whose letters came back, at their word that they arrive now; the first says so."""
    with transaction.atomic():
        BouncingAddress.objects.of(user.email).delete()
        write(user, "letters_again")


def write_in_both_languages(address: str, first: str, template: str, **context: Any) -> None:
    """Write a letter to somebody who has no account: in the language `first`, and below in the other."""
    said = [in_words(template, language, **context) for language in languages(first)]
    with translation.override(first):
        body = "\n* * *\n\n".join(text for _subject, text in said)
        EmailMessage(subject=said[0][0], body=body, to=[address]).send()


def languages(first: str) -> list[str]:
    """The portal's languages, one of them first."""
    return sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != first)


def in_words(template: str, language: str, **context: Any) -> tuple[str, str]:
    """Subject and text of a letter in a language."""
    with translation.override(language):
        return _in_words(template, context)


def _in_words(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a letter in the language that is active."""
    context = {**context, "site_url": site()}
    subject, _newline, text = render_to_string(f"letters/{template}.txt", context).strip().partition("\n")
    return subject.strip(), text.strip() + "\n"


def site() -> str:
    """The portal's address, without a slash at its end."""
    return settings.SITE_URL.rstrip("/")


def link(name: str, *args: Any) -> str:
    """The full address of a page, in the language that is active."""
    return site() + reverse(name, args=args)


def membership_letter(membership: "Membership", action: str) -> None:
    """Tell the applicant what happened to an application, and after an approval those who share its right."""
    from .notifications import COLLEAGUE, notify

    if action in ("withdraw", "reopen"):
        return
    write(membership.user, f"membership_{action}", membership=membership)
    if action == "approve":
        notify(
            [one.user for one in membership.colleagues().approved()],
            COLLEAGUE,
            "colleague",
            reverse("desk"),
            who=membership.full_name,
            function=membership.function,
            about=in_each_language(lambda: str(membership.represented)),
        )


def in_each_language(text: Callable[[], str]) -> dict[str, str]:
    """What a text is in each of the portal's languages."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = text()
    return said


class OutboxBackend(BaseEmailBackend):
    """Django's e-mail backend of the portal: every message becomes a row of Letter."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Note the messages; return their number."""
        from .tasks import send_letters

        for message in email_messages:
            for address in message.to:
                Letter.objects.create(
                    to=address,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=as_html(str(message.subject), str(message.body)),
                    headers=message.extra_headers,
                )
        transaction.on_commit(lambda: hint(send_letters))
        return len(email_messages)


def as_html(subject: str, text: str) -> str:
    """The letter as HTML: its paragraphs, and a button for each line that is an address and nothing else."""
    paragraphs = [paragraph.strip().split("\n") for paragraph in text.strip().split("\n\n")]
    context = {
        "subject": subject,
        "paragraphs": paragraphs,
        "site_url": settings.SITE_URL,
        "language": translation.get_language() or "en",
    }
    return render_to_string("letters/letter.html", context)


def send_pending() -> int:
    """Send the letters that wait; return how many were sent.

    Each is sent while its row is locked, so two workers never send the same. A worker killed in the moment
    between the mail server's answer and the commit leaves it to be sent again, under the same Message-ID.
    """
    sent, tried = 0, set[int]()
    while (letter := _claim(tried)) is not None:
        sent += _send(letter.pk)
    return sent


def _claim(tried: set[int]) -> Letter | None:
    """The next letter to be sent, put off before it is tried."""
    due = Letter.objects.filter(state=Letter.State.PENDING, not_before__lte=timezone.now())
    with transaction.atomic():
        letter = claim(due.order_by("id"), tried)
        if letter is not None:
            letter.not_before = timezone.now() + timedelta(minutes=2**letter.attempts)
            letter.save(update_fields=["not_before"])
    return letter


def _send(number: int) -> bool:
    with transaction.atomic():
        # Not skip_locked: who looks for a letter to send may hold the row for a moment and then leave it.
        letter = Letter.objects.select_for_update().filter(pk=number, state="pending").first()
        if letter is None:
            return False
        try:
            _deliver(letter)
        except OSError as error:  # what smtplib raises, too
            logger.warning("Letter %s was not sent at attempt %s: %s", letter.pk, letter.attempts, error)
            letter.error = f"{type(error).__name__}: {error}"[:1000]
            answer = bounces.refusal(error)
            if answer:
                bounces.note(letter.to, answer)
            if answer or letter.attempts >= Letter.MAX_ATTEMPTS:
                letter.state = Letter.State.FAILED
        else:
            letter.state, letter.sent_at, letter.error = Letter.State.SENT, timezone.now(), ""
        letter.save(update_fields=["state", "sent_at", "error"])
    return letter.state == Letter.State.SENT


def forget_old() -> int:
    """Delete letters that were sent or given up some time ago, addresses and texts with them; how many."""
    over = Letter.objects.exclude(state=Letter.State.PENDING).filter(written_at__lt=timezone.now() - KEPT)
    return over.delete()[0]


def _deliver(letter: Letter) -> None:
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        headers={"Message-ID": bounces.message_id(letter.pk), **letter.headers},
        connection=get_connection(settings.DELIVERY_BACKEND),
    )
    message.attach_alternative(letter.html, "text/html")
    message.send()
