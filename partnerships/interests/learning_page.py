"""What leads to partnerships: the page of the administration, from rows to words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships import reasons as of_cities
from partnerships.businesses import reasons as of_businesses
from partnerships.matching import components, trade

from .learning import LEAST, Kind, Lesson, Month, Sent, Share, acceptance, lessons, months, why_not
from .models import Interest

MOST_MONTHS = 24
SCORE = "score"
CITIES: Kind = ("city", "city")
BUSINESSES: Kind = ("business", "business")
KINDS: Mapping[Kind, Promise] = {
    CITIES: gettext_lazy("two cities"),
    BUSINESSES: gettext_lazy("two businesses"),
    ("financial-partner", "financial-partner"): gettext_lazy("two financial partners"),
    ("business", "city"): gettext_lazy("city and business"),
    ("city", "financial-partner"): gettext_lazy("city and financial partner"),
    ("business", "financial-partner"): gettext_lazy("business and financial partner"),
}
"""What is counted apart, by the kinds of the two sides in alphabetical order."""


@dataclass(frozen=True)
class Scored:
    """A kind of pairs that the matcher scores: its name, how many said yes, and what its components teach."""

    title: str
    share: Share
    lines: list[tuple[str, Lesson]]


def learning_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Counts and means of all that was sent. Raises PermissionDenied without the right to view interests."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    sent = all_sent()
    context = {
        **admin.admin_site.each_context(request),
        "title": _("What leads to partnerships"),
        "opts": admin.opts,
        "months": [(one, KINDS[one.kind], _numbers(one)) for one in _last(months(sent))],
        "states": [state.label for state in Interest.State],
        "why_not": [(Interest.Why(why).label, count) for why, count in why_not(sent)],
        "scored": [
            _scored(sent, CITIES, components.COMPONENTS, of_cities.label),
            _scored(sent, BUSINESSES, trade.COMPONENTS, of_businesses.label),
        ],
        "least": LEAST,
    }
    return TemplateResponse(request, "admin/partnerships/interest/learning.html", context)


def all_sent() -> list[Sent]:
    """All expressions of interest, as `learning` counts them: one query."""
    kinds = [f"{side}__organisation__kind" for side in ("sender", "receiver")]
    rows = Interest.objects.order_by().values_list(*kinds, "sent_at", "state", "why", "score", "components")
    return [
        Sent(_kind(one, other), at.date(), state, why, parts if score is None else {SCORE: score, **parts})
        for one, other, at, state, why, score, parts in rows.iterator()
    ]


def _kind(one: str | None, other: str | None) -> Kind:
    first, second = sorted((one or "city", other or "city"))
    return first, second


def _last(found: list[Month]) -> list[Month]:
    newest = sorted({one.month for one in found}, reverse=True)[:MOST_MONTHS]
    return [one for one in found if one.month in newest]


def _numbers(month: Month) -> list[int]:
    return [month.states.get(state, 0) for state in Interest.State]


def _scored(sent: list[Sent], kind: Kind, parts: Any, label: Any) -> Scored:
    of_kind = [one for one in sent if one.kind == kind]
    chance = {
        SCORE: sum(part.weight * part.neutral for part in parts),
        **{part.code: part.neutral for part in parts},
    }
    lines = [(_("Score") if one.code == SCORE else label(one.code), one) for one in lessons(of_kind, chance)]
    return Scored(str(KINDS[kind]), acceptance(of_kind), lines)
