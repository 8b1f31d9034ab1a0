"""Fewer moved meetings and fewer idle slots, with the same requests held: simulated annealing over flips."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from random import Random

from .board import Board, Flip

WARMEST, COLDEST = 0.8, 0.1
"""Temperatures, in idle slots."""
MOVED = 1_000
"""How many idle slots one moved meeting weighs: more than a flip can save."""
TRIES = 4
"""People asked by chance until one is found who idles."""
STEPS = 200
"""Steps between two looks at the clock."""
STEPS_A_MEETING = 2_000
"""Steps altogether, by the meetings held, where the time suffices."""


class Polish:
    """Makes a board better, and remembers the best it was."""

    def __init__(self, board: Board, seed: int = 0) -> None:
        masks = board.masks
        self.board, self._dice = board, Random(seed)  # noqa: S311 - no secret
        self.idle = [masks.idle(person, board.busy(person)) for person in range(len(masks.time))]
        self.cost = sum(self.idle) + MOVED * sum(
            before >= 0 and board.slot[request] != before for request, before in enumerate(masks.previous)
        )
        self._movable = [person for person in range(len(masks.time)) if masks.time[person]]
        self._best, self.best_cost = board.slot.copy(), self.cost

    @property
    def best(self) -> dict[int, int]:
        """The slots of the requests held, when the board was best."""
        return {request: slot for request, slot in enumerate(self._best) if slot >= 0}

    def run(self, done: Callable[[], float]) -> None:
        """Work until `done` (share of the time that is over, 0 to 1) is 1, or all steps are done."""
        steps, most = 0, STEPS_A_MEETING * len(self.best)
        while self.best_cost and steps < most and (share := max(done(), steps / most)) < 1:
            temperature = WARMEST * (COLDEST / WARMEST) ** share
            for _ in range(STEPS):
                self._step(temperature)
            steps += STEPS

    def _step(self, temperature: float) -> None:
        flip = self._proposal()
        if flip is None:
            return
        change = self._change(flip)
        if change > 0 and self._dice.random() >= exp(-change / temperature):
            return
        if not self.board.allows(flip):
            return
        self.board.flip(flip)
        for person in flip.ends:
            self.idle[person] = self.board.masks.idle(person, self.board.busy(person))
        self.cost += change
        if self.cost < self.best_cost:
            self._best, self.best_cost = self.board.slot.copy(), self.cost

    def _proposal(self) -> Flip | None:
        """A meeting of somebody, of one who idles if chance finds one, to another slot."""
        board, people = self.board, self._movable
        for _ in range(TRIES):
            person = people[int(self._dice.random() * len(people))]
            if self.idle[person]:
                break
        busy = board.busy(person)
        if not busy:
            return None
        meeting = board.at(person, self._some(busy))
        to = board.masks.slots[meeting] & ~busy
        return board.flip_of(meeting, self._some(to)) if to else None

    def _some(self, mask: int) -> int:
        """One of the bits that are set, by chance."""
        start = int(self._dice.random() * mask.bit_length())
        above = mask >> start
        return start + (above & -above).bit_length() - 1

    def _change(self, flip: Flip) -> int:
        board, masks = self.board, self.board.masks
        both = 1 << flip.a | 1 << flip.b
        change = sum(masks.idle(one, board.busy(one) ^ both) - self.idle[one] for one in flip.ends)
        for meeting in flip.meetings:
            if (before := masks.previous[meeting]) >= 0:
                now = board.slot[meeting]
                change += MOVED * ((now == before) - (flip.a + flip.b - now == before))
        return change
