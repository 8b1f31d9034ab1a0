"""Questions to practices: who may ask, how often, and what the city answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import AuditEntry, User
from knowledge.models import Practice, PracticeQuestion
from partnerships.interests.addressing import sides_of
from partnerships.models import Party
from projects.models.project import NotPossible

from .telling import tell_of_answer, tell_of_question

MOST_A_DAY = 5
"""Questions that one person may ask in 24 hours."""


def sides_that_ask(practice: Practice, user: Any) -> list[Party]:
    """The sides for which a person may ask: those they speak for, but the practice's own city."""
    if not user.is_authenticated:
        return []
    return [side for side in sides_of(user) if side.city_id != practice.city_id]


def ask(practice: Practice, party: Party, text: str, *, by: User) -> PracticeQuestion:
    """Ask the city, and tell its mayors. Raises NotPossible where the person asked too often."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two questions at once are counted one by one
        day = timezone.now() - timedelta(days=1)
        if PracticeQuestion.objects.filter(asked_by=by, asked_at__gt=day).count() >= MOST_A_DAY:
            message = ngettext(
                "You have asked %(count)s question today, as many as may be. Ask again tomorrow.",
                "You have asked %(count)s questions today, as many as may be. Ask again tomorrow.",
                MOST_A_DAY,
            )
            raise NotPossible([message % {"count": MOST_A_DAY}])
        question = PracticeQuestion.objects.create(practice=practice, party=party, asked_by=by, text=text)
        AuditEntry.note(by, "question asked", question)
        tell_of_question(question)
    return question


def answer(question: PracticeQuestion, text: str, *, by: User, seen: str) -> None:
    """Answer, or correct the answer `seen`; whoever asked is told of the first one.

    Raises NotPossible where somebody else has answered otherwise meanwhile.
    """
    with transaction.atomic():
        now = PracticeQuestion.objects.select_for_update().get(pk=question.pk)
        if now.answer != seen:
            raise NotPossible(
                [_("Somebody else has answered meanwhile: %(answer)s") % {"answer": now.answer}]
            )
        question.answer, question.answered_by = text, by
        question.answered_at = now.answered_at or timezone.now()
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        AuditEntry.note(by, "question answered", question)
        if now.answered_at is None:
            tell_of_answer(question, by)
