"""Some slots of a board scheduled anew as well as can be, by CP-SAT; all other slots stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass

from ortools.sat.python import cp_model

from .board import Board
from .masks import bits

SECONDS_BETWEEN_LOOKS = 0.1


@dataclass(frozen=True)
class Outcome:
    """What a search found: the slots of requests (those not named are not held); None: nothing in the time.

    bound: the value of no schedule that differs in these slots only is higher. optimal: nor is any such
    schedule better in value, people left without, and meetings moved.
    """

    slots: dict[int, int] | None
    bound: int
    optimal: bool


def size(board: Board, slots: int) -> int:
    """How many variables a search over these slots (bits) has, interpreters not counted."""
    return sum(
        (possible & slots).bit_count()
        for request, possible in enumerate(board.masks.slots)
        if board.slot[request] < 0 or slots >> board.slot[request] & 1
    )


def search(
    board: Board,
    slots: int,
    seconds: float,
    workers: int,
    most: int,
    should_stop: Callable[[], bool] | None = None,
) -> Outcome:
    """Search all schedules that differ from the board in these slots (bits) only; most: a bound of the value."""
    model = _Model(board, slots, most)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = max(seconds, 0.1)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(solver.solve, model.model)
        while wait_for([found], SECONDS_BETWEEN_LOOKS).not_done:
            if should_stop and should_stop():
                solver.stop_search()
    status = found.result()
    bound = min(most, model.value_of(solver.best_objective_bound))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, bound, False)
    return Outcome(model.slots_of(solver), bound, status == cp_model.OPTIMAL)


class _Model:
    """The programme: held[request, slot] is 1 where the request is held then."""

    def __init__(self, board: Board, slots: int, most: int) -> None:
        self.board, self.window = board, slots
        self.model = cp_model.CpModel()
        self.held: dict[tuple[int, int], cp_model.IntVar] = {}
        self.free = [
            request
            for request, possible in enumerate(board.masks.slots)
            if possible & slots and (board.slot[request] < 0 or slots >> board.slot[request] & 1)
        ]
        for request in self.free:
            now = board.slot[request]
            for slot in bits(board.masks.slots[request] & slots):
                self.held[request, slot] = self.model.new_bool_var("")
                self.model.add_hint(self.held[request, slot], slot == now)
        self._of_request: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (request, _), held in self.held.items():
            self._of_request[request].append(held)
        for variables in self._of_request.values():
            self.model.add_at_most_one(variables)
        self._limit_people()
        self._limit_tables()
        self._limit_interpreters()
        self._aim(most)

    def value_of(self, objective: float) -> int:
        """The highest value that an objective of at most this can mean."""
        return self._elsewhere + int((objective + 0.5) // self._unit)

    def slots_of(self, solver: cp_model.CpSolver) -> dict[int, int]:
        """The slots of the solution: of all that is held, inside and outside of the window."""
        stays = {one: at for one, at in enumerate(self.board.slot) if at >= 0 and not self.window >> at & 1}
        return stays | {request: slot for (request, slot), held in self.held.items() if solver.value(held)}

    def _limit_people(self) -> None:
        board, masks = self.board, self.board.masks
        by_time: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        by_person: dict[int, list[int]] = defaultdict(list)
        for request, slot in self.held:
            for person in masks.ends[request]:
                by_time[person, slot].append(self.held[request, slot])
        for request in self.free:
            for person in masks.ends[request]:
                by_person[person].append(request)
        for variables in by_time.values():
            self.model.add_at_most_one(variables)
        for person, requests in by_person.items():
            most = board.left[person] + sum(board.slot[request] >= 0 for request in requests)
            if most < min(len(requests), (masks.time[person] & self.window).bit_count()):
                self.model.add(self._number(requests) <= most)

    def _limit_tables(self) -> None:
        board = self.board
        by_slot: dict[int, list[int]] = defaultdict(list)
        for request, slot in self.held:
            if board.masks.at_table[request]:
                by_slot[slot].append(request)
        for slot, requests in by_slot.items():
            most = board.room[slot] + sum(board.slot[request] == slot for request in requests)
            self.model.add(sum(self.held[request, slot] for request in requests) <= most)

    def _limit_interpreters(self) -> None:
        masks = self.board.masks
        speaking: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for (request, slot), held in self.held.items():
            if masks.speakers[request]:
                able = []
                for speaker in bits(masks.speakers[request] & masks.interpreting[slot]):
                    able.append(self.model.new_bool_var(""))
                    speaking[speaker, slot].append(able[-1])
                self.model.add(sum(able) == held)
        for variables in speaking.values():
            self.model.add_at_most_one(variables)

    def _aim(self, most: int) -> None:
        """Value first, then people with a meeting, then meetings that stay: one number."""
        board, masks = self.board, self.board.masks
        stays = [
            self.held[request, masks.previous[request]]
            for request in self.free
            if (request, masks.previous[request]) in self.held
        ]
        met = self._people_met()
        unit_met = len(stays) + 1
        self._unit = unit_met * (len(met) + 1)
        self._elsewhere = board.value - sum(masks.value[one] for one in self.free if board.slot[one] >= 0)
        value = sum(masks.value[one] * self._number([one]) for one in self.free)
        self.model.add(value <= most - self._elsewhere)
        self.model.maximize(self._unit * value + unit_met * sum(met) + sum(stays))

    def _people_met(self) -> list[cp_model.IntVar]:
        """For each who wished a meeting and has none elsewhere: 1 only with one in these slots."""
        board, masks = self.board, self.board.masks
        by_person: dict[int, list[int]] = defaultdict(list)
        for request in self.free:
            for person in masks.ends[request]:
                by_person[person].append(request)
        met = []
        for person, requests in by_person.items():
            elsewhere = board.busy(person) & ~self.window | masks.kept[person]
            if masks.asked[person] and not elsewhere:
                met.append(self.model.new_bool_var(""))
                self.model.add(met[-1] <= self._number(requests))
        return met

    def _number(self, requests: list[int]) -> cp_model.LinearExprT:
        """How many of the requests are held in these slots."""
        return sum(held for request in requests for held in self._of_request[request])
