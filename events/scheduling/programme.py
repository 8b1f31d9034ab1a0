"""Whole-number programmes: choices of yes or no under limits, solved by HiGHS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import floor
from typing import TypeAlias

from ortools.math_opt.python import mathopt

from .masks import bits

ROUNDING = 1e-4
"""Objectives are whole numbers; those of the solver are off by far less than this."""
UNBOUNDED = 2**53

Choice: TypeAlias = mathopt.Variable


@dataclass(frozen=True)
class Solution:
    """chosen: the choices that are yes; None: none was found in time. bound: no objective is higher.
    optimal: the choice reaches it."""

    chosen: set[Choice] | None
    bound: int
    optimal: bool


class Programme:
    """Choices, limits, and what is to be as high as can be."""

    def __init__(self) -> None:
        self._model = mathopt.Model()

    def choice(self) -> Choice:
        """A new choice."""
        return self._model.add_binary_variable()

    def share(self) -> Choice:
        """A new number between 0 and 1, for what is whole by itself once the choices are."""
        return self._model.add_variable(lb=0, ub=1)

    def at_most(self, choices: Collection[Choice], most: int) -> None:
        """So many of the choices can be yes."""
        if len(choices) > most:
            self._model.add_linear_constraint(mathopt.fast_sum(choices) <= most)

    def only_with(self, share: Choice, choices: Iterable[Choice]) -> None:
        """The share can be 1 only with one of the choices."""
        self._model.add_linear_constraint(share - mathopt.fast_sum(choices) <= 0)

    def at_least(self, worth: Mapping[Choice, int], least: int) -> None:
        """The choices made must be worth so much."""
        self._model.add_linear_constraint(_total(worth) >= least)

    def speakers(self, talking: Mapping[int, list[Choice]], times: Mapping[int, int]) -> None:
        """Every choice needs one of a set of interpreters (bits); each of them can serve so many times."""
        served: dict[int, list[Choice]] = defaultdict(list)
        for group, choices in talking.items():
            able = []
            for speaker in bits(group):
                if times.get(speaker):
                    able.append(self._model.add_variable(lb=0))
                    served[speaker].append(able[-1])
            self._model.add_linear_constraint(mathopt.fast_sum(choices) - mathopt.fast_sum(able) == 0)
        for speaker, shares in served.items():
            self._model.add_linear_constraint(mathopt.fast_sum(shares) <= times[speaker])

    def maximise(
        self, worth: Mapping[Choice, int], seconds: float, start: Mapping[Choice, float] | None = None
    ) -> Solution:
        """Choose; `start` is a choice to begin with. Takes little longer than the seconds given."""
        self._model.maximize(_total(worth))
        hints = [mathopt.SolutionHint(variable_values=start)] if start else []
        result = mathopt.solve(
            self._model,
            mathopt.SolverType.HIGHS,
            params=mathopt.SolveParameters(
                time_limit=timedelta(seconds=max(seconds, 0.1)),
                absolute_gap_tolerance=0.5,
                relative_gap_tolerance=0.0,
            ),
            model_params=mathopt.ModelSolveParameters(solution_hints=hints),
        )
        bound = result.termination.objective_bounds.dual_bound
        chosen = None
        if result.has_primal_feasible_solution():
            chosen = {choice for choice, value in result.variable_values().items() if value > 0.5}
        return Solution(
            chosen=chosen,
            bound=floor(bound + ROUNDING) if bound < UNBOUNDED else UNBOUNDED,
            optimal=result.termination.reason == mathopt.TerminationReason.OPTIMAL,
        )


def _total(worth: Mapping[Choice, int]) -> mathopt.LinearSum:
    return mathopt.fast_sum(points * choice for choice, points in worth.items())
