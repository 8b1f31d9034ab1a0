"""What leads to partnerships: the page of the administration, from rows to words."""

from __future__ import annotations

from collections import defaultdict
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

from partnerships.businesses import reasons as of_businesses
from partnerships.city_matches import reasons as of_cities
from partnerships.matching import components, trade
from partnerships.models import Partnership, PartnershipChange

from .heard import heard
from .learning import (
    LEAST,
    SCORE,
    Journey,
    Kind,
    Lesson,
    Month,
    Sent,
    Share,
    acceptance,
    how_far,
    journeys,
    kind_of,
    lessons,
    months,
    why_not,
)
from .models import Interest

MOST_MONTHS = 24
Stage = Partnership.Stage
STAGES = [stage.value for stage in Stage if stage != Stage.ENDED]
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
    """A kind of pairs that the matcher scores: its name, how many said yes, how many of them were asked when
    they had met, and what its components teach of that and of how far partnerships go.
    """

    title: str
    share: Share
    met: int
    lines: list[tuple[str, Lesson]]
    journeys: list[tuple[str, Journey]]


def learning_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Counts and means of all that was sent. Raises PermissionDenied without the right to view interests."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    sent, met = all_sent(), heard()
    context = {
        **admin.admin_site.each_context(request),
        "title": _("What leads to partnerships"),
        "opts": admin.opts,
        "months": [(one, KINDS[one.kind], _numbers(one)) for one in _last(months(sent))],
        "states": [state.label for state in Interest.State],
        "why_not": [(Interest.Why(why).label, count) for why, count in why_not(sent)],
        "scored": [
            _scored(sent, met, CITIES, components.COMPONENTS, of_cities.label),
            _scored(sent, met, BUSINESSES, trade.COMPONENTS, of_businesses.label),
        ],
        "steps": [_("accepted"), *(Stage(stage).label for stage in STAGES), Stage.ENDED.label],
        "how_far": [(KINDS[kind], how_far(some, len(STAGES))) for kind, some in _accepted_by_kind(sent)],
        "least": LEAST,
    }
    return TemplateResponse(request, "admin/partnerships/interest/learning.html", context)


def all_sent() -> list[Sent]:
    """All expressions of interest, as `learning` counts them: two queries."""
    kinds = [f"{side}__organisation__kind" for side in ("sender", "receiver")]
    fields = ("pk", *kinds, "sent_at", "state", "why", "score", "components")
    came_to = _stages_by_interest()
    return [
        Sent.measured(kind_of(one, other), at.date(), state, why, score, parts)._replace(
            came_to=max((STAGES.index(stage) + 1 for stage in came_to[number] if stage in STAGES), default=0),
            has_ended=Stage.ENDED in came_to[number],
        )
        for number, one, other, at, state, why, score, parts in Interest.objects.order_by()
        .values_list(*fields)
        .iterator()
    ]


def _stages_by_interest() -> Mapping[int, set[str]]:
    """The stages that what grew of expressions of interest (ids) ever was at, from its history."""
    found: dict[int, set[str]] = defaultdict(set)
    grown = PartnershipChange.objects.filter(partnership__interest__isnull=False).order_by().distinct()
    for number, stage in grown.values_list("partnership__interest", "stage"):
        found[number].add(stage)
    return found


def _accepted_by_kind(sent: list[Sent]) -> list[tuple[Kind, list[Sent]]]:
    """Those accepted, by kind in the order of KINDS."""
    accepted = [one for one in sent if one.state == Interest.State.ACCEPTED]
    by_kind = [(kind, [one for one in accepted if one.kind == kind]) for kind in KINDS]
    return [(kind, some) for kind, some in by_kind if some]


def _last(found: list[Month]) -> list[Month]:
    newest = sorted({one.month for one in found}, reverse=True)[:MOST_MONTHS]
    return [one for one in found if one.month in newest]


def _numbers(month: Month) -> list[int]:
    return [month.states.get(state, 0) for state in Interest.State]


def _scored(sent: list[Sent], met: list[Sent], kind: Kind, parts: Any, label: Any) -> Scored:
    """What was answered counts wherever it was; how far one went only of what was sent."""
    of_kind = [one for one in sent if one.kind == kind]
    of_meetings = [one for one in met if one.kind == kind]
    answered = [*of_kind, *of_meetings]
    chance = {
        SCORE: sum(part.weight * part.neutral for part in parts),
        **{part.code: part.neutral for part in parts},
    }
    names = {code: _("Score") if code == SCORE else label(code) for code in chance}
    return Scored(
        str(KINDS[kind]),
        acceptance(answered),
        len(of_meetings),
        [(names[one.code], one) for one in lessons(answered, chance)],
        [(names[one.code], one) for one in journeys(of_kind, chance, len(STAGES))],
    )
