"""Tables of what everybody reads across all apps."""

from .dumps import Dump, DumpFile
from .statistics import DailyFigure

__all__ = ["DailyFigure", "Dump", "DumpFile"]
