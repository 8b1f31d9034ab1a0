"""What a check finds: a level, the case, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad it is."""

    OK = 0
    WARNING = 1  # it works, but should not stay so
    ERROR = 2  # something does not work, or is not safe


@dataclass(frozen=True)
class Finding:
    """`what` is the case, `mend` is what to do about it (empty where there is nothing to do)."""

    level: Level
    what: str
    mend: str = ""


Findings = Iterator[Finding]


def error(what: str, mend: str) -> Finding:
    """Something does not work, or is not safe."""
    return Finding(Level.ERROR, what, mend)


def warning(what: str, mend: str) -> Finding:
    """It works, but should not stay so."""
    return Finding(Level.WARNING, what, mend)
