"""Conflicts of interest that organisations declared, as a table of the transparency page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.tables import Column, Table
from projects.transparency.scope import Scope

from .models import IntegrityDeclaration, IntegrityReview

COLUMNS = (
    Column("organisation", gettext_lazy("Organisation"), "link"),
    Column("statement", gettext_lazy("Statement")),
    Column("stated", gettext_lazy("Stated"), "date"),
    Column("checked", gettext_lazy("Checked"), "date"),
)


def organisations(scope: Scope) -> Table:
    """Whether each declared a conflict of interest, those that did first; the same for every scope."""
    declared = sorted(
        IntegrityDeclaration.objects.public_conflicts(), key=lambda one: not one["has_conflicts"]
    )
    rows = [
        {
            "organisation": (
                one["organisation__name"],
                reverse(one["organisation__kind"], args=[one["organisation__slug"]]),
            ),
            "statement": _("a conflict of interest is declared")
            if one["has_conflicts"]
            else _("no conflict of interest"),
            "stated": timezone.localdate(one["signed_at"]),
            "checked": timezone.localdate(one["reviewed_at"])
            if one["outcome"] == IntegrityReview.Outcome.CHECKED
            else None,
        }
        for one in declared
    ]
    meaning = _("What they declared of themselves. What the conflict is, reviewers read.")
    return Table("organisations", _("Conflicts of interest of organisations"), COLUMNS, rows, meaning)
