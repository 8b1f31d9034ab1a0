"""Proposed partners of cities on pages: ranked, filtered, compared, explained."""
