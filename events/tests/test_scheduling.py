"""Scheduling: held to a validator and an enumeration of their own, which share nothing with the solver."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling import instance, polish
from events.scheduling.benchmark import made_up
from events.scheduling.instance import InstanceError
from events.scheduling.problem import (
    Interpreter,
    InvalidProblem,
    Meeting,
    Participant,
    Problem,
    Request,
    Slot,
    Table,
)
from events.scheduling.schedule import IMPOSSIBLE, Reason
from events.scheduling.solve import solve


@pytest.fixture(autouse=True, scope="module")
def _short_polish():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polish, "STEPS_A_MEETING", 40)
        yield


def validate(problem, schedule):
    """Every rule that the schedule breaks, as a sentence."""
    return [*violations(problem, schedule.meetings), *miscounted(problem, schedule)]


def violations(problem, meetings):
    people = {one.id: one for one in problem.participants}
    requests = {one.id: one for one in problem.requests}
    tables = {one.id: one for one in problem.tables}
    interpreters = {one.id: one for one in problem.interpreters}
    uses = Counter()
    met = Counter()
    for meeting in meetings:
        request = requests[meeting.request]
        pair = [people[request.asking], people[request.asked]]
        uses[f"request {request.id}"] += 1
        for person in pair:
            met[person.id] += 1
            uses[f"person {person.id} at {meeting.slot}"] += 1
            if meeting.slot not in person.slots:
                yield f"{person.id} is not there at {meeting.slot}"
        if request.online or pair[0].online or pair[1].online:
            if meeting.table is not None and meeting not in problem.fixed:
                yield f"online {request.id} has a table"
        elif meeting.table is None:
            yield f"{request.id} has no table"
        if meeting.table is not None:
            uses[f"table {meeting.table} at {meeting.slot}"] += 1
            if meeting.slot not in tables[meeting.table].slots:
                yield f"table {meeting.table} is closed at {meeting.slot}"
        if meeting.interpreter is not None:
            interpreter = interpreters[meeting.interpreter]
            uses[f"interpreter {interpreter.id} at {meeting.slot}"] += 1
            if meeting.slot not in interpreter.slots:
                yield f"interpreter {interpreter.id} is not there at {meeting.slot}"
            if not all(interpreter.languages & person.languages for person in pair):
                yield f"interpreter {interpreter.id} does not help {request.id}"
        elif not pair[0].languages & pair[1].languages:
            yield f"{request.id} has no language"
    yield from (f"twice: {what}" for what, count in uses.items() if count > 1)
    for person in people.values():
        if person.limit is not None and met[person.id] > person.limit:
            yield f"{person.id} has more than {person.limit} meetings"
    yield from (f"{fixed} was not kept" for fixed in problem.fixed if fixed not in meetings)


def miscounted(problem, schedule):
    parts, meetings = schedule.parts, schedule.meetings
    found = (parts.value, len(parts.without), len(parts.moved))
    if found != judged(problem, meetings):
        yield f"counted {found}, not {judged(problem, meetings)}"
    if parts.idle != idle_slots(problem, meetings):
        yield f"idle {parts.idle}"
    if parts.value > schedule.bound:
        yield "more than the bound"
    held = {one.request for one in meetings}
    unmet = [one.request for one in schedule.unmet]
    if sorted([*held, *unmet]) != sorted(one.id for one in problem.requests):
        yield "a request is neither held nor unmet"
    for one in schedule.unmet:
        if one.impossible != (not possible_meetings(problem, one.request, problem.fixed)):
            yield f"{one} is wrong about what is possible"
        if possible_meetings(problem, one.request, meetings):
            yield f"{one} could be held still"


def possible_meetings(problem, request, others):
    """Every meeting of a request that goes with these others."""
    return [
        meeting
        for slot in range(len(problem.slots))
        for table in [None, *(one.id for one in problem.tables)]
        for interpreter in [None, *(one.id for one in problem.interpreters)]
        for meeting in [Meeting(request, slot, table, interpreter)]
        if not [*violations(problem, [*others, meeting])]
    ]


def value_of(problem, request):
    weights = problem.weights
    bonus = weights.mutual if request.mutual else 0
    return weights.priorities[request.priority - 1] + round(weights.match * request.score) + bonus


def judged(problem, meetings):
    """Value, people without, meetings moved."""
    requests = {one.id: one for one in problem.requests}
    meets = {id_ for one in meetings for id_ in requests[one.request].pair}
    wished = {one.asking for one in problem.requests} | {one.asked for one in problem.requests if one.mutual}
    times = {(one.request, one.slot) for one in meetings}
    confirmed = {one.request for one in problem.fixed}
    moved = [o for o in problem.previous if o.request not in confirmed and (o.request, o.slot) not in times]
    return sum(value_of(problem, requests[one.request]) for one in meetings), len(wished - meets), len(moved)


def idle_slots(problem, meetings):
    requests = {one.id: one for one in problem.requests}
    count = 0
    for person in problem.participants:
        mine = {one.slot for one in meetings if person.id in requests[one.request].pair}
        for slot in person.slots - mine:
            day = [one for one in mine if problem.slots[one].day == problem.slots[slot].day]
            count += any(one < slot for one in day) and any(one > slot for one in day)
    return count


def best_by_enumeration(problem):
    """The best (value, -people without, -meetings moved) of all schedules."""
    fixed = {one.request for one in problem.fixed}
    waiting = [one.id for one in problem.requests if one.id not in fixed]

    def search(place, meetings):
        if place == len(waiting):
            value, without, moved = judged(problem, meetings)
            return value, -without, -moved
        ways = {
            (one.slot, one.interpreter): one for one in possible_meetings(problem, waiting[place], meetings)
        }
        return max(
            [search(place + 1, meetings), *(search(place + 1, [*meetings, one]) for one in ways.values())]
        )

    return search(0, [*problem.fixed])


@st.composite
def events(draw, most_requests, most_slots):
    slots = draw(st.integers(1, most_slots))
    times = st.frozensets(st.integers(0, slots - 1))
    often = st.one_of(st.just(frozenset(range(slots))), times)
    spoken = st.frozensets(st.sampled_from("ab"), min_size=1)
    people = draw(
        st.lists(
            st.tuples(often, spoken, st.sampled_from([None, None, 0, 1, 2]), st.booleans()),
            min_size=2,
            max_size=6,
        )
    )
    pairs = [(one, other) for one in range(len(people)) for other in range(one)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=most_requests))
    of_request = st.tuples(st.integers(1, 3), st.sampled_from([0, 0.3, 1]), st.booleans())
    problem = Problem(
        slots=tuple(Slot(600 + 30 * place + 1440 * (place > 2)) for place in range(slots)),
        tables=tuple(Table(place, one) for place, one in enumerate(draw(st.lists(often, max_size=2)))),
        participants=tuple(
            Participant(place, one[0], one[1], one[2], one[3] and place % 3 == 0)
            for place, one in enumerate(people)
        ),
        requests=tuple(Request(place, *pair, *draw(of_request)) for place, pair in enumerate(chosen)),
        interpreters=tuple(
            Interpreter(place, one, frozenset("ab"))
            for place, one in enumerate(draw(st.lists(often, max_size=1)))
        ),
    )
    for name in ("fixed", "previous"):
        meetings: list[Meeting] = []
        for request in draw(st.sets(st.sampled_from(range(len(chosen))), max_size=2)) if chosen else ():
            if ways := possible_meetings(problem, request, meetings):
                meetings.append(draw(st.sampled_from(ways)))
        problem = replace(problem, **{name: tuple(meetings)})
    return problem


@settings(max_examples=60, deadline=None)
@given(events(most_requests=4, most_slots=3))
def test_no_schedule_is_better(problem):
    schedule = solve(problem, 5)
    assert validate(problem, schedule) == []
    assert schedule.proven
    parts = schedule.parts
    assert (parts.value, -len(parts.without), -len(parts.moved)) == best_by_enumeration(problem)


@settings(max_examples=80, deadline=None)
@given(events(most_requests=12, most_slots=6), st.sampled_from([0, 5]))
def test_every_schedule_keeps_the_rules(problem, seconds):
    assert validate(problem, solve(problem, seconds)) == []
