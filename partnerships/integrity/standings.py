"""How the declarations of all organisations of a directory stand, as columns and a facet."""

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.facets import Facet, Mask, Rows

from .models import IntegrityDeclarationQuerySet, IntegrityReview

STANDINGS = {
    "checked": _("Checked by the portal"),
    "given": _("Given, not checked"),
    "none": _("None that is valid"),
}
"""What is shown of each standing; one that is out of date counts as none."""
NEVER = 0


def declared(ids: Rows, among: IntegrityDeclarationQuerySet) -> tuple[Rows, Mask]:
    """Until which day the declarations of organisations are valid, and which were checked: one query.

    Both have shape (n,). A day is an ordinal, NEVER without a declaration among those that are looked at.
    """
    valid_until, is_checked = np.full(len(ids), NEVER, dtype=np.int64), np.zeros(len(ids), dtype=np.bool_)
    row_of = {key: row for row, key in enumerate(ids.tolist())}
    for one in among.current().with_outcome().only("organisation", "signed_at").order_by():
        if (row := row_of.get(one.organisation_id)) is not None:
            valid_until[row] = one.valid_until.toordinal()
            is_checked[row] = one.outcome == IntegrityReview.Outcome.CHECKED  # type: ignore[attr-defined]
    return valid_until, is_checked


def facet(valid_until: Rows, is_checked: Mask) -> Facet:
    """The facet of STANDINGS as of today."""
    valid = valid_until >= timezone.localdate().toordinal()
    return Facet(tuple(STANDINGS), np.where(valid, np.where(is_checked, 0, 1), 2))
