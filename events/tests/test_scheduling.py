"""Scheduling: held to a validator and an enumeration of their own, which share nothing with the solver."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.scheduling import exact, instance, polish
from events.scheduling.benchmark import made_up
from events.scheduling.board import Board
from events.scheduling.instance import InstanceError
from events.scheduling.masks import Masks
from events.scheduling.places import with_places
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


def validate_all(problem, schedule):
    """The same, and what is said of requests not met: for small events: it tries every meeting there is."""
    return [*validate(problem, schedule), *misexplained(problem, schedule)]


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


def misexplained(problem, schedule):
    for one in schedule.unmet:
        if one.impossible != (not possible_meetings(problem, one.request, problem.fixed)):
            yield f"{one} is wrong about what is possible"
        if possible_meetings(problem, one.request, schedule.meetings):
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


def event(people, requests, slots=2, tables=1, interpreters=(), **more):
    """A small event; people: (slots, languages); requests: pairs, or pairs with a priority."""
    return Problem(
        slots=tuple(Slot(600 + 30 * place) for place in range(slots)),
        tables=tuple(Table(place, frozenset(range(slots))) for place in range(tables)),
        participants=tuple(
            Participant(place, frozenset(times), frozenset(spoken))
            for place, (times, spoken) in enumerate(people)
        ),
        requests=tuple(Request(place, *one) for place, one in enumerate(requests)),
        interpreters=tuple(
            Interpreter(place, frozenset(times), frozenset(spoken))
            for place, (times, spoken) in enumerate(interpreters)
        ),
        **more,
    )


BOTH, A, B = [0, 1], "a", "b"


FEW_TABLES = event([([0], A)] * 4 + [([1], A)] * 2, [(0, 1, 3), (2, 3, 3), (4, 5, 1)])
"""The best two of three requests are in one slot, which has a table for one."""
UNEQUAL = event([([0], A)] * 6, [(0, 1), (4, 1), (3, 2), (5, 1), (2, 1)])
"""All are worth the same, but only the one in the middle is of two who asked."""
ONE_INTERPRETER = event(
    [([0], A), ([0], B)] * 2 + [([1], A), ([1], B)],
    [(0, 1, 3), (2, 3, 3), (4, 5, 1)],
    tables=2,
    interpreters=[([0, 1], "ab")],
)
"""The best two of three requests are in one slot, and the interpreter can be in one of them."""


@settings(max_examples=50, deadline=None)
@given(events(most_requests=4, most_slots=3))
@example(FEW_TABLES)
@example(UNEQUAL)
@example(ONE_INTERPRETER)
def test_no_schedule_is_better(problem):
    schedule = solve(problem, 5)
    assert validate_all(problem, schedule) == []
    assert schedule.proven
    best = best_by_enumeration(problem)
    for meetings in (schedule.meetings, searched_as_a_whole(problem)):
        assert [*violations(problem, meetings)] == []
        value, without, moved = judged(problem, meetings)
        assert (value, -without, -moved) == best


def searched_as_a_whole(problem):
    """The meetings that the exact search finds by itself, which `solve` needs for few events only."""
    found = exact.search(Board(Masks.of(problem)), (1 << len(problem.slots)) - 1, 5)
    assert found.optimal
    return with_places(problem, {problem.requests[place].id: slot for place, slot in found.slots.items()})


@settings(max_examples=50, deadline=None)
@given(events(most_requests=12, most_slots=6), st.sampled_from([0, 5]))
def test_every_schedule_keeps_the_rules(problem, seconds):
    assert validate_all(problem, solve(problem, seconds)) == []


@pytest.mark.parametrize(
    ("problem", "reason", "who"),
    [
        (event([([0], A), ([1], A)], [(0, 1)]), Reason.NO_COMMON_TIME, ()),
        (event([([], A), (BOTH, A)], [(0, 1)]), Reason.NO_COMMON_TIME, (0,)),
        (event([(BOTH, A), (BOTH, B)], [(0, 1)]), Reason.NO_INTERPRETER, ()),
        (event([(BOTH, A), ([1], B)], [(0, 1)], interpreters=[([0], "ab")]), Reason.NO_INTERPRETER, ()),
        (event([(BOTH, A), (BOTH, B)], [(0, 1)], interpreters=[(BOTH, "bc")]), Reason.NO_INTERPRETER, ()),
        (event([(BOTH, A), (BOTH, A)], [(0, 1)], tables=0), Reason.NO_TABLE, ()),
        (event([([0], A), ([0], A), ([0], A)], [(0, 1, 3), (0, 2, 1)]), Reason.LOWER_PRIORITY, (0,)),
        (
            event(
                [([0], A), ([0], A), ([0], A)],
                [(0, 1, 1), (0, 2, 3)],
                fixed=(Meeting(0, 0, 0),),
            ),
            Reason.CONFIRMED,
            (),
        ),
        (
            event([([0], A)] * 4, [(0, 1, 1), (2, 3, 3)]),
            Reason.TABLES_TAKEN,
            (),
        ),
        (
            event([([0], A), ([0], B)] * 2, [(0, 1, 3), (2, 3, 1)], tables=2, interpreters=[([0], "ab")]),
            Reason.INTERPRETERS_TAKEN,
            (),
        ),
        (  # the request of most worth loses to the two that it stands between
            event([([0], A)] * 4, [(1, 2, 3), (0, 1, 2), (2, 3, 2)], tables=2),
            Reason.FULLY_BOOKED,
            (1, 2),
        ),
        (  # each has another slot left, but not the same
            event(
                [([0, 1], A), ([0, 1], A), ([0], A), ([1], A)],
                [(0, 1, 1), (0, 2, 3), (1, 3, 3)],
                tables=2,
            ),
            Reason.NO_COMMON_FREE_TIME,
            (),
        ),
    ],
)
def test_an_unmet_request_has_its_reason(problem, reason, who):
    schedule = solve(problem, 5)
    assert validate_all(problem, schedule) == []
    [unmet] = schedule.unmet
    assert (unmet.reason, unmet.who) == (reason, who)
    assert unmet.impossible == (reason in IMPOSSIBLE)


def test_a_limit_of_none_is_a_reason():
    problem = event([(BOTH, A), (BOTH, A)], [(0, 1)])
    unwilling = replace(
        problem, participants=(replace(problem.participants[0], limit=0), problem.participants[1])
    )
    [unmet] = solve(unwilling, 5).unmet
    assert (unmet.reason, unmet.who) == (Reason.LIMIT, (0,))


@pytest.mark.parametrize(
    ("spoilt", "rule"),
    [
        (lambda one: replace(one, slot=1), "twice"),
        (lambda one: replace(one, table=None), "no table"),
        (lambda one: replace(one, table=1), "closed"),
        (lambda one: replace(one, interpreter=None), "no language"),
        (lambda one: replace(one, interpreter=1), "does not help"),
        (lambda one: replace(one, interpreter=2), "is not there"),
    ],
)
def test_the_validator_sees_what_is_wrong(spoilt, rule):
    """A control: were it blind, the tests above would pass for nothing."""
    problem = event(
        [(BOTH, A), (BOTH, B), (BOTH, A)],
        [(0, 1), (0, 2)],
        interpreters=[(BOTH, "ab"), (BOTH, "ac"), ([1], "ab")],
        fixed=(Meeting(0, 0, 0, 0), Meeting(1, 1, 0)),
    )
    problem = replace(problem, tables=(*problem.tables, Table(1, frozenset())))
    good = list(problem.fixed)
    assert [*violations(problem, good)] == []
    assert any(rule in one for one in violations(problem, [spoilt(good[0]), good[1]]))


def test_solving_again_keeps_what_is_confirmed_and_moves_little():
    problem = made_up(60, 240, 12, seed=3)
    first = solve(problem, 3)
    assert first.proven
    confirmed = first.meetings[::5]
    late = next(
        one
        for one in problem.participants
        if not any(one.id in problem.request[meeting.request].pair for meeting in confirmed)
        and any(one.id in problem.request[meeting.request].pair for meeting in first.meetings[-20:])
    )
    changed = replace(
        problem,
        participants=tuple(
            replace(one, slots=one.slots & {0, 1, 2, 3, 4, 5}) if one is late else one
            for one in problem.participants
        ),
        fixed=confirmed,
        previous=first.meetings,
    )
    again = solve(changed, 3)
    assert validate(changed, again) == []
    anew = solve(replace(changed, previous=()), 3)
    assert anew.parts.value == again.parts.value
    times = {(one.request, one.slot) for one in first.meetings}
    assert len(times - {(one.request, one.slot) for one in anew.meetings}) > len(times) // 2
    assert 0 < len(again.parts.moved) < len(times) // 10
    tables = {(one.request, one.slot): one.table for one in again.meetings}
    assert all(tables.get((one.request, one.slot), one.table) == one.table for one in first.meetings)


def test_polish_lets_fewer_people_wait(monkeypatch):
    problem = made_up(60, 240, 12)
    polished = solve(problem, 10)
    monkeypatch.setattr(polish, "STEPS_A_MEETING", 0)
    without = solve(problem, 10)
    assert validate(problem, polished) == []
    assert polished.parts.value == without.parts.value == polished.bound
    assert polished.parts.idle < without.parts.idle / 2


def test_it_tells_what_it_has_and_stops_when_asked():
    told = []
    stopped = solve(made_up(60, 240, 12), 60, told.append, lambda: bool(told))
    assert len(told) == 1
    assert stopped.elapsed < 5
    assert [one.method for one in stopped.bounds] == ["edge colouring"]
    assert (told[0].value, told[0].meetings) == (stopped.parts.value, len(stopped.meetings))
    assert told[0].gap == stopped.gap > 0


def test_an_event_without_anything_has_an_empty_schedule():
    schedule = solve(Problem((), (), (), ()), 5)
    assert (schedule.meetings, schedule.unmet, schedule.proven, schedule.gap) == ((), (), True, 0)


@pytest.mark.parametrize(
    ("fixed", "fault"),
    [
        ([Meeting(0, 1, 0), Meeting(1, 1, 1)], "participant 0 has another confirmed meeting then"),
        ([Meeting(0, 0, 0), Meeting(2, 0, 0)], "table 0 has another confirmed meeting then"),
        ([Meeting(0, 0)], "it has no table"),
        ([Meeting(0, 0, 7)], "table 7 is not open"),
        ([Meeting(2, 1, 0)], "participant 3 is not available"),
        ([Meeting(3, 0, 0)], "no common language and no interpreter"),
        ([Meeting(3, 0, 0, 0)], "interpreter 0 does not speak their languages"),
        ([Meeting(9, 0, 0)], "there is no request 9"),
        ([Meeting(0, 9, 0)], "in a slot that is not there"),
    ],
)
def test_confirmed_meetings_that_cannot_be_are_refused(fixed, fault):
    problem = event(
        [(BOTH, A), (BOTH, A), (BOTH, A), ([0], A), (BOTH, B)],
        [(0, 1), (0, 2), (2, 3), (0, 4)],
        tables=2,
        interpreters=[(BOTH, "bc")],
        fixed=tuple(fixed),
    )
    with pytest.raises(InvalidProblem, match=fault):
        solve(problem, 5)


@settings(max_examples=30, deadline=None)
@given(events(most_requests=6, most_slots=4))
def test_an_instance_survives_its_text(problem):
    assert instance.load(instance.dump(problem)) == problem


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("slots"), r"^slots is missing\.$"),
        (lambda data: data.update(format="other"), r"^format must be meetings-1\.$"),
        (
            lambda data: data["participants"][1].update(slots=3),
            r"^participants\[1\]\.slots must be a list\.$",
        ),
        (lambda data: data["participants"][1].update(slots=["x"]), r"slots must be a list of whole numbers"),
        (lambda data: data["requests"][0].update(score="high"), r"^requests\[0\]\.score must be a number\.$"),
        (lambda data: data["requests"][0].update(participants=[1]), r"participants must name two"),
        (lambda data: data["requests"][0].update(mutal=True), r"^requests\[0\]\.mutal is not known\.$"),
        (
            lambda data: data["weights"].update(priorities=[1]),
            r"^weights\.priorities must be three numbers\.$",
        ),
        (lambda data: data.update(tables=[5]), r"^tables\[0\] must be an object\.$"),
    ],
)
def test_a_faulty_instance_names_the_field(change, message):
    data = json.loads(instance.dump(made_up(10, 10, 4)))
    change(data)
    with pytest.raises(InstanceError, match=message):
        instance.load(json.dumps(data))


def test_the_benchmark_measures_a_file(tmp_path, capsys):
    file = tmp_path / "event.json"
    file.write_text(instance.dump(made_up(40, 150, 10)))
    call_command("bench_schedule", str(file), seconds=1, json=True)
    data = json.loads(capsys.readouterr().out)
    assert data["greedy"]["value"] < data["schedule"]["value"] <= min(data["schedule"]["bounds"].values())
    file.write_text("{}")
    with pytest.raises(CommandError, match="format is missing"):
        call_command("bench_schedule", str(file))
