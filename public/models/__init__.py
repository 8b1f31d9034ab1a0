"""What is kept for the pages that everybody reads."""

from .search import SearchedKind, SearchEntry

__all__ = ["SearchEntry", "SearchedKind"]
