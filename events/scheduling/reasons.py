"""Why each request that is not met is not."""

from __future__ import annotations

from .board import Board
from .problem import Problem
from .schedule import Reason, Unmet


def unmet(problem: Problem, board: Board) -> tuple[Unmet, ...]:
    """The requests not held, in the order of the problem. No request of the board must be possible still."""
    masks = board.masks
    return tuple(
        _why_impossible(problem, place) if not masks.slots[place] else _why_lost(problem, board, place)
        for place in range(len(masks.ends))
        if board.slot[place] < 0 and place not in masks.confirmed
    )


def _why_impossible(problem: Problem, place: int) -> Unmet:
    """Of a request with no slot even alone."""
    request = problem.requests[place]
    both = [problem.participant[one] for one in request.pair]
    common = both[0].slots & both[1].slots
    if not common:
        return Unmet(request.id, Reason.NO_COMMON_TIME, tuple(one.id for one in both if not one.slots))
    if unwilling := tuple(one.id for one in both if one.limit == 0):
        return Unmet(request.id, Reason.LIMIT, unwilling)
    if not problem.can_talk(request):
        able = [one.slots for one in problem.interpreters if problem.can_interpret(one, request)]
        common &= frozenset[int]().union(*able)
        if not common:
            return Unmet(request.id, Reason.NO_INTERPRETER)
    if not problem.is_online(request) and not any(common & table.slots for table in problem.tables):
        return Unmet(request.id, Reason.NO_TABLE)
    return Unmet(request.id, Reason.CONFIRMED)


def _why_lost(problem: Problem, board: Board, place: int) -> Unmet:
    """Of a request that others stand in the way of."""
    masks, request = board.masks, problem.requests[place]
    full = [
        one for one in masks.ends[place] if not board.left[one] or not board.free[one] & masks.slots[place]
    ]
    who = tuple(problem.participants[one].id for one in full)
    if any(_holds_better_only(board, one, place) for one in full):
        return Unmet(request.id, Reason.LOWER_PRIORITY, who)
    if full:
        return Unmet(request.id, Reason.FULLY_BOOKED, who)
    common = board.common(place)
    if not common:
        return Unmet(request.id, Reason.NO_COMMON_FREE_TIME)
    if masks.at_table[place] and not any(room and common >> slot & 1 for slot, room in enumerate(board.room)):
        return Unmet(request.id, Reason.TABLES_TAKEN)
    return Unmet(request.id, Reason.INTERPRETERS_TAKEN)


def _holds_better_only(board: Board, person: int, place: int) -> bool:
    """None of the meetings that the person could give up for the request is worth less."""
    masks = board.masks
    return all(
        masks.value[held] >= masks.value[place]
        for slot in range(len(masks.room))
        if (held := board.at(person, slot)) >= 0
        and (not board.left[person] or masks.slots[place] >> slot & 1)
    )
