"""A memorandum drafted from what a partnership holds, in both languages."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone

from partnerships.papers.documents import Document

from .models import Partnership

MEMORANDUM = "memorandum"


def draft(partnership: Partnership) -> Document:
    """The text in English, then in Ukrainian, each with lines to sign on. It bears the day's date."""
    context = {
        "one": partnership,
        "people": [(party, list(party.members())) for party in partnership.parties],
        "topics": list(partnership.topics.all()),
        "projects": list(partnership.projects.all()),
        "tasks": list(
            partnership.tasks.filter(done_at=None).select_related("party__city", "party__organisation")
        ),
        "today": timezone.localdate(),
    }
    return Document.in_both_languages(
        MEMORANDUM,
        partnership.pk,
        f"memorandum-{partnership.slug}.pdf",
        lambda _code: render_to_string("partnership/memorandum_text.html", context),
    )
