"""Notifications of practices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import notify, register

if TYPE_CHECKING:
    from knowledge.models import Adoption, Practice, PracticeQuestion

PRACTICE = "practice"

register(PRACTICE, _("Practices: decisions on mine, questions to my city, answers, cities that adopted ours"))


def mayors_of(practice: Practice) -> list[User]:
    """Those who speak for the city of a practice."""
    members = practice.city.mayors.approved().filter(user__is_active=True).select_related("user")
    return [one.user for one in members.order_by("pk")]


def _tell(people: list[User], by: User, template: str, url: str, practice: Practice, **words: Any) -> None:
    notify(
        [person for person in people if person != by],
        PRACTICE,
        f"practice_{template}",
        url,
        practice=practice.names,
        **words,
    )


def tell_of_state(practice: Practice, before: str, by: User) -> None:
    """A reviewer has published it, sent it back, or taken it out; the city's mayors are told."""
    people = mayors_of(practice)
    if practice.state == practice.State.PUBLISHED:
        _tell(people, by, "published", practice.get_absolute_url(), practice)
    elif practice.state in (practice.State.SENT_BACK, practice.State.WITHDRAWN):
        url = reverse("practice-edit", args=[practice.slug])
        _tell(people, by, practice.state.replace("-", "_"), url, practice, note=practice.note)


def tell_of_question(question: PracticeQuestion) -> None:
    """Somebody has asked; the city's mayors are told."""
    url = reverse("practice-answer", args=[question.pk])
    people, practice = mayors_of(question.practice), question.practice
    _tell(people, question.asked_by, "asked", url, practice, who=question.party.names, text=question.text)


def tell_of_answer(question: PracticeQuestion, by: User) -> None:
    """The city has answered; whoever asked is told."""
    words = {"city": _names(question.practice), "text": question.answer}
    _tell([question.asked_by], by, "answered", question.get_absolute_url(), question.practice, **words)


def tell_of_adoption(adoption: Adoption) -> None:
    """Another city did the same; the mayors of the practice's city are told."""
    practice, city = adoption.practice, adoption.city
    who = {"en": city.name, "uk": city.name_uk or city.name}
    url = f"{practice.get_absolute_url()}#adopted"
    _tell(mayors_of(practice), adoption.by, "adopted", url, practice, who=who)


def _names(practice: Practice) -> dict[str, str]:
    return {"en": practice.city.name, "uk": practice.city.name_uk or practice.city.name}
