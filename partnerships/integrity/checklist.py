"""The reviewers' checklist of a declaration: kept at every step, never overwritten."""

from typing import Any

from django import forms
from django.db import transaction
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, AuditEntry, User

from .models import IntegrityDeclaration, IntegrityReview

AUDITED["integrity reviewed"] = _("checklist of the integrity declaration filled in")

Item, Mark, Outcome = IntegrityReview.Item, IntegrityReview.Mark, IntegrityReview.Outcome


class ReviewedMeanwhile(Exception):
    """Somebody saved the checklist after this reviewer opened it."""


class ChecklistForm(forms.Form):
    """For each item how it stands and a note. A problem needs one."""

    def __init__(self, *args: Any, review: IntegrityReview | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = review.items if review else {}
        for code, label in Item.choices:
            entry = kept.get(code, {})
            self.fields[code] = forms.ChoiceField(
                label=label, choices=Mark.choices, required=False, initial=entry.get("state", "")
            )
            self.fields[f"{code}_note"] = forms.CharField(
                label=_("Note"), max_length=500, required=False, initial=entry.get("note", "")
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for code in Item.values:
            if given.get(code) == Mark.PROBLEM and not given.get(f"{code}_note"):
                self.add_error(f"{code}_note", _("Write what the problem is."))
        return given

    def marks(self) -> dict[str, tuple[str, str]]:
        """State and note by item. Call it on a valid form."""
        return {code: (self.cleaned_data[code], self.cleaned_data[f"{code}_note"]) for code in Item.values}

    def rows(self) -> list[tuple[BoundField, BoundField]]:
        """The fields of state and note of each item."""
        return [(self[code], self[f"{code}_note"]) for code in Item.values]


def review(
    declaration: IntegrityDeclaration, marks: dict[str, tuple[str, str]], *, by: User, seen: int | None
) -> IntegrityReview | None:
    """Keep the checklist as it is now, with the outcome; None if nothing changed.

    An item that did not change keeps who marked it and when. Raises ReviewedMeanwhile if `seen`, the number
    of the review that this person began with, is not the last one.
    """
    with transaction.atomic():
        type(declaration).objects.select_for_update(of=("self",)).get(pk=declaration.pk)
        last = declaration.reviews.first()
        if (last.pk if last else None) != seen:
            raise ReviewedMeanwhile
        items, changed = dict(last.items) if last else {}, {}
        for code, (state, note) in marks.items():
            kept = items.get(code, {"state": "", "note": ""})
            if (kept["state"], kept["note"]) != (state, note):
                changed[code] = {"state": state, "note": note, "by": by.pk, "at": timezone.now().isoformat()}
        if not changed:
            return None
        items |= changed
        saved: IntegrityReview = declaration.reviews.create(by=by, outcome=outcome(items), items=items)
        AuditEntry.note(
            by,
            "integrity reviewed",
            declaration.organisation,
            declaration=declaration.pk,
            outcome=saved.outcome,
            changed={code: entry["state"] for code, entry in changed.items()},
        )
        return saved


def outcome(items: dict[str, dict[str, Any]]) -> str:
    """A problem is one whatever else is open; checked is what has no open item left."""
    states = [items.get(code, {}).get("state", "") for code in Item.values]
    if Mark.PROBLEM in states:
        return Outcome.PROBLEM
    return Outcome.UNFINISHED if "" in states else Outcome.CHECKED
