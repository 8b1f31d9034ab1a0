"""Why two participants fit, in sentences: those of the matchers, then topics and languages in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cities import directory as cities
from cities.city_page import language_names
from partnerships.businesses import arrays, proposals
from partnerships.businesses import directory as businesses
from partnerships.businesses.reasons import reasons as of_trade
from partnerships.city_matches.proposals import explained
from partnerships.city_matches.reasons import reasons as of_places
from partnerships.matching.trade import WEIGHTS
from partnerships.matching.trade_explain import explain_trade
from partnerships.project_matches import funders, suppliers
from partnerships.project_matches.asked import Asked
from partnerships.scoring import profiles
from partnerships.scoring.project_topics import told_of
from partnerships.weights.in_force import current_weights

from .fit import BUSINESS, CITY, FINANCIAL_PARTNER, Fit, Side

Reasons = Mapping[Side, list[str]]


def reasons(mine: Side, fits: Mapping[Side, Fit], most: int) -> dict[Side, list[str]]:
    """At most so many sentences for each of some that one fits; as many queries for many as for one."""
    by_kind: dict[str, dict[Side, Fit]] = {}
    for side, fit in fits.items():
        by_kind.setdefault(side.kind, {})[side] = fit
    found: dict[Side, list[str]] = {}
    for kind, some in by_kind.items():
        found |= TOLD[frozenset((mine.kind, kind))](mine, some, most)
    return found


def in_common(topics: Sequence[str], languages: Sequence[str]) -> list[str]:
    """Topics (names) and languages (codes) of both, in sentences; none where they share none."""
    found = []
    if topics:
        found.append(_("Both come for: %(topics)s.") % {"topics": ", ".join(topics)})
    if languages:
        found.append(
            _("You both speak: %(languages)s.") % {"languages": ", ".join(language_names(languages))}
        )
    return found


def _keys(mine: Side, fits: Iterable[Side]) -> list[int]:
    """The ids of one side and of those it fits."""
    return [one.key for one in (mine, *fits) if one.key is not None]


def _of_cities(mine: Side, fits: Mapping[Side, Fit], most: int) -> Reasons:
    at_hand, weights = cities.current(), current_weights()
    compared, keys = profiles.of(at_hand), _keys(mine, fits)
    here, *there = profiles.known_rows(compared, keys).tolist()
    own, *theirs = told_of(at_hand, keys)
    name, *names = [at_hand.name(row) for row in at_hand.reference.rows_of(keys).tolist()]
    return {
        side: of_places(at_hand, (name, other), (own, told), explained(compared, here, row, weights), most)
        for side, row, other, told in zip(fits, there, names, theirs, strict=True)
    }


def _of_businesses(mine: Side, fits: Mapping[Side, Fit], most: int) -> Reasons:
    at_hand = businesses.current()
    keys = _keys(mine, fits)
    written = proposals.texts_of(keys)
    here, *there = profiles.known_rows(compared := arrays.of(at_hand), keys).tolist()
    name, *names = [at_hand.name[row] for row in at_hand.rows_of(keys).tolist()]
    return {
        side: of_trade(
            (name, other),
            explain_trade(compared, here, row, WEIGHTS),
            proposals.words_of(written, keys[0], key),
            most,
        )
        for side, key, row, other in zip(fits, keys[1:], there, names, strict=True)
    }


def _of_supplies(mine: Side, fits: Mapping[Side, Fit], most: int) -> Reasons:
    compared = arrays.of(businesses.current())
    supplies = {side: (fit.asked, fit.found) for side, fit in fits.items()}
    written = suppliers.profiles_of(compared, [one for _asked, one in supplies.values()])
    return {
        side: _of_project(
            asked, suppliers.reasons(asked, one, compared, written[int(compared.ids[one.row])]), most
        )
        for side, (asked, one) in supplies.items()
    }


def _of_fundings(mine: Side, fits: Mapping[Side, Fit], most: int) -> Reasons:
    topics = funders.topic_names()
    return {
        side: _of_project(fit.asked, funders.reasons(fit.asked, fit.found, topics), most)
        for side, fit in fits.items()
    }


def _of_project(asked: Asked, found: Sequence[str], most: int) -> list[str]:
    """The project that is spoken of, then why."""
    address = reverse("project", args=[asked.project.slug])
    link = format_html('<a href="{}">{}</a>', address, asked.project.title)
    return [format_html(_("It is about the project “{project}”."), project=link), *found][:most]


TOLD: Mapping[frozenset[str], Callable[[Side, Mapping[Side, Fit], int], Reasons]] = {
    frozenset((CITY,)): _of_cities,
    frozenset((BUSINESS,)): _of_businesses,
    frozenset((CITY, BUSINESS)): _of_supplies,
    frozenset((CITY, FINANCIAL_PARTNER)): _of_fundings,
}
"""By the kinds of the two: what tells why they fit."""
