"""What people are told: kinds of notification, and the pace at which each comes by letter.

In the portal's own list everything appears at once. By letter it comes at once, in a daily or weekly digest,
or not at all. Letters about one's own applications or the safety of one's account are no notifications: they
always come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import letters
from .models import BouncingAddress, Notification, Pace, User

SALT = "notifications"
ALL = "*"
"""In place of a kind: all of them."""


@dataclass(frozen=True)
class Kind:
    """A kind of notification: what it tells, its pace until the person chooses another, and what one should
    know before choosing, which may be empty.
    """

    code: str
    title: Promise
    pace: Pace
    about: Promise | str


KINDS: dict[str, Kind] = {}


def register(code: str, title: Promise, *, default: Pace = Pace.AT_ONCE, about: Promise | str = "") -> None:
    """Make a kind known. Raises ValueError if its code is taken."""
    if code in KINDS:
        raise ValueError(f"There is a kind of notification {code!r} already.")
    KINDS[code] = Kind(code, title, default, about)


COLLEAGUE = "colleague"
register(COLLEAGUE, _("Somebody else was approved to represent my city or organisation"))


def pace_of(user: User, kind: str) -> str:
    """The pace at which a kind comes by letter to a person."""
    return str(user.paces.get(kind, KINDS[kind].pace))


def choose_paces(user: User, paces: dict[str, str]) -> None:
    """Keep the pace a person chose for each of some kinds; what still waits for a digest follows it."""
    with transaction.atomic():
        chosen = User.objects.select_for_update().get(pk=user.pk)
        user.paces = {**chosen.paces, **paces}
        user.save(update_fields=["paces"])
        for kind, pace in paces.items():
            late = Pace.DAILY if pace == Pace.AT_ONCE else pace
            user.notifications.for_a_digest().filter(kind=kind).update(pace=late)


def notify(
    people: Iterable[User], kind: str, template: str, url: str, *, key: str = "", **words: Any
) -> None:
    """Tell people something; call it in the transaction of what it tells of.

    `template` names templates/notifications/<template>.txt: its first line is the sentence, what follows
    stands in letters only. `words` are strings, numbers, dates, or {"en": ..., "uk": ...}. `url` is the
    address of a page, in any language. Whoever was told something of this kind by the same key is not told
    again.
    """
    address = _english(url)
    kept = {name: _kept(value) for name, value in words.items()}
    told = [person for person in people if person.is_active]
    silent = set(BouncingAddress.objects.of(*(one.email for one in told)).values_list("address", flat=True))
    for person in told:
        pace = pace_of(person, kind)
        if pace == Pace.AT_ONCE and person.email.lower() in silent:
            pace = Pace.DAILY  # it waits until letters reach the person again
        said = {"template": template, "words": kept, "url": address, "pace": pace}
        if key:
            one, is_new = Notification.objects.get_or_create(user=person, kind=kind, key=key, defaults=said)
        else:
            one, is_new = Notification.objects.create(user=person, kind=kind, **said), True
        if is_new and pace == Pace.AT_ONCE:
            mail(person, [one], kind)


def mail(person: User, told: list[Notification], what: str) -> None:
    """Write a letter of some notifications; call it in the transaction that must not happen twice.

    what: the kind that its link switches off, or ALL.
    """
    with translation.override(person.language):
        unsubscribe = letters.link("notification-off", token_of(person, what))
        said = [(*in_words(one), letters.site() + address(one)) for one in told]
        letters.write(
            person,
            "digest" if what == ALL else "notification",
            headers={
                "List-Unsubscribe": f"<{unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            told=said,
            unsubscribe=unsubscribe,
        )
    Notification.objects.filter(pk__in=[one.pk for one in told]).update(mailed_at=timezone.now())


def sentence(one: Notification) -> str:
    """What it tells, in one line in the reader's language."""
    return in_words(one)[0]


def in_words(one: Notification) -> tuple[str, str]:
    """The sentence, and what a letter says besides, which may be empty, in the reader's language."""
    words = {name: _said(value) for name, value in one.words.items()}
    text = render_to_string(f"notifications/{one.template}.txt", words)
    first, _newline, rest = text.strip().partition("\n")
    return first.strip(), rest.strip()


def address(one: Notification) -> str:
    """The page it leads to, in the reader's language."""
    return reverse("home") + one.url.removeprefix("/")


def _english(url: str) -> str:
    """The address without its language."""
    return "/" + url.removeprefix("/uk/").removeprefix("/")


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _said(value: Any) -> Any:
    """A word as it is told: in the reader's language, dates as dates."""
    if isinstance(value, dict):
        mine = (translation.get_language() or "en")[:2]
        return value.get(mine) or next((other for other in value.values() if other), "")
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        try:
            return parse_date(value) or value
        except ValueError:
            return value
    return value


def token_of(user: User, kind: str) -> str:
    """What stands in the address that switches a kind off, also for those who are not signed in."""
    return signing.dumps([user.pk, kind], salt=SALT)


def switch_off(token: str, *, really: bool) -> list[Kind] | None:
    """Switch off what a token names, if `really`; the kinds it names, None for a token that is not ours."""
    try:
        number, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    kinds = list(KINDS.values()) if kind == ALL else [KINDS[kind]] if kind in KINDS else []
    user = User.objects.filter(pk=number, is_active=True).first()
    if really and user is not None:
        choose_paces(user, {one.code: Pace.OFF.value for one in kinds})
    return kinds
