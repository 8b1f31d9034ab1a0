"""The figures and tables of the page, from facts.

What one is a member of is public; who wrote to whom is not. So expressions of interest that are told apart
by country or topic are rounded down to fives, and fewer than five (none too) are told as that. Sums over all
countries and topics are exact: they say nothing of anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from partnerships.models import Partnership
from projects.tables import Column, Row, Table
from projects.transparency.sums import AMOUNTS, Sums, total
from projects.transparency.tables import AMOUNT_NAMES
from public.models import DailyFigure

from .facts import (
    ACCEPTED,
    EVENT,
    MEETING,
    MEMBERS,
    NEED,
    OFFER,
    PARTNERSHIP,
    PROJECT,
    PROPOSED,
    SENT,
    Fact,
    Facts,
)
from .scope import Scope, month_of, months_before

FEWEST = 5
FEW = f"<{FEWEST}"
MATCHES = ("matches", "business-matches")
MONEY = ("budget", "committed", "disbursed")
STANDING = (*MEMBERS, PARTNERSHIP, PROJECT)
"""What is counted as it stands at the end of the period; all else as it happened in it."""
HAPPENED = (SENT, ACCEPTED, EVENT, MEETING)
STAGES = [stage.value for stage in Partnership.Stage]

LABELS: Mapping[str, Any] = {
    "cities": gettext_lazy("Member cities"),
    "businesses": gettext_lazy("Businesses"),
    "financial-partners": gettext_lazy("Financial partners"),
    "partnerships": gettext_lazy("Public partnerships"),
    "projects": gettext_lazy("Public projects"),
    **{name: AMOUNT_NAMES[name] for name in MONEY},
    "matches": gettext_lazy("Partners proposed to cities"),
    "business-matches": gettext_lazy("Partners proposed to businesses"),
    "proposed": gettext_lazy("Partners proposed to member cities"),
    "interests": gettext_lazy("Expressions of interest sent"),
    "accepted": gettext_lazy("Of them accepted"),
    "events": gettext_lazy("Events"),
    "meetings": gettext_lazy("Meetings held"),
}
"""The figures by code."""
MONTH = Column("month", pgettext_lazy("column of a table", "Month"), "month")


class Figure(NamedTuple):
    """One figure. demonstration: how much of it is demonstration data, None where it is not told."""

    code: str
    value: Any
    demonstration: Any = None

    @property
    def label(self) -> str:
        """What it counts."""
        return str(LABELS[self.code])

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in euros."""
        return self.code in MONEY

    @property
    def whole(self) -> Decimal:
        """An amount to the euro."""
        return Decimal(round(self.value))

    @property
    def whole_demonstration(self) -> Decimal:
        """How much of it is demonstration data, to the euro."""
        return Decimal(round(self.demonstration))


def rounded(number: int) -> int | str:
    """A number that could tell of somebody: rounded down to fives, FEW below the first."""
    return number - number % FEWEST if number >= FEWEST else FEW


def standing(facts: Facts, scope: Scope) -> list[Figure]:
    """What there is at the end of the period."""
    found = [one for one in facts.of(scope, *STANDING) if one.month <= scope.last]
    figures = [_figure(kind, found) for kind in STANDING]
    sums = [_sums(facts, scope, invented_only) for invented_only in (False, True)]
    figures += [Figure(name, *(getattr(one, name) for one in sums)) for name in MONEY]
    if not scope.country:
        figures += [Figure(name, facts.matches[name]) for name in MATCHES]
    return figures


def happened(facts: Facts, scope: Scope) -> list[Figure]:
    """What there was in the period."""
    found = [one for one in facts.of(scope, *HAPPENED) if scope.first <= one.month <= scope.last]
    figures = [_figure(kind, found) for kind in HAPPENED]
    if not scope.country:
        return figures
    return [Figure(one.code, rounded(one.value)) if one.code in (SENT, ACCEPTED) else one for one in figures]


def _figure(kind: str, found: Iterable[Fact]) -> Figure:
    of_kind = [one for one in found if one.kind == kind]
    invented = sum(one.number for one in of_kind if one.is_demonstration)
    return Figure(kind, sum(one.number for one in of_kind), invented)


def _sums(facts: Facts, scope: Scope, invented_only: bool) -> Sums:
    return total(
        one.row
        for one in facts.projects
        if one.fact.is_of(scope)
        and one.fact.month <= scope.last
        and (one.fact.is_demonstration or not invented_only)
    )


def now(facts: Facts, scope: Scope) -> Table:
    """All figures as one table."""
    columns = [
        Column("figure", gettext_lazy("Figure")),
        Column("code", gettext_lazy("Code")),
        Column("value", pgettext_lazy("column of figures", "Value"), "number"),
        Column("demonstration", gettext_lazy("Of which demonstration"), "number"),
    ]
    rows = [
        {"figure": one.label, "code": one.code, "value": one.value, "demonstration": one.demonstration}
        for one in (*standing(facts, scope), *happened(facts, scope))
    ]
    return Table("now", _("In figures"), columns, rows)


def members(facts: Facts, scope: Scope) -> Table:
    """Those that are members today, by how many of them were at the end of each month."""
    grown = _grown(facts.of(scope, *MEMBERS), scope)
    rows = [{"month": month, **{kind: grown[kind, month] for kind in MEMBERS}} for month in scope.months]
    meaning = _(
        "Of the members of today, how many were members at the end of each month already. "
        "Whoever has left is not in it."
    )
    return Table("members", _("Members"), [MONTH, *_columns(*MEMBERS)], rows, meaning)


def interests(facts: Facts, scope: Scope) -> Table:
    """What was sent in each month, and how much of it is accepted by now."""
    sent = _by_month(facts.of(scope, SENT, ACCEPTED))
    told: Callable[[int], Any] = rounded if scope.country else int
    rows = [
        {"month": month, **{kind: told(sent[kind, month]) for kind in (SENT, ACCEPTED)}}
        for month in scope.months
    ]
    meaning = _("By the month in which they were sent; until yesterday.")
    if scope.country:
        meaning += " " + few_in_words()
    return Table("interests", _("Expressions of interest"), [MONTH, *_columns(SENT, ACCEPTED)], rows, meaning)


def few_in_words() -> str:
    """How numbers are told that could say something of somebody."""
    return _(
        "By country and topic they are rounded down to fives; “%(few)s” means fewer than %(number)s, or none."
    ) % {"few": FEW, "number": FEWEST}


def partnerships(facts: Facts, scope: Scope) -> Table:
    """How many public partnerships stood at which stage at the end of each month."""
    shown = [one for one in facts.partnerships if one.fact.is_of(scope)]
    rows: list[Row] = []
    for month in scope.months:
        stages = Counter(one.stage_in(month) for one in shown)
        rows.append({"month": month, **{stage: stages[stage] for stage in STAGES}})
    labels = dict(Partnership.Stage.choices)
    columns = [MONTH, *(Column(stage, capfirst(str(labels[stage])), "number") for stage in STAGES)]
    meaning = _("Those that both sides show to everybody, from their history.")
    if not scope.country:
        meaning += " " + _("Others that both sides confirmed and do not show: %(number)s.") % {
            "number": rounded(facts.hidden)
        }
    return Table("partnerships", _("Partnerships by stage"), columns, rows, meaning)


def money(facts: Facts, scope: Scope) -> Table:
    """The money of the projects that were public at the end of each month, as it stands today."""
    by_month: dict[date, Sums] = defaultdict(Sums)
    for one in facts.projects:
        if one.fact.is_of(scope):
            by_month[max(one.fact.month, scope.first)] += one.row.sums
    sums = accumulate((by_month[month] for month in scope.months), initial=Sums())
    next(sums)
    rows = [
        {"month": month, PROJECT: one.projects, **{name: getattr(one, name) for name in AMOUNTS}}
        for month, one in zip(scope.months, sums, strict=True)
    ]
    columns = [MONTH, *_columns(PROJECT), *(Column(name, AMOUNT_NAMES[name], "money") for name in AMOUNTS)]
    meaning = _(
        "In euros, by the month in which projects were published; the amounts are those of today, at the "
        "rate that each project states. What is asked for is the gap."
    )
    return Table("money", _("Projects and their money"), columns, rows, meaning)


def events(facts: Facts, scope: Scope) -> Table:
    """Events that began in each month, and the meetings held at them."""
    found = _by_month(facts.of(scope, EVENT, MEETING))
    rows = [
        {"month": month, **{kind: found[kind, month] for kind in (EVENT, MEETING)}} for month in scope.months
    ]
    return Table("events", _("Events and meetings"), [MONTH, *_columns(EVENT, MEETING)], rows)


def countries(facts: Facts, scope: Scope, home: str) -> Table:
    """All figures by country; each leads to the page about it, at `home`."""
    found = _by_code(facts, scope, lambda one: one.countries)
    sums: dict[str, Sums] = defaultdict(Sums)
    for paid in facts.projects:
        if paid.fact.is_of(scope) and paid.fact.month <= scope.last:
            sums[paid.row.country] += paid.row.sums
    proposed: Counter[str] = Counter()
    for one in facts.proposed:
        for code in one.countries if one.is_of(scope) else ():
            proposed[code] += one.number
    are_of_now = scope.last >= month_of(timezone.localdate())
    rows: list[dict[str, Any]] = [
        {
            "country": (name, home + scope.but(country=code).query_string),
            **{kind: found[kind, code] for kind in (*STANDING, EVENT)},
            PROPOSED: proposed[code] if are_of_now else None,
            **{name: getattr(sums[code], name) for name in MONEY},
            **{kind: rounded(found[kind, code]) for kind in (SENT, ACCEPTED)},
        }
        for code, name in facts.countries.items()
        if not scope.country or code == scope.country
    ]
    rows.sort(key=lambda row: -sum(row[kind] for kind in MEMBERS))
    columns = [
        Column("country", gettext_lazy("Country"), "link"),
        *_columns(*STANDING, PROPOSED),
        *(Column(name, AMOUNT_NAMES[name], "money") for name in MONEY),
        *_columns(SENT, ACCEPTED, EVENT),
    ]
    said = [
        _("What has a side in two countries counts in both."),
        _("Proposed partners are those of today; of earlier months they are not known by country."),
        few_in_words(),
    ]
    return Table("countries", _("By country"), columns, rows, " ".join(map(str, said)))


def topics(facts: Facts, scope: Scope) -> Table:
    """What member cities need and offer, and what was begun about it, by topic."""
    found = _by_code(facts, scope, lambda one: one.topics)
    stated: Counter[tuple[str, str]] = Counter()
    for one in facts.statements:
        if one.is_of(scope):
            [topic] = one.topics
            stated[one.kind, topic] += one.number
    rows: list[dict[str, Any]] = [
        {
            "topic": name,
            **{kind: stated[kind, code] for kind in (NEED, OFFER)},
            PARTNERSHIP: found[PARTNERSHIP, code],
            **{kind: rounded(found[kind, code]) for kind in (SENT, ACCEPTED)},
        }
        for code, name in facts.topics.items()
    ]
    rows.sort(key=lambda row: -row[NEED] - row[OFFER])
    columns = [
        Column("topic", gettext_lazy("Topic")),
        Column(NEED, gettext_lazy("Cities that look for it"), "number"),
        Column(OFFER, gettext_lazy("Cities that offer it"), "number"),
        *_columns(PARTNERSHIP, SENT, ACCEPTED),
    ]
    meaning = _("Needs and offers are those of today.") + " " + few_in_words()
    return Table("topics", _("By topic"), columns, rows, meaning)


def daily(facts: Facts, scope: Scope) -> Table:
    """All figures as they were counted day by day, of all countries; a day that was missed is empty."""
    kept: dict[date, dict[str, Decimal]] = defaultdict(dict)
    last = min(months_before(scope.last, -1) - timedelta(1), timezone.localdate())
    days = DailyFigure.objects.filter(day__gte=scope.first, day__lte=last)
    for day, name, value in days.values_list("day", "name", "value"):
        kept[day][name] = value
    first = min(kept, default=last + timedelta(1))
    rows = [
        {"day": day, **{name: _whole(name, kept[day].get(name)) for name in LABELS}}
        for day in (first + timedelta(number) for number in range((last - first).days + 1))
    ]
    columns = [Column("day", gettext_lazy("Day"), "date"), *_columns(*LABELS)]
    meaning = _("As counted on each day, demonstration data included. Empty: the day was missed.")
    return Table("daily", _("Day by day"), columns, rows, meaning)


def _whole(name: str, value: Decimal | None) -> Decimal | int | None:
    return value if value is None or name in MONEY else int(value)


def proposals(by_day: Table) -> Table:
    """How many partners were proposed on the last day of each month that was counted; from `daily`."""
    months: dict[date, list[Row]] = defaultdict(list)
    for row in by_day.rows:
        months[month_of(row["day"])].append(row)
    rows = []
    for month, days in months.items():
        counted = [row for row in days if row["matches"] is not None]
        last = counted[-1] if counted else {}
        rows.append(
            {
                "month": month,
                **{name: last.get(name) for name in MATCHES},
                "day": last.get("day"),
                "missed": len(days) - len(counted),
            }
        )
    columns = [
        MONTH,
        *_columns(*MATCHES),
        Column("day", gettext_lazy("Counted on"), "date"),
        Column("missed", gettext_lazy("Days missed"), "number"),
    ]
    meaning = _(
        "On the last day of each month on which it was counted, in all countries. Days that were missed are "
        "not guessed."
    )
    return Table("proposals", _("Partners proposed"), columns, rows, meaning)


def _columns(*codes: str) -> Sequence[Column]:
    return [Column(code, LABELS[code], "money" if code in MONEY else "number") for code in codes]


def _by_month(found: Iterable[Fact]) -> Counter[tuple[str, date]]:
    """How many of each kind, by month."""
    numbers: Counter[tuple[str, date]] = Counter()
    for one in found:
        numbers[one.kind, one.month] += one.number
    return numbers


def _grown(found: Sequence[Fact], scope: Scope) -> Counter[tuple[str, date]]:
    """How many of each kind there were at the end of each month of the period."""
    new = _by_month(one._replace(month=max(one.month, scope.first)) for one in found)
    grown: Counter[tuple[str, date]] = Counter()
    for kind in {one.kind for one in found}:
        sums = accumulate(new[kind, month] for month in scope.months)
        grown.update({(kind, month): number for month, number in zip(scope.months, sums, strict=True)})
    return grown


def _by_code(
    facts: Facts, scope: Scope, codes_of: Callable[[Fact], frozenset[str]]
) -> Counter[tuple[str, str]]:
    """How many of each kind have each code: standing at the end of the period, or happened in it."""
    numbers: Counter[tuple[str, str]] = Counter()
    for one in facts.of(scope, *STANDING, *HAPPENED):
        if one.month <= scope.last and (one.kind in STANDING or one.month >= scope.first):
            for code in codes_of(one):
                numbers[one.kind, code] += one.number
    return numbers
