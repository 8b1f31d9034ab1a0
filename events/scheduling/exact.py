"""Some slots of a board scheduled anew as well as can be; all other slots stay as they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from .board import Board
from .bounds import limits
from .masks import bits
from .programme import Choice, Programme


@dataclass(frozen=True)
class Outcome:
    """What a search found.

    slots: of the requests held, inside and outside the window; None: nothing was found in time. bound: the
    value of no schedule that differs in the window only is higher. optimal: nor is one with this value better
    in people left without a meeting and meetings moved.
    """

    slots: dict[int, int] | None
    bound: int
    optimal: bool


def size(board: Board, window: int) -> int:
    """How many choices a search over these slots (bits) has."""
    return sum(
        (possible & window).bit_count()
        for request, possible in enumerate(board.masks.slots)
        if board.slot[request] < 0 or window >> board.slot[request] & 1
    )


def search(board: Board, window: int, seconds: float) -> Outcome:
    """Search all schedules that differ from the board in the slots of the window (bits) only."""
    return _Search(board, window).run(seconds)


class _Search:
    """The programme: held[request, slot] is yes where the request is held then."""

    def __init__(self, board: Board, window: int) -> None:
        self.board, self.masks, self.window = board, board.masks, window
        self.programme = Programme()
        self.held: dict[tuple[int, int], Choice] = {}
        self.of_request: dict[int, list[Choice]] = {}
        for request, possible in enumerate(self.masks.slots):
            if possible & window and (board.slot[request] < 0 or window >> board.slot[request] & 1):
                slots = {(request, slot): self.programme.choice() for slot in bits(possible & window)}
                self.held |= slots
                self.of_request[request] = [*slots.values()]
                self.programme.at_most(self.of_request[request], 1)
        self._limit_people()
        self._limit_slots()
        if window == (1 << len(self.masks.room)) - 1:
            for limit in limits(self.masks):
                self.programme.at_most(self._choices(limit.requests), limit.most)

    def run(self, seconds: float) -> Outcome:
        """Value first, then people with a meeting, then meetings not moved: one number."""
        board, masks = self.board, self.masks
        begin = {choice: float(board.slot[one] == slot) for (one, slot), choice in self.held.items()}
        worth = {
            choice: int(slot == masks.previous[request]) for (request, slot), choice in self.held.items()
        }
        unit = sum(worth.values()) + 1
        met = self._people_met()
        worth |= dict.fromkeys(met, unit)
        unit *= len(met) + 1
        for (request, _), choice in self.held.items():
            worth[choice] += unit * masks.value[request]
        solution = self.programme.maximise(worth, seconds, begin)
        elsewhere = board.value - sum(masks.value[one] for one in self.of_request if board.slot[one] >= 0)
        bound = elsewhere + solution.bound // unit
        if solution.chosen is None:
            return Outcome(None, bound, optimal=False)
        stays = {one: slot for one, slot in board.held().items() if not self.window >> slot & 1}
        held = {one: slot for (one, slot), choice in self.held.items() if choice in solution.chosen}
        return Outcome(stays | held, bound, solution.optimal)

    def _limit_people(self) -> None:
        board, masks = self.board, self.masks
        at_once: dict[tuple[int, int], list[Choice]] = defaultdict(list)
        for (request, slot), choice in self.held.items():
            for person in masks.ends[request]:
                at_once[person, slot].append(choice)
        for choices in at_once.values():
            self.programme.at_most(choices, 1)
        for person, requests in masks.of_people(self.of_request).items():
            most = board.left[person] + sum(board.slot[one] >= 0 for one in requests)
            if most < (masks.time[person] & self.window).bit_count():
                self.programme.at_most(self._choices(requests), most)

    def _limit_slots(self) -> None:
        """By tables and interpreters."""
        board, masks = self.board, self.masks
        for slot in bits(self.window):
            here = {request: choice for (request, at), choice in self.held.items() if at == slot}
            tables = [request for request in here if masks.at_table[request]]
            room = board.room[slot] + sum(board.slot[one] == slot for one in tables)
            self.programme.at_most([here[one] for one in tables], room)
            talking = {group: [here[one] for one in ones] for group, ones in masks.talking(here).items()}
            self.programme.speakers(talking, dict.fromkeys(bits(masks.interpreting[slot]), 1))

    def _people_met(self) -> list[Choice]:
        """For each who wished a meeting and has none elsewhere: 1 only with one in the window."""
        board, masks, met = self.board, self.masks, []
        for person, requests in masks.of_people(self.of_request).items():
            elsewhere = board.busy(person) & ~self.window | masks.kept[person]
            if masks.asked[person] and not elsewhere:
                met.append(self.programme.share())
                self.programme.only_with(met[-1], self._choices(requests))
        return met

    def _choices(self, requests: list[int]) -> list[Choice]:
        return [choice for one in requests for choice in self.of_request[one]]
