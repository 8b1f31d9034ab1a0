"""The page of the weights in the administration: change them, see what would move, score all cities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AUDITED, AuditEntry, User
from cities import directory
from partnerships.city_matches.reasons import LABELS
from partnerships.matching.components import COMPONENTS
from partnerships.models import ScoringJob, WeightsPreview
from partnerships.scoring.outbox import ask_for_scoring

from .in_force import default_weights, given_weights
from .previewing import ask_for_preview

LARGEST = 1000
MOST_EARLIER = 5
MOST_DIGITS = 19

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


def weights_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The form, a preview that was asked for, or the run.

    Raises PermissionDenied without the right to add runs, Http404 for a preview that is not there.
    """
    if not request.user.has_perm("partnerships.add_matchrun"):
        raise PermissionDenied
    preview = _asked_for(request.GET.get("preview", ""))
    shown = given_weights() if preview is None else preview.weights or {}
    initial = default_weights() | {code: one for code, one in shown.items() if code in default_weights()}
    form = WeightsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        by = User.signed_in(request)
        if request.POST.get("do") == "score":
            score_with(form.weights, by)
            messages.success(request, _("All cities will be scored; the run appears here when it begins."))
            return HttpResponseRedirect(reverse("admin:partnerships_matchrun_changelist"))
        return HttpResponseRedirect(f"?preview={ask_for_preview(form.weights, by).pk}")
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Weights"),
        "opts": admin.opts,
        "form": form,
        "rows": [(form[component.code], default_weights()[component.code]) for component in COMPONENTS],
        "preview": preview,
        "changes": changes_of(preview) if preview else [],
        "earlier": WeightsPreview.objects.exclude(pk=preview.pk if preview else 0).select_related("asked_by")[
            :MOST_EARLIER
        ],
    }
    return TemplateResponse(request, "admin/partnerships/matchrun/weights.html", context)


def _asked_for(number: str) -> WeightsPreview | None:
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < MOST_DIGITS):
        raise Http404
    return get_object_or_404(WeightsPreview, pk=number)


@transaction.atomic
def score_with(weights: Mapping[str, float], by: User) -> None:
    """Ask for a run with these weights, {} the default ones; a change of weights is noted in the log."""
    ask_for_scoring(None, weights)
    before = given_weights()
    if dict(before) != dict(weights):
        job = ScoringJob.objects.get(city=None, state=ScoringJob.State.PENDING, attempts=0)
        AuditEntry.note(by, "weights changed", job, before=dict(before), after=dict(weights))


def changes_of(preview: WeightsPreview) -> list[Change]:
    """The most different lists of a preview, in the reader's language; cities that are gone are left out."""
    at_hand = directory.current()
    stored = preview.changes
    ids = [city for one in stored for city in (one["city"], *one["old"], *one["new"])]
    rows = at_hand.reference.rows_of(ids).tolist()
    names = {city: at_hand.name(row) for city, row in zip(ids, rows, strict=True) if row >= 0}
    return [_change(names, one) for one in stored if one["city"] in names]


def _change(names: Mapping[int, str], stored: Mapping[str, Any]) -> Change:
    old, new = (
        {city: place for place, city in enumerate(stored[kind], start=1) if city in names}
        for kind in ("old", "new")
    )
    return Change(
        city=names[stored["city"]],
        enters=[names[city] for city in new if city not in old],
        leaves=[names[city] for city in old if city not in new],
        moves=[
            (names[city], old[city], place)
            for city, place in new.items()
            if city in old and old[city] != place
        ],
        overlap=round(100 * stored["overlap"]),
    )
