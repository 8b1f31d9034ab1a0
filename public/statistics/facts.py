"""What the figures are counted from: everything that has a month, a country and a topic, in few queries.

Members are those of today, by the month in which they were first approved: whoever left, or deleted the
account, is in no figure but those kept by the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Case, Count, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from accounts.models import AuditEntry
from cities.models import City, Country, Mayor, Topic, TopicStatement
from events.models import Event, Meeting, Seat
from partnerships.models import (
    BusinessRun,
    CityMatch,
    Interest,
    MatchRun,
    Organisation,
    OrganisationMember,
    Partnership,
    PartnershipChange,
)
from projects.transparency.scope import Scope as AllProjects
from projects.transparency.sums import ProjectRow, rows_of

from .scope import Scope, month_of

CITY, BUSINESS, FINANCIER = "cities", "businesses", "financial-partners"
MEMBERS = (CITY, BUSINESS, FINANCIER)
SENT, ACCEPTED = "interests", "accepted"
PROPOSED = "proposed"
PARTNERSHIP, PROJECT, EVENT, MEETING = "partnerships", "projects", "events", "meetings"
NEED, OFFER = "need", "offer"
KINDS = {Organisation.Kind.BUSINESS: BUSINESS, Organisation.Kind.FINANCIAL_PARTNER: FINANCIER}


class Fact(NamedTuple):
    """`number` of one kind that have these in common. month is its first day; a pair has two countries."""

    kind: str
    month: date
    countries: frozenset[str]
    topics: frozenset[str]
    is_demonstration: bool
    number: int = 1

    def is_of(self, scope: Scope) -> bool:
        """Whether country and demonstration are those asked for."""
        return (not scope.country or scope.country in self.countries) and (
            scope.with_demonstration or not self.is_demonstration
        )


class Grown(NamedTuple):
    """A public partnership: what is counted, and the stages it came to with their months, in order."""

    fact: Fact
    stages: Sequence[tuple[date, str]]

    def stage_in(self, month: date) -> str | None:
        """Where it stood at the end of a month; None before it was confirmed."""
        if month < self.fact.month:
            return None
        return next((stage for since, stage in reversed(self.stages) if since <= month), None)


class Paid(NamedTuple):
    """A public project: what is counted, and its money in euros as it stands today."""

    fact: Fact
    row: ProjectRow


@dataclass(frozen=True)
class Facts:
    """Everything there is to count.

    matches: by the last finished runs; proposed: of those the partners of member cities, as they are now;
    hidden: partnerships not shown.
    """

    counts: Sequence[Fact]
    partnerships: Sequence[Grown]
    projects: Sequence[Paid]
    statements: Sequence[Fact]
    matches: Mapping[str, int]
    proposed: Sequence[Fact]
    hidden: int
    countries: Mapping[str, str]
    topics: Mapping[str, str]

    @classmethod
    def load(cls) -> Facts:
        """Read all of it, in a constant number of queries."""
        partnerships, hidden = _partnerships()
        counts = [*_cities(), *_organisations(), *_interests(), *_events(), *_meetings()]
        projects = _projects()
        counts += [one.fact for one in partnerships] + [one.fact for one in projects]
        found = {code for one in counts for code in one.countries}
        names = {one.code: one.name for one in Country.objects.filter(code__in=found)}
        return cls(
            counts,
            partnerships,
            projects,
            _statements(),
            _matches(),
            _proposed(),
            hidden,
            dict(sorted(names.items(), key=lambda pair: pair[1])),
            {one.code: one.name for one in Topic.objects.all()},
        )

    @property
    def first_month(self) -> date:
        """The earliest month of anything."""
        return min((one.month for one in self.counts), default=month_of(timezone.localdate()))

    def of(self, scope: Scope, *kinds: str) -> list[Fact]:
        """Those of some kinds that the country and the choice of demonstration data let through."""
        return [one for one in self.counts if one.kind in kinds and one.is_of(scope)]


def _nothing() -> frozenset[str]:
    return frozenset()


def _joined(model: type[Mayor | OrganisationMember]) -> Any:
    """When a membership was first approved: by the log, else (demonstration) by its row."""
    entries = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id=OuterRef("pk"), action="approve"
    )
    return Coalesce(Subquery(entries.order_by("at").values("at")[:1]), F("decided_at"), F("applied_at"))


def _members(rows: Iterable[tuple[Any, str, str, bool, datetime]]) -> list[Fact]:
    """One for each that is represented (id, kind, country, demonstration, joined), since its first member."""
    since: dict[tuple[str, Any], tuple[datetime, str, bool]] = {}
    for number, kind, country, is_demonstration, joined in rows:
        key = kind, number
        since[key] = min(
            since.get(key, (joined, country, is_demonstration)), (joined, country, is_demonstration)
        )
    return [
        Fact(kind, month_of(timezone.localdate(at)), frozenset([country]), _nothing(), is_demonstration)
        for (kind, _number), (at, country, is_demonstration) in since.items()
    ]


def _cities() -> list[Fact]:
    members = Mayor.objects.filter(state=Mayor.State.APPROVED).annotate(
        joined=_joined(Mayor), invented=_known("city__profile__is_demonstration")
    )
    fields = ("city", "city__country", "invented", "joined")
    return _members((city, CITY, *more) for city, *more in members.values_list(*fields))


def _organisations() -> list[Fact]:
    members = OrganisationMember.objects.filter(state=OrganisationMember.State.APPROVED).annotate(
        joined=_joined(OrganisationMember), invented=_invented("organisation__")
    )
    fields = ("organisation", "organisation__kind", "organisation__city__country", "invented", "joined")
    return _members((one, KINDS[kind], *more) for one, kind, *more in members.values_list(*fields))


def _invented(organisation: str) -> Coalesce:
    """Whether an organisation is demonstration data."""
    profiles = ("businessprofile", "financialpartnerprofile")
    return _known(*(f"{organisation}{name}__is_demonstration" for name in profiles))


def _country(side: str) -> Coalesce:
    return Coalesce(f"{side}__city__country", f"{side}__organisation__city__country")


def _side_is_invented(side: str) -> Coalesce:
    flags = F(f"{side}__city__profile__is_demonstration"), _invented(f"{side}__organisation__")
    return Coalesce(*flags, output_field=BooleanField())


def _known(*flags: str) -> Coalesce:
    """The first flag that there is, else False."""
    return Coalesce(*flags, Value(False), output_field=BooleanField())


def _interests() -> list[Fact]:
    """Those sent before today, and of them those accepted before today: nobody can watch them come.

    One is demonstration data where a side of it is.
    """
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    accepted = When(state=Interest.State.ACCEPTED, answered_at__lt=today, then=True)
    invented = When(_side_is_invented("sender"), then=True), When(_side_is_invented("receiver"), then=True)
    grouped = (
        Interest.objects.filter(sent_at__lt=today)
        .order_by()
        .annotate(
            month=TruncMonth("sent_at"),
            home=_country("sender"),
            away=_country("receiver"),
            is_accepted=Case(accepted, default=False, output_field=BooleanField()),
            invented=Case(*invented, default=False, output_field=BooleanField()),
        )
        .values_list("month", "home", "away", "topic", "is_accepted", "invented")
        .annotate(number=Count("pk"))
    )
    found = []
    for at, home, away, topic, is_accepted, invented_, number in grouped:
        topics = frozenset([topic] if topic else [])
        one = Fact(SENT, at.date(), frozenset([home, away]), topics, invented_, number)
        found += [one, one._replace(kind=ACCEPTED)] if is_accepted else [one]
    return found


def _partnerships() -> tuple[list[Grown], int]:
    """The public ones, and how many others both sides stand by."""
    public = Partnership.objects.public()
    stages: dict[int, list[tuple[date, str]]] = defaultdict(list)
    history = PartnershipChange.objects.filter(partnership__in=public.values("pk")).order_by("pk")
    for number, at, stage in history.values_list("partnership", "at", "stage"):
        stages[number].append((month_of(timezone.localdate(at)), stage))
    topics: dict[int, set[str]] = defaultdict(set)
    links = Partnership.topics.through.objects.filter(partnership__in=public.values("pk"))
    for number, topic in links.values_list("partnership", "topic"):
        topics[number].add(topic)
    sides = public.annotate(home=_country("one"), away=_country("other"))
    rows = sides.values_list("pk", "confirmed_at", "home", "away", "is_demonstration")
    shown = [
        Grown(
            Fact(
                PARTNERSHIP,
                month_of(timezone.localdate(confirmed)),
                frozenset([home, away]),
                frozenset(topics[number]),
                invented,
            ),
            stages[number],
        )
        for number, confirmed, home, away, invented in rows
    ]
    return shown, Partnership.objects.filter(confirmed_at__isnull=False, public_since=None).count()


def _projects() -> list[Paid]:
    return [
        Paid(
            Fact(
                PROJECT,
                month_of(timezone.localdate(row.published)),
                frozenset([row.country]),
                _nothing(),
                bool(row.sums.demonstrations),
            ),
            row,
        )
        for row in rows_of(AllProjects())
    ]


def _events() -> list[Fact]:
    """Public ones that have begun, by the month in which they did; in the country of the host city."""
    begun = Event.objects.published().filter(starts_at__lt=timezone.now())
    rows = begun.values_list("starts_at", "city__country", "is_demonstration")
    return [_event(EVENT, at, country, invented, 1) for at, country, invented in rows]


def _meetings() -> list[Fact]:
    """Those of public events that are over, unless somebody said that the other side did not come."""
    held = Meeting.objects.standing().filter(
        event__published_at__isnull=False, event__ends_at__lt=timezone.now()
    )
    held = held.exclude(seats__outcome=Seat.Outcome.NO_SHOW).order_by()
    fields = ("event__starts_at", "event__city__country", "event__is_demonstration")
    return [_event(MEETING, *row) for row in held.values_list(*fields).annotate(number=Count("pk"))]


def _event(kind: str, at: datetime, country: str | None, invented: bool, number: int) -> Fact:
    countries = frozenset([country] if country else [])
    return Fact(kind, month_of(timezone.localdate(at)), countries, _nothing(), invented, number)


def _statements() -> list[Fact]:
    """What member cities need and offer now: how many by topic and country. They have no month."""
    stated = (
        TopicStatement.objects.filter(city__in=City.objects.members().values("pk"))
        .order_by()
        .annotate(invented=_known("city__profile__is_demonstration"))
        .values_list("kind", "topic", "city__country", "invented")
        .annotate(number=Count("city", distinct=True))
    )
    return [
        Fact(kind, date.min, frozenset([country]), frozenset([topic]), invented, number)
        for kind, topic, country, invented, number in stated
    ]


def _matches() -> dict[str, int]:
    runs: dict[str, Any] = {"matches": MatchRun, "business-matches": BusinessRun}
    numbers = {name: run.objects.filter(state=run.State.DONE).first() for name, run in runs.items()}
    return {name: run.matches if run else 0 for name, run in numbers.items()}


def _proposed() -> list[Fact]:
    members = City.objects.members().values("pk")
    grouped = (
        CityMatch.objects.filter(city__in=members)
        .order_by()
        .annotate(invented=_known("city__profile__is_demonstration"))
        .values_list("city__country", "invented")
        .annotate(number=Count("rank"))
    )
    return [
        Fact(PROPOSED, date.min, frozenset([country]), frozenset(), invented, number)
        for country, invented, number in grouped
    ]
