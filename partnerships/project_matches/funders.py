"""Financial partners that fit a project, and projects that fit a financial partner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np
import numpy.typing as npt
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cities.models import Topic
from partnerships.businesses.words import market_names
from partnerships.finance.models import Applicants, FinancialPartnerProfile, FundingCall, Instrument
from partnerships.matching.projects import ALL_TOPICS, FUNDERS, scores, sum_fit
from projects.amounts import amount_in_words
from projects.models import ProjectNeed
from projects.models.money import EURO

from .asked import Asked
from .proposal import Proposal, percent

MONEY = frozenset({Instrument.GRANT, Instrument.LOAN, Instrument.GUARANTEE, Instrument.EQUITY})
SOON = 0.6
"""What a call counts that opens soon, an open one being 1."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Funding:
    """A financial partner for a project."""

    profile: FinancialPartnerProfile
    values: Floats
    score: float
    call: FundingCall | None


def public_partners(ids: Iterable[int] | None = None) -> list[FinancialPartnerProfile]:
    """The public financial partners (of some ids), with what they offer and call for: few queries."""
    found = FinancialPartnerProfile.objects.public().select_related("organisation__city__country")
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    return list(
        found.prefetch_related("organisation__financialoffers", "organisation__fundingcalls").order_by("pk")
    )


def funding(asked: Asked, partners: Iterable[FinancialPartnerProfile]) -> list[Funding]:
    """Those that could give something, the best first; none for a project that lacks nothing."""
    if not asked.wants_money:
        return []
    found = [
        Funding(partner, values, score, call)
        for partner in partners
        if _may_help(asked, partner)
        for call in [_call(asked, partner)]
        for values in [_values(asked, partner, call)]
        for score in scores(values[np.newaxis], FUNDERS).tolist()
    ]
    return sorted(found, key=lambda one: (-one.score, one.profile.pk))


def _may_help(asked: Asked, partner: FinancialPartnerProfile) -> bool:
    """Whether nothing that the partner states excludes the project."""
    in_country = not partner.countries or asked.project.city.country_id in partner.countries
    on_topic = not partner.topics or bool(asked.topics & set(partner.topics))
    return in_country and on_topic and partner.applicants != Applicants.BUSINESSES


def _values(asked: Asked, partner: FinancialPartnerProfile, call: FundingCall | None) -> Floats:
    instruments = {one.instrument for one in partner.organisation.financialoffers.all()}
    statuses = {FundingCall.Status.OPEN: 1.0, FundingCall.Status.SOON: SOON}
    return np.array(
        [
            1.0 if partner.topics else ALL_TOPICS,
            _sum_fit(asked, partner),
            float(bool(instruments & _wanted(asked))) if instruments else nan,
            1.0 if partner.countries else nan,
            statuses[call.status] if call else 0.0,
        ]
    )


def _wanted(asked: Asked) -> set[str]:
    """The instruments that help with what is missing."""
    wants_expertise = asked.needs_of((ProjectNeed.Kind.EXPERTISE,))
    wanted = set(MONEY) if asked.project.money.gap or asked.needs_of((ProjectNeed.Kind.FINANCE,)) else set()
    return wanted | ({Instrument.ASSISTANCE} if wants_expertise else set())


def _sum_fit(asked: Asked, partner: FinancialPartnerProfile) -> float:
    """In the project's currency, or in euros at its rate; a sum in another currency is not compared."""
    project, gap = asked.project, asked.project.money.gap
    if gap is None or partner.currency not in (project.currency, EURO):
        return nan
    if partner.currency != project.currency:
        gap = project.in_euros(gap)
    amounts = [None if one is None else float(one) for one in (gap, partner.ticket_from, partner.ticket_to)]
    return sum_fit(*amounts)


def _call(asked: Asked, partner: FinancialPartnerProfile) -> FundingCall | None:
    """The call on the project's topics with the first deadline, an open one before one that opens soon."""
    fitting = [
        call
        for call in partner.organisation.fundingcalls.all()
        if call.status != FundingCall.Status.CLOSED and (not call.topics or asked.topics & set(call.topics))
    ]
    return min(
        fitting, key=lambda call: (call.status != FundingCall.Status.OPEN, call.deadline), default=None
    )


def partners_for(asked: Asked, most: int) -> list[Proposal]:
    """The financial partners that fit a project best."""
    found = funding(asked, public_partners()) if asked.wants_money else []
    topics = topic_names() if found else {}
    return [
        Proposal(
            name=str(one.profile.organisation),
            url=one.profile.organisation.get_absolute_url(),
            place=f"{one.profile.organisation.city.display_name}, {one.profile.organisation.city.country}",
            percent=percent(one.score),
            reasons=reasons(asked, one, topics),
            is_demonstration=one.profile.is_demonstration,
        )
        for one in found[:most]
    ]


def projects_for(ids: Collection[int], asking: Sequence[Asked], most: int) -> Mapping[int, list[Proposal]]:
    """The projects that some financial partners could give something to, the best first, by partners' ids."""
    partners = public_partners(ids)
    found = [(one, asked) for asked in asking for one in funding(asked, partners)]
    found.sort(key=lambda one: -one[0].score)
    topics = topic_names() if found else {}
    return {
        partner.pk: [
            Proposal.of_project(asked.project, one.score, reasons(asked, one, topics))
            for one, asked in found
            if one.profile is partner
        ][:most]
        for partner in partners
    }


def topic_names() -> dict[str, str]:
    """The names of all topics by code, in the reader's language: one query."""
    return {topic.code: topic.name for topic in Topic.objects.all()}


def reasons(asked: Asked, found: Funding, topics: dict[str, str]) -> list[str]:
    """What speaks for a financial partner, in sentences."""
    partner, project = found.profile, asked.project
    values = dict(zip((one.code for one in FUNDERS), found.values.tolist(), strict=True))
    said = []
    if partner.topics:
        shared = [name for code, name in topics.items() if code in asked.topics and code in partner.topics]
        said.append(_("It finances: %(topics)s.") % {"topics": ", ".join(shared)})
    else:
        said.append(_("It finances projects of every field."))
    offered = [one for one in partner.organisation.financialoffers.all() if one.instrument in _wanted(asked)]
    if offered:
        named = ", ".join(str(one.get_instrument_display()) for one in offered)
        said.append(_("It offers: %(instruments)s.") % {"instruments": named})
    if project.money.gap and values["sum"] > 0:
        gap = amount_in_words(project.money.gap, project.currency)
        is_within = values["sum"] == 1.0
        text = _("What is missing (%(gap)s) is within what it gives one project: %(sums)s.")
        part = _("It gives one project %(sums)s; %(gap)s are missing.")
        said.append((text if is_within else part) % {"gap": gap, "sums": partner.ticket})
    if partner.countries:
        [country] = market_names([project.city.country_id])
        said.append(_("It works in this country: %(country)s.") % {"country": country})
    if found.call:
        said.append(_call_in_words(found.call))
    return [capfirst(one) for one in said]


def _call_in_words(call: FundingCall) -> str:
    def day(when: date) -> str:
        return formats.date_format(when)

    if call.status == FundingCall.Status.OPEN:
        text = _("Its call “%(title)s” is open until %(day)s.")
        return text % {"title": call.title, "day": day(call.deadline)}
    text = _("Its call “%(title)s” opens on %(day)s.")
    return text % {"title": call.title, "day": day(call.opens or call.deadline)}
