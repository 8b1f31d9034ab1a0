"""What the answers to expressions of interest teach: how often one says yes, to what, why not, and how far
the partnerships go that grow of them.

Pure: it counts what it is given. What was withdrawn or still waits counts as sent, and neither for nor
against a component.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

LEAST = 5
"""Of fewer answers than these no mean and no rate is told."""
YES = "accepted"
NO = ("declined", "expired")

Kind = tuple[str, str]


class Sent(NamedTuple):
    """An expression of interest: kinds of its sides in alphabetical order, day sent, state, why not, and its
    components, 0 to 1, as far as they were known. came_to: through how many stages its partnership came at
    the furthest, 0 where none began. has_ended: whether the partnership has.
    """

    kind: Kind
    day: date
    state: str
    why: str
    components: Mapping[str, float]
    came_to: int = 0
    has_ended: bool = False


@dataclass(frozen=True)
class Month:
    """What became of those of a kind that were sent in a month (its first day): numbers by state."""

    month: date
    kind: Kind
    states: Mapping[str, int]

    @property
    def sent(self) -> int:
        """All of them."""
        return sum(self.states.values())


@dataclass(frozen=True)
class Mean:
    """The mean value of a component over `count` answers; None where they are too few."""

    count: int
    value: float | None

    @property
    def percent(self) -> int | None:
        """Of the best value there can be."""
        return None if self.value is None else round(100 * self.value)


@dataclass(frozen=True)
class Share:
    """How many of how many answers: `part` of `count`."""

    part: int
    count: int

    @property
    def percent(self) -> int | None:
        """None where the answers are too few."""
        return round(100 * self.part / self.count) if self.count >= LEAST else None


@dataclass(frozen=True)
class Lesson:
    """One component: its mean where one said yes and where not, and how many said yes where it was high and
    where it was low. High: above the value that it has for a chance pair.
    """

    code: str
    accepted: Mean
    refused: Mean
    high: Share
    low: Share

    @property
    def means(self) -> tuple[Mean, Mean]:
        """Where one said yes, and where not."""
        return self.accepted, self.refused

    @property
    def shares(self) -> tuple[Share, Share, Share]:
        """Of a yes where it was high, of a yes where it was not, and of high among those accepted."""
        return self.high, self.low, Share(self.high.part, self.accepted.count)


@dataclass(frozen=True)
class Journey:
    """The means of a component over those accepted, those who came to each stage or further, and those whose
    partnership has ended.
    """

    code: str
    means: Sequence[Mean]


def months(sent: Iterable[Sent]) -> list[Month]:
    """What became of them by month and kind, the newest month first."""
    counted: dict[tuple[date, Kind], Counter[str]] = {}
    for one in sent:
        counted.setdefault((one.day.replace(day=1), one.kind), Counter())[one.state] += 1
    newest = sorted(counted, key=lambda key: (-key[0].toordinal(), key[1]))
    return [Month(*key, counted[key]) for key in newest]


def why_not(sent: Iterable[Sent]) -> list[tuple[str, int]]:
    """The reasons for which one declined, the most frequent first."""
    return Counter(one.why for one in sent if one.why).most_common()


def acceptance(sent: Iterable[Sent]) -> Share:
    """How many of those that were answered or left to expire were accepted."""
    answers = [one.state == YES for one in sent if one.state == YES or one.state in NO]
    return Share(sum(answers), len(answers))


def lessons(sent: Sequence[Sent], chance: Mapping[str, float]) -> list[Lesson]:
    """What each component of `chance` (its value for a chance pair, by code) has to do with the answer."""
    return [_lesson(code, sent, usual) for code, usual in chance.items()]


def how_far(sent: Iterable[Sent], stages: int) -> list[Share]:
    """Of those accepted: all, those who came to each stage or further, and those whose partnership ended."""
    steps = _steps(sent, stages)
    return [Share(len(step), len(steps[0])) for step in steps]


def journeys(sent: Iterable[Sent], codes: Iterable[str], stages: int) -> list[Journey]:
    """The same steps by component: which pairs come far."""
    steps = _steps(sent, stages)
    return [
        Journey(
            code, [_mean([one.components[code] for one in step if code in one.components]) for step in steps]
        )
        for code in codes
    ]


def _steps(sent: Iterable[Sent], stages: int) -> list[list[Sent]]:
    accepted = [one for one in sent if one.state == YES]
    came = [[one for one in accepted if one.came_to >= stage] for stage in range(stages + 1)]
    return [*came, [one for one in accepted if one.has_ended]]


def _lesson(code: str, sent: Sequence[Sent], usual: float) -> Lesson:
    known = [one for one in sent if code in one.components]
    yes = [one.components[code] for one in known if one.state == YES]
    no = [one.components[code] for one in known if one.state in NO]
    high, low = (_above(usual, values) for values in (yes, no))
    return Lesson(
        code,
        accepted=_mean(yes),
        refused=_mean(no),
        high=Share(high, high + low),
        low=Share(len(yes) - high, len(yes) + len(no) - high - low),
    )


def _above(usual: float, values: Sequence[float]) -> int:
    return sum(value > usual for value in values)


def _mean(values: Sequence[float]) -> Mean:
    return Mean(len(values), sum(values) / len(values) if len(values) >= LEAST else None)
