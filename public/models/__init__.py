"""Models of what everybody reads across all apps."""

from .statistics import DailyFigure

__all__ = ["DailyFigure"]
