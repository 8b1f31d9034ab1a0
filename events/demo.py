"""Demonstration events: one to come and one that is over, with participants, requests and schedules.

Their texts are in data/demo_events.json. Days are counted from the day of loading. All is invented, and the
events say so; who meets whom is drawn by lot, always the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.membership import State as MembershipState
from accounts.models import User
from cities.demo import DOMAIN, take_new_parts
from cities.models import City, Topic
from partnerships.models import OrganisationMember, Party

from . import solving
from .models import (
    Event,
    Exhibitor,
    Interpreter,
    Meeting,
    MeetingRequest,
    Registration,
    ScheduleRun,
    Seat,
    Session,
    Slot,
    Speaker,
    Table,
)

FILE = Path(__file__).resolve().parent / "data" / "demo_events.json"
SECONDS_TO_SOLVE = 1
LATER = timedelta(weeks=52)
TIMES = [
    *("starts_at", "ends_at", "published_at"),
    *("registration_opens_at", "registration_closes_at", "requests_open_at", "requests_close_at"),
]
EXHIBITORS = 6
TABLES_A_ROW = 5
EACH_HOST = 5
HOW_OFTEN = [15, 45, 20, 5, 15]
"""Of a hundred seats: the outcomes in their order, and those without any."""

Pair = tuple[Registration, Registration]


@transaction.atomic
def add_events() -> int:
    """Add those in demonstration cities, once; how many."""
    if not take_new_parts([FILE.stem]):
        return 0
    texts = json.loads(FILE.read_text(encoding="utf-8"))
    cities = City.objects.filter(profile__is_demonstration=True).in_bulk()
    there = set(Event.objects.values_list("slug", flat=True))
    entries = [one for one in texts["events"] if one["city"] in cities and one["slug"] not in there]
    for entry in entries:
        _Making(entry, texts, cities[entry["city"]]).all()
    return len(entries)


class _Making:
    """One event of the file."""

    def __init__(self, entry: dict[str, Any], texts: dict[str, Any], city: City) -> None:
        self.entry, self.texts, self.city = entry, texts, city
        self.dice = Random(entry["slug"])  # noqa: S311 - no secret
        self.first = timezone.localdate() + timedelta(entry["starts_in"])
        self.is_past = entry["key"] == "past"
        if self.is_past:
            self.first += LATER
        self.event = self._event()

    def all(self) -> None:
        """The event with everything that belongs to it."""
        self._programme()
        self._floor()
        self._participants()
        self._requests()
        self._schedule()
        if self.is_past:
            self._move_into_the_past()
            self._afterwards()

    def at(self, day: int, clock: str) -> datetime:
        """An instant of the event: its day, from 0, and the time at its place."""
        return datetime.combine(
            self.first + timedelta(day), time.fromisoformat(clock), tzinfo=self.event.zone
        )

    def _event(self) -> Event:
        entry = self.entry
        event = Event(
            slug=entry["slug"],
            city=self.city,
            is_demonstration=True,
            open_to=list(Event.Who.values),
            **{name: entry[name] for name in ("format", "time_zone", "capacity", "books_freely", "shown")},
            **_in_both("title", entry["title"]),
            **_in_both("text", entry["text"]),
            **_in_both("place", entry["place"]),
            **_in_both("results", entry["results"]),
        )
        self.event = event
        event.starts_at, event.ends_at = self.at(0, "09:00"), self.at(entry["days"] - 1, "18:30")
        day = event.starts_at if self.is_past else timezone.now()  # from which the file counts
        event.registration_opens_at, event.registration_closes_at = _around(day, entry["registration"])
        event.requests_open_at, event.requests_close_at = _around(day, entry["requests"])
        event.published_at = event.registration_opens_at - timedelta(days=5)
        event.save()
        event.organisers.set(Party.objects.of(self.city).people())
        return event

    def _programme(self) -> None:
        speakers = Speaker.objects.bulk_create(
            Speaker(event=self.event, **_in_both("name", name), **_in_both("role", role))
            for name, role in self.entry["speakers"]
        )
        for day, start, end, title, room, is_for_all, speaking in self.entry["sessions"]:
            session = Session.objects.create(
                event=self.event,
                starts_at=self.at(day, start),
                ends_at=self.at(day, end),
                is_for_all=is_for_all,
                **_in_both("title", title),
                **_in_both("room", room),
            )
            session.speakers.set(speakers[one] for one in speaking)

    def _floor(self) -> None:
        event = self.event
        Slot.objects.bulk_create(
            Slot(event=event, starts_at=start, ends_at=start + timedelta(minutes=minutes))
            for day, first, last, minutes, pause in self.entry["slots"]
            for start in _series(self.at(day, first), self.at(day, last), minutes, pause)
        )
        Table.objects.bulk_create(
            Table(
                event=event,
                number=place + 1,
                x=10 + 20 * (place % TABLES_A_ROW),
                y=15 + 25 * (place // TABLES_A_ROW),
            )
            for place in range(self.entry["tables"])
        )
        Interpreter.objects.bulk_create(
            Interpreter(event=event, name=name, languages=languages)
            for name, languages in self.entry["interpreters"]
        )

    def _participants(self) -> None:
        slots, sessions = list(self.event.slots.all()), list(self.event.sessions.filter(is_for_all=False))
        topics = list(Topic.objects.all())
        for party, user in self._members():
            kind = "city" if party.city_id else party.one.kind
            made = Registration.objects.create(
                event=self.event,
                user=user,
                name=user.name,
                party=party,
                languages=self._languages(party),
                goals=self.dice.choice(self.texts["goals"][kind])[user.language],
                is_online=self.event.has_online and self.dice.random() < 0.1,
            )
            made.topics.set(self.dice.sample(topics, 3))
            if self.dice.random() < 0.2:
                made.away_in.set(self.dice.sample(slots, 3))
            if self.dice.random() < 0.3:
                made.sessions.set(self.dice.sample(sessions, 1))
        people = list(self.event.registrations.all())
        Exhibitor.objects.bulk_create(
            Exhibitor(event=self.event, party=one.party, stand=f"A{place}")
            for place, one in enumerate(self.dice.sample(people, min(EXHIBITORS, len(people))), start=1)
        )

    def _members(self) -> Iterator[tuple[Party, User]]:
        """Demonstration members who come, each with the first side they speak for."""
        wanted = self.entry["participants"]
        seen: set[int] = set()
        approved = {"state": MembershipState.APPROVED, "user__email__endswith": f"@{DOMAIN}"}
        cities = City.objects.filter(profile__is_demonstration=True).order_by("-population")
        for city in cities[: wanted["cities"]]:
            for mayor in city.mayors.filter(**approved)[:1]:
                yield Party.objects.of(city), mayor.user
        members = OrganisationMember.objects.filter(**approved).select_related("user", "organisation")
        for kind, name in (("business", "businesses"), ("financial-partner", "financial_partners")):
            of_kind = members.filter(organisation__kind=kind).order_by(
                "-organisation__city__population", "pk"
            )
            left = wanted[name]
            for member in of_kind:
                if left and member.user_id not in seen:
                    seen.add(member.user_id)
                    left -= 1
                    yield Party.objects.of(member.organisation), member.user

    def _languages(self, party: Party) -> list[str]:
        own = party.home.country.languages[:1]
        return sorted({*own, *(["en"] if self.dice.random() < 0.8 else [])})

    def _requests(self) -> None:
        people = list(self.event.registrations.named())
        pairs = list(combinations(people, 2))
        wanted = self.dice.sample(pairs, min(len(pairs), len(people) * self.entry["requests_each"] // 2))
        agreed = self._agreed_with_hosts(pairs)
        wanted = list(dict.fromkeys([*agreed, *wanted]))
        now = min(timezone.now(), self.event.starts_at) - timedelta(days=4)
        states = self._states()
        made = []
        for pair in wanted:
            sender, receiver = self.dice.sample(pair, 2)
            drawn = self.dice.choices(list(states), list(states.values()))[0]
            state = "accepted" if pair in agreed else drawn
            made.append(
                MeetingRequest(
                    event=self.event,
                    sender=sender,
                    receiver=receiver,
                    priority=self.dice.choice([1, 2, 2, 3]),
                    answer_priority=self.dice.choice([1, 2, 2, 3]) if state == "accepted" else None,
                    sentence=self.dice.choice(self.texts["sentences"])[sender.user.language],
                    state=state,
                    sent_at=now - timedelta(hours=self.dice.randrange(100)),
                    answered_at=None if state == "sent" else now,
                )
            )
        MeetingRequest.objects.bulk_create(made)

    def _agreed_with_hosts(self, pairs: list[Pair]) -> list[Pair]:
        """Pairs of which everybody from the host city has some, so that there is an agenda to look at."""
        hosts = dict.fromkeys(
            one for pair in pairs for one in pair if one.party and one.party.home == self.city
        )
        of_hosts = ([pair for pair in pairs if host in pair] for host in hosts)
        return [pair for some in of_hosts for pair in self.dice.sample(some, min(EACH_HOST, len(some)))]

    def _states(self) -> dict[str, float]:
        """How often a request is in which state; none waits any more at an event that is over."""
        waiting = 0.0 if self.is_past else 0.2
        return {"accepted": 0.75 - waiting, "sent": waiting, "declined": 0.2, "withdrawn": 0.05}

    def _schedule(self) -> None:
        if self.event.requests.between_participants().exists():
            run = ScheduleRun.objects.create(event=self.event, seconds=SECONDS_TO_SOLVE)
            solving.make(run)

    def _move_into_the_past(self) -> None:
        """Nothing is scheduled into the past: it was made LATER, and is moved now to where it belongs."""
        event = self.event
        for name in TIMES:
            setattr(event, name, self._earlier(getattr(event, name)))
        event.save()
        parts: list[Any] = [event.sessions, event.slots]
        for rows in parts:
            moved = list(rows.all())
            for row in moved:
                row.starts_at, row.ends_at = self._earlier(row.starts_at), self._earlier(row.ends_at)
            rows.bulk_update(moved, ["starts_at", "ends_at"])
        meetings = list(event.meetings.select_related("slot", "request"))
        for meeting in meetings:
            meeting.put(meeting.slot, meeting.table_id, meeting.interpreter_id)
        Meeting.objects.bulk_update(meetings, ["period"])
        Seat.objects.filter(meeting__in=meetings).delete()
        Seat.objects.bulk_create(seat for meeting in meetings for seat in meeting.new_seats())
        event.requests.update(sent_at=event.requests_open_at, answered_at=event.requests_close_at)

    def _earlier(self, at: datetime) -> datetime:
        """An instant as it was before LATER was added to the day, by the clock at its place."""
        return at.astimezone(self.event.zone) - LATER

    def _afterwards(self) -> None:
        """Who came, and what they said of their meetings."""
        for one in self.event.registrations.all():
            if self.dice.random() < 0.9:
                one.checked_in_at = self.event.starts_at
                one.save(update_fields=["checked_in_at"])
        self.event.meetings.standing().update(state=Meeting.State.CONFIRMED)
        seats = list(Seat.objects.filter(meeting__event=self.event))
        for seat in seats:
            seat.outcome = self.dice.choices([*Seat.Outcome.values, ""], HOW_OFTEN)[0]
        Seat.objects.bulk_update(seats, ["outcome"])


def _in_both(name: str, text: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": said for language, said in text.items()}


def _around(day: datetime, days: list[int]) -> list[datetime]:
    return [day + timedelta(one) for one in days]


def _series(start: datetime, end: datetime, minutes: int, pause: int) -> Iterator[datetime]:
    while start + timedelta(minutes=minutes) <= end:
        yield start
        start += timedelta(minutes=minutes + pause)
