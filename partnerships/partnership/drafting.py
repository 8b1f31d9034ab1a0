"""A memorandum drafted from what a partnership holds, in both languages, as PDF."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partnerships.interests.models import NotPossible

from .models import Partnership


def draft(partnership: Partnership) -> bytes:
    """The PDF: the text in English, then in Ukrainian, each with lines to sign on.

    Raises NotPossible where the system has not the library that lays out the text.
    """
    try:
        from .paper import printed
    except OSError as error:
        raise NotPossible(_("No PDF can be made here: the library Pango is missing.")) from error
    return printed(render_to_string("partnership/memorandum.html", {"parts": _parts(partnership)}))


def _parts(partnership: Partnership) -> list[tuple[str, str]]:
    """For each language its code and the text."""
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
    parts: list[tuple[str, str]] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            parts.append((code, render_to_string("partnership/memorandum_text.html", context)))
    return parts
