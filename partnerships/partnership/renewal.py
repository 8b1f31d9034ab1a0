"""Memoranda that end soon: both sides are reminded once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from .models import Memorandum, Partnership
from .telling import remind_of_renewal

AHEAD = timedelta(days=60)


def remind() -> int:
    """Remind of those that end within AHEAD and that no later one follows, each once; how many."""
    today = timezone.localdate()
    due = Memorandum.objects.filter(
        partnership__in=Partnership.objects.living(),
        reminded_at=None,
        valid_until__gte=today,
        valid_until__lte=today + AHEAD,
    )
    done = 0
    while True:
        with transaction.atomic():
            paper = due.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
            if paper is None:
                return done
            paper.reminded_at = timezone.now()
            paper.save(update_fields=["reminded_at"])
            if not _is_followed(paper):
                remind_of_renewal(paper)
                done += 1


def _is_followed(paper: Memorandum) -> bool:
    """Whether a memorandum that was signed later is kept."""
    return Memorandum.objects.filter(partnership=paper.partnership_id, signed_on__gt=paper.signed_on).exists()
