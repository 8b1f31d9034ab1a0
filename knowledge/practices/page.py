"""What the page of a practice shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from cities.directory import SIZES
from knowledge.models import Practice
from partnerships.models import Partnership
from projects import codelists
from projects.models import Project

from .adopting import cities_that_may_adopt
from .asking import sides_that_ask
from .forms import QuestionForm


def with_parts(slug: str, user: Any) -> Practice | None:
    """The practice of an address with all that its page shows, if the user may see it."""
    shown = Practice.objects.visible_to(user).with_parts().select_related("decided_by")
    return (
        shown.filter(slug=slug)
        .prefetch_related(
            Prefetch("projects", Project.objects.public().with_city()),
            Prefetch("partnerships", Partnership.objects.public().named()),
        )
        .first()
    )


def story_context(practice: Practice, topics: Any) -> dict[str, Any]:
    """What templates/practices/story.html needs of a practice, which may not be saved yet."""
    return {
        "practice": practice,
        "topics": topics,
        "goals": [(code, codelists.codelist("sdg")[str(code)]) for code in sorted(practice.goals)],
        "sizes": [label for code, (_least, label) in SIZES.items() if code in practice.sizes],
    }


def practice_context(practice: Practice, user: Any, question: QuestionForm | None = None) -> dict[str, Any]:
    """What templates/practices/practice.html needs; `practice` comes from `with_parts`.

    question: what somebody typed and could not be sent.
    """
    sides = sides_that_ask(practice, user)
    mine = user.is_authenticated and Practice.objects.editable_by(user).filter(pk=practice.pk).exists()
    is_member = bool(sides) or mine
    may_ask = practice.is_public and bool(sides)
    adopters = cities_that_may_adopt(practice, user) if practice.is_public else []
    return {
        **story_context(practice, practice.topics.all()),
        "mine": mine,
        "is_member": is_member,
        "question": question or (QuestionForm(sides=sides) if may_ask else None),
        "questions": practice.questions.answered().named(),
        "waiting": practice.questions.filter(answered_at=None).named() if mine else [],
        "adopters": adopters,
        "adoptions": practice.adoptions.all(),
        "shows_contact": is_member and bool(practice.contact_name or practice.contact_email),
        "has_adopted": {one.city_id for one in practice.adoptions.all()} & {one.pk for one in adopters},
    }
