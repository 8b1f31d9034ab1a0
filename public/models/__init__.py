"""Tables of what everybody reads across all apps."""

from .dumps import Dump, DumpFile
from .search import SearchedKind, SearchEntry
from .statistics import DailyFigure

__all__ = ["DailyFigure", "Dump", "DumpFile", "SearchEntry", "SearchedKind"]
