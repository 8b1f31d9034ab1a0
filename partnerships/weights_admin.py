"""The page of the weights in the administration: change them, see what would move, score all cities."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AUDITED, AuditEntry, User
from cities import directory
from cities.directory import Directory

from . import profiles
from .matching.comparison import compare
from .matching.components import COMPONENTS
from .matching.topk import Matcher
from .models import ScoringJob
from .outbox import ask_for_scoring
from .reasons import LABELS
from .weights import current_weights, default_weights, given_weights, vector_of

MOST_CITIES = 200
PLACES = 10
LARGEST = 1000

AUDITED["weights changed"] = gettext_lazy("asked for all cities to be scored with other weights")


class WeightsForm(forms.Form):
    """One number for each component; only their ratios count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for component in COMPONENTS:
            self.fields[component.code] = forms.FloatField(
                label=LABELS.get(component.code, component.code),
                min_value=0,
                max_value=LARGEST,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError(_("At least one weight must be above 0."))
        return given

    @property
    def weights(self) -> dict[str, float]:
        """What was given; empty where it is the default."""
        return {} if self.cleaned_data == default_weights() else dict(self.cleaned_data)


@dataclass(frozen=True)
class Change:
    """What changes in the top ten of a city: names that enter and leave, names with old and new place."""

    city: str
    enters: list[str]
    leaves: list[str]
    moves: list[tuple[str, int, int]]
    overlap: int  # percent


@dataclass(frozen=True)
class Preview:
    """What other weights would change for member cities. Overlap in percent; correlation None: not known."""

    cities: int
    changes: list[Change]
    overlap: int
    correlation: float | None
    seconds: float


def weights_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The form, the preview, or the run. Raises PermissionDenied without the right to add runs."""
    if not request.user.has_perm("partnerships.add_matchrun"):
        raise PermissionDenied
    in_force = default_weights() | {
        code: weight for code, weight in given_weights().items() if code in default_weights()
    }
    form = WeightsForm(request.POST if request.method == "POST" else None, initial=in_force)
    preview = None
    if form.is_bound and form.is_valid():
        if request.POST.get("do") == "score":
            score_with(form.weights, by=User.signed_in(request))
            messages.success(request, _("All cities will be scored; the run appears here when it begins."))
            return HttpResponseRedirect(reverse("admin:partnerships_matchrun_changelist"))
        preview = preview_of(form.weights)
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Weights"),
        "opts": admin.opts,
        "form": form,
        "rows": [(form[component.code], default_weights()[component.code]) for component in COMPONENTS],
        "preview": preview,
    }
    return TemplateResponse(request, "admin/partnerships/matchrun/weights.html", context)


@transaction.atomic
def score_with(weights: Mapping[str, float], by: User) -> None:
    """Ask for a run with these weights, {} the default ones; a change of weights is noted in the log."""
    ask_for_scoring(None, weights)
    before = given_weights()
    if dict(before) != dict(weights):
        job = ScoringJob.objects.get(city=None, state=ScoringJob.State.PENDING, attempts=0)
        AuditEntry.note(by, "weights changed", job, before=dict(before), after=dict(weights))


def preview_of(weights: Mapping[str, float]) -> Preview:
    """The top tens of the largest member cities under these weights against those in force."""
    began = perf_counter()
    at_hand, arrays = directory.current(), profiles.current()
    members = np.flatnonzero(at_hand.statements.member.sets == 0)[:MOST_CITIES]
    ids = at_hand.reference.ids[members]
    rows = arrays.rows_of(ids[np.isin(ids, arrays.ids)])
    matcher = Matcher.of(arrays, current_weights())
    old = matcher.best_partners(rows, PLACES).partners
    new = replace(matcher, weights=vector_of(weights)).best_partners(rows, PLACES).partners
    compared = compare(old, new)
    known = compared.correlation[~np.isnan(compared.correlation)]
    names = _names(at_hand, arrays.ids)
    changes = [
        _change(names, int(row), before, after, float(overlap))
        for row, before, after, overlap in zip(rows, old, new, compared.overlap, strict=True)
        if not np.array_equal(before, after)
    ]
    return Preview(
        cities=len(rows),
        changes=sorted(changes, key=lambda change: change.overlap),
        overlap=round(100 * float(compared.overlap.mean())) if len(rows) else 100,
        correlation=float(known.mean()) if len(known) else None,
        seconds=perf_counter() - began,
    )


def _names(at_hand: Directory, ids: np.ndarray) -> Any:
    """A function from a row of the profiles to the name of the city."""
    return lambda row: at_hand.name(int(at_hand.reference.rows_of(int(ids[row]))))


def _change(names: Any, row: int, before: np.ndarray, after: np.ndarray, overlap: float) -> Change:
    old = {int(partner): place for place, partner in enumerate(before, start=1) if partner >= 0}
    new = {int(partner): place for place, partner in enumerate(after, start=1) if partner >= 0}
    return Change(
        city=names(row),
        enters=[names(partner) for partner in new if partner not in old],
        leaves=[names(partner) for partner in old if partner not in new],
        moves=[
            (names(partner), old[partner], place)
            for partner, place in new.items()
            if partner in old and old[partner] != place
        ],
        overlap=round(100 * overlap),
    )
