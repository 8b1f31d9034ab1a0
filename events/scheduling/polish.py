"""Fewer moved meetings and fewer idle slots, with the same requests held: simulated annealing over flips."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from random import Random

from .board import Board, Flip
from .masks import bits

WARMEST, COLDEST = 0.8, 0.05
"""Temperatures, in idle slots."""
MOVED = 1_000
"""How many idle slots one moved meeting weighs: more than a flip can save."""
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
        self.best, self.best_cost = board.held(), self.cost

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
            self.best, self.best_cost = self.board.held(), self.cost

    def _proposal(self) -> Flip | None:
        """A meeting of somebody, of one who idles if chance finds one, to another slot."""
        dice, board = self._dice, self.board
        for _ in range(4):
            person = dice.choice(self._movable)
            if self.idle[person]:
                break
        busy = board.busy(person)
        if not busy:
            return None
        meeting = board.at(person, dice.choice([*bits(busy)]))
        to = board.masks.slots[meeting] & ~busy
        return board.flip_of(meeting, dice.choice([*bits(to)])) if to else None

    def _change(self, flip: Flip) -> int:
        board, masks = self.board, self.board.masks
        both = 1 << flip.a | 1 << flip.b
        change = sum(masks.idle(one, board.busy(one) ^ both) - self.idle[one] for one in flip.ends)
        for meeting in flip.meetings:
            if (before := masks.previous[meeting]) >= 0:
                now = board.slot[meeting]
                change += MOVED * ((now == before) - (flip.a + flip.b - now == before))
        return change
