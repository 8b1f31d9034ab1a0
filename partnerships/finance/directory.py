"""The directory of financial partners in memory, loaded anew when they or cities changed, and every day.

There are thousands of them at most: everything is read at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.directory import Directory, Versions, reader_language
from cities.facets import Facet, Rows
from cities.keeper import Keeper
from cities.models import DataVersion, Topic
from cities.selection import in_order_of
from partnerships.businesses.words import market_labels
from partnerships.integrity.models import INTEGRITY, IntegrityDeclaration
from partnerships.integrity.standings import declared
from partnerships.organisations.directory import (
    NOT_STATED,
    OrganisationDirectory,
    many,
    one_of,
)

from . import money
from .models import (
    FINANCE,
    Applicants,
    FinancialOffer,
    FinancialPartnerProfile,
    FundingCall,
    Institution,
    Instrument,
    Scope,
)

FIELDS = (
    "pk", "organisation__city_id", "organisation__name", "organisation__slug", "other_name", "website",
    "is_demonstration", "languages", "institution", "scope", "applicants", "topics", "countries",
    "ticket_from", "ticket_to", "currency", "text_key",
)  # fmt: skip
NO_CALL = "none"
CALLS = {
    FundingCall.Status.OPEN.value: _("A call is open"),
    FundingCall.Status.SOON.value: _("A call opens soon"),
    NO_CALL: _("No call now"),
}
LATER = date.max.toordinal()


@dataclass(frozen=True)
class FinancialDirectory(OrganisationDirectory):
    """One consistent copy of n public financial partners, as of one day.

    tickets: what one project gets, from, to and in which currency. deadline: shape (n,), the day (an ordinal)
    of the next deadline of a call that is not closed, LATER without one.
    """

    institution: Facet
    scope: Facet
    applicant: Facet
    instrument: Facet
    topic: Facet
    served: Facet
    ticket: Facet
    call: Facet
    tickets: Sequence[tuple[money.Sum, money.Sum, str]]
    deadline: Rows

    @classmethod
    def load(cls, cities: Directory) -> FinancialDirectory:
        """Read all public financial partners whose cities the copy has: five queries."""
        profiles = FinancialPartnerProfile.objects.public().order_by("-updated_at", "-pk")
        rows = list(profiles.values(*FIELDS))
        at = cities.reference.rows_of([row["organisation__city_id"] for row in rows])
        rows = [row for row, city in zip(rows, at.tolist(), strict=True) if city >= 0]
        columns = {name: [row[name] for row in rows] for name in FIELDS}
        ids = columns["pk"]
        topics = list(Topic.objects.values_list("code", flat=True))
        tickets = [(row["ticket_from"], row["ticket_to"], row["currency"]) for row in rows]
        bands = [money.bands_of(*ticket) for ticket in tickets]
        deadlines, calls = _calls_of(ids)
        keys = np.array(ids, dtype=np.int64)
        valid_until, is_checked = declared(keys, IntegrityDeclaration.objects.all())
        return cls(
            cities=cities,
            ids=keys,
            city=at[at >= 0],
            name=columns["organisation__name"],
            other_name=columns["other_name"],
            slug=columns["organisation__slug"],
            website=columns["website"],
            said=columns["text_key"],
            is_demonstration=np.array(columns["is_demonstration"], dtype=np.bool_),
            language=many(columns["languages"]),
            at_city=Facet(tuple(map(str, cities.reference.ids.tolist())), at[at >= 0]),
            valid_until=valid_until,
            is_checked=is_checked,
            institution=_single(Institution.values, columns["institution"]),
            scope=_single(Scope.values, columns["scope"]),
            applicant=Facet.of_cities(
                [Applicants.CITIES.value, Applicants.BUSINESSES.value],
                len(ids),
                {row: _who(who) for row, who in enumerate(columns["applicants"])},
            ),
            instrument=Facet.of_cities(Instrument.values, len(ids), _instruments_of(ids)),
            topic=Facet.of_cities(
                topics, len(ids), {row: stated or topics for row, stated in enumerate(columns["topics"])}
            ),
            served=many(columns["countries"]),
            ticket=many(bands),
            call=Facet.of_cities(list(CALLS), len(ids), dict(enumerate(calls))),
            tickets=tickets,
            deadline=np.array(deadlines, dtype=np.int64),
        )

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """The facets by their name in the query string, in the order of query.FACETS."""
        return {
            "call": self.call,
            "instrument": self.instrument,
            "applicant": self.applicant,
            "topic": self.topic,
            "served": self.served,
            "ticket": self.ticket,
            "institution": self.institution,
            "scope": self.scope,
            **self.seats,
            "language": self.language,
            "declaration": self.declaration,
        }

    def labels(self, facet: str) -> Mapping[str, str]:
        """What the reader sees for the codes of a facet."""
        match facet:
            case "call":
                return {code: str(label) for code, label in CALLS.items()}
            case "instrument":
                return {code: capfirst(str(label)) for code, label in Instrument.choices}
            case "applicant":
                both = (Applicants.CITIES, Applicants.BUSINESSES)
                return {one.value: capfirst(str(one.label)) for one in both}
            case "topic":
                return self.cities.labels("offer")
            case "served":
                return market_labels(reader_language(), self.served.codes)
            case "ticket":
                return {code: money.band_in_words(code) for code in self.ticket.codes}
            case "institution":
                return {code: capfirst(str(label)) for code, label in Institution.choices}
            case "scope":
                return {code: capfirst(str(label)) for code, label in Scope.choices}
        return super().labels(facet)

    def ordered(self, rows: Rows, sort: str, relevance: Rows | None) -> Rows:
        """Rows in the order asked for. As given, they are by relevance, or ascending without one."""
        if sort == "deadline":
            return in_order_of(np.argsort(self.deadline, kind="stable"), rows)
        return super().ordered(rows, sort, relevance)

    def next_deadline(self, row: int) -> date | None:
        """The next deadline of a call of this partner that is not closed."""
        day = int(self.deadline[row])
        return date.fromordinal(day) if day < LATER else None


def _single(known: Sequence[str], values: Sequence[str]) -> Facet:
    return Facet.single([NOT_STATED, *known], [one_of(known, value) for value in values])


def _who(applicants: str) -> list[str]:
    both = [Applicants.CITIES.value, Applicants.BUSINESSES.value]
    return both if applicants == Applicants.BOTH else [applicants] if applicants in both else []


def _instruments_of(ids: Sequence[int]) -> Mapping[int, list[str]]:
    """What each row offers."""
    row_of = {key: row for row, key in enumerate(ids)}
    found: dict[int, list[str]] = defaultdict(list)
    for key, instrument in FinancialOffer.objects.order_by().values_list("organisation_id", "instrument"):
        if key in row_of:
            found[row_of[key]].append(instrument)
    return found


def _calls_of(ids: Sequence[int]) -> tuple[list[int], list[list[str]]]:
    """For each row the ordinal of its next deadline, and which codes of CALLS it has."""
    calls: dict[int, list[FundingCall]] = defaultdict(list)
    for call in FundingCall.objects.filter(deadline__gte=timezone.localdate()):
        calls[call.organisation_id].append(call)
    deadlines = [min((one.deadline.toordinal() for one in calls[key]), default=LATER) for key in ids]
    states = [sorted({one.status.value for one in calls[key]}) or [NO_CALL] for key in ids]
    return deadlines, states


def _made_of(versions: Versions) -> Hashable:
    """Calls open and close with the day, and declarations go out of date."""
    counted = (FINANCE, INTEGRITY, DataVersion.REFERENCE)
    return *(versions.get(name) for name in counted), timezone.localdate()


_keeper = Keeper(FinancialDirectory.load, _made_of)
current: Callable[[], FinancialDirectory] = _keeper.current
forget: Callable[[], None] = _keeper.forget
