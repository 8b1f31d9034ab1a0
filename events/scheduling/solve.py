"""Scheduling an event: a good schedule within a second, a better one the longer it may take.

1. Requests are placed one by one, the most valuable first, around the confirmed meetings and an earlier
   schedule's; one that finds no slot has others make way for it (`repair`).
2. The b-matching (`bounds`) tells the value that no schedule exceeds and which requests would reach it; they
   are placed in the same way. Mostly all of them find a slot: then the value is proven to be the best.
3. Where that did not succeed, or where people without a meeting or moved meetings remain, some slots at a
   time are scheduled anew (`exact`), all at once if the event is small.
4. With the requests held fixed, meetings change slots until few are moved and few people idle (`polish`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from time import monotonic

from . import exact
from .board import Board
from .bounds import Matching, edge_colouring_bound
from .masks import Masks, bits
from .places import with_places
from .polish import Polish
from .problem import Problem
from .reasons import unmet
from .repair import best_slot, make_way, place_greedily
from .schedule import Bound, Parts, Schedule, gap

SECONDS_TO_REPAIR = 0.25
"""For the first schedule, and for each round of making way for requests that are not in the b-matching."""
KINDER = 0.1
"""Share of the time for a b-matching that leaves fewer without a meeting and keeps more."""
SEARCH_UNTIL = 0.8
"""Share of the time after which the value, if not proven, is left as it is."""
TIDY_UNTIL = 0.35
"""The same where only people without a meeting and moved meetings are left to improve."""
SMALL = 10_000
"""Variables up to which an event is searched as a whole."""
WINDOW = 2_500
"""Variables of a search over some slots."""
SECONDS_A_SEARCH = 30.0
IN_VAIN = 30
"""Searches over some slots without any success after which no more are tried."""


@dataclass(frozen=True)
class Progress:
    """How far it is: what the best schedule so far is worth, after so many seconds."""

    meetings: int
    value: int
    bound: int
    elapsed: float

    @property
    def gap(self) -> float:
        """As `Schedule.gap`."""
        return gap(self.value, self.bound)


def solve(
    problem: Problem,
    seconds: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    seed: int = 0,
) -> Schedule:
    """The best schedule found in about so many seconds, or until should_stop says so. Raises InvalidProblem.

    on_progress is told of each better schedule. Both functions are called
    in the thread of the caller.
    """
    problem.check()
    return _Solving(problem, seconds, on_progress, should_stop, seed).result()


class _Solving:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
        seed: int,
    ) -> None:
        self.problem, self.seconds = problem, seconds
        self._on_progress, self._should_stop = on_progress, should_stop
        self._began, self._dice = monotonic(), Random(seed)  # noqa: S311 - no secret
        self.masks = Masks.of(problem)
        self.confirmed = sum(problem.weights.value(problem.request[one.request]) for one in problem.fixed)
        self.bounds = {"edge colouring": edge_colouring_bound(self.masks)}
        self.best = Board(self.masks)
        self._least_without = self._hopeless()

    def result(self) -> Schedule:
        """All four steps."""
        self._keep(self._first())
        if not self._over():
            self._by_matching()
        if not self._over():
            self._search()
        if not self._over():
            self._polish()
        place_greedily(self.best, [one for one in self._by_value() if self.best.slot[one] < 0])
        return self._schedule()

    def _share(self) -> float:
        """The share of the time that is over; 1 when stopped."""
        if self._should_stop and self._should_stop():
            self.seconds = 0.0
        return min(1.0, (monotonic() - self._began) / self.seconds) if self.seconds > 0 else 1.0

    def _over(self) -> bool:
        return self._share() >= 1

    def _remaining(self, share: float = 1.0) -> float:
        """Seconds until this share of the time is over."""
        return max(0.0, self.seconds * share - (monotonic() - self._began))

    @property
    def bound(self) -> int:
        """The lowest of the bounds, of what is not confirmed."""
        return min(self.bounds.values())

    def _keep(self, board: Board) -> None:
        """Make it the best if it is better, and tell."""
        if _rank(board) > _rank(self.best):
            self.best = board
            self._tell()

    def _tell(self) -> None:
        if self._on_progress:
            self._on_progress(
                Progress(
                    meetings=sum(slot >= 0 for slot in self.best.slot) + len(self.problem.fixed),
                    value=self.best.value + self.confirmed,
                    bound=self.bound + self.confirmed,
                    elapsed=monotonic() - self._began,
                )
            )

    def _by_value(self) -> list[int]:
        return sorted(
            self.masks.possible(), key=lambda one: (-self.masks.value[one], self.masks.slots[one].bit_count())
        )

    def _first(self) -> Board:
        """Step 1."""
        board = Board(self.masks)
        order = self._by_value()
        _place_earlier(board, order)
        self._make_way_for(board, place_greedily(board, [one for one in order if board.slot[one] < 0]))
        return board

    def _by_matching(self) -> None:
        """Step 2."""
        matching = Matching(self.masks)
        self.bounds["b-matching"] = matching.maximise_value(self._remaining() / 2)
        self._keep(self._board_with(matching.requests))
        if matching.requests and matching.could_be_kinder():
            self._least_without += matching.be_kinder(self._remaining() * KINDER)
            self._keep(self._board_with(matching.requests))

    def _board_with(self, requests: list[int]) -> Board:
        """These requests placed, as far as possible, and then others."""
        board = Board(self.masks)
        _place_earlier(board, requests)
        tightest = sorted(
            (one for one in requests if board.slot[one] < 0),
            key=lambda one: (self.masks.slots[one].bit_count(), -self.masks.value[one]),
        )
        for request in tightest:
            _place_or_make_way(board, request)
        left = place_greedily(board, [one for one in self._by_value() if board.slot[one] < 0])
        if board.value < self.bound:
            self._make_way_for(board, left)
        return board

    def _make_way_for(self, board: Board, requests: list[int]) -> None:
        until = monotonic() + SECONDS_TO_REPAIR
        for request in requests:
            if monotonic() > until:
                break
            _place_or_make_way(board, request)

    def _search(self) -> None:
        """Step 3."""
        everything = (1 << len(self.masks.room)) - 1
        in_vain = 0
        if self._wanting() and exact.size(self.best, everything) <= SMALL:
            found = self._search_in(everything, self._until() / 2)
            self.bounds["slot by slot"] = min(found.bound, self.bound)
            if found.optimal:
                return
        while in_vain < IN_VAIN and self._wanting() and self._share() < self._until():
            before = _rank(self.best)
            self._search_in(self._window(), self._until())
            in_vain = 0 if _rank(self.best) > before else in_vain + 1

    def _search_in(self, window: int, until: float) -> exact.Outcome:
        """Schedule these slots anew, and keep what is better; take time until this share of it is over."""
        found = exact.search(self.best, window, min(self._remaining(until), SECONDS_A_SEARCH))
        if found.slots is not None:
            self._keep(_board_of(self.masks, found.slots))
        return found

    def _until(self) -> float:
        return SEARCH_UNTIL if self.best.value < self.bound else TIDY_UNTIL

    def _wanting(self) -> bool:
        """Something else than idle slots could perhaps be better."""
        value, without, moved, _ = _rank(self.best)
        return value < self.bound or -without > self._least_without or moved < 0

    def _hopeless(self) -> int:
        """How many wish a meeting and can have none."""
        hopeful = {end for request in self.masks.possible() for end in self.masks.ends[request]}
        return sum(
            asked and not self.masks.kept[person] and person not in hopeful
            for person, asked in enumerate(self.masks.asked)
        )

    def _window(self) -> int:
        """Some slots, among them those of a request not held, of somebody left without, or moved."""
        board, masks, dice = self.best, self.masks, self._dice
        open_ = [one for one in masks.possible() if board.slot[one] < 0 or _is_moved(board, one)]
        slots = [*bits(masks.slots[dice.choice(open_)])] if open_ else []
        dice.shuffle(slots)
        others = [slot for slot in range(len(masks.room)) if slot not in slots]
        dice.shuffle(others)
        window = 0
        for slot in slots + others:
            if window.bit_count() >= 2 and exact.size(board, window | 1 << slot) > WINDOW:
                break
            window |= 1 << slot
        return window

    def _polish(self) -> None:
        """Step 4."""
        polish = Polish(_board_of(self.masks, self.best.held()))
        start = self._share()
        polish.run(lambda: (self._share() - start) / (1 - start) if start < 1 else 1.0)
        self._keep(_board_of(self.masks, polish.best))

    def _schedule(self) -> Schedule:
        slots = {self.problem.requests[one].id: slot for one, slot in self.best.held().items()}
        meetings = with_places(self.problem, slots)
        return Schedule(
            meetings=meetings,
            parts=Parts.of(self.problem, meetings),
            bounds=tuple(
                Bound(method, value + self.confirmed)
                for method, value in sorted(self.bounds.items(), key=lambda one: -one[1])
            ),
            unmet=unmet(self.problem, self.best),
            elapsed=monotonic() - self._began,
        )


def _rank(board: Board) -> tuple[int, int, int, int]:
    """Value; people without a meeting, meetings moved and idle slots (negative)."""
    masks = board.masks
    without = sum(
        asked and not masks.kept[person] and not board.busy(person)
        for person, asked in enumerate(masks.asked)
    )
    moved = sum(_is_moved(board, one) for one in range(len(masks.ends)))
    return board.value, -without, -moved, -board.idle()


def _is_moved(board: Board, request: int) -> bool:
    before = board.masks.previous[request]
    return before >= 0 and board.slot[request] != before


def _place_earlier(board: Board, requests: list[int]) -> None:
    """Give these requests the slots of the earlier schedule, where they are possible still."""
    for request in requests:
        before = board.masks.previous[request]
        if before >= 0 and board.possible(request) >> before & 1:
            board.place(request, before)


def _place_or_make_way(board: Board, request: int) -> None:
    if slots := board.possible(request):
        board.place(request, best_slot(board, request, slots))
    else:
        make_way(board, request)


def _board_of(masks: Masks, slots: dict[int, int]) -> Board:
    board = Board(masks)
    for request, slot in slots.items():
        board.place(request, slot)
    return board
