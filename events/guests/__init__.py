"""Guests of an event: people invited who are no members."""
