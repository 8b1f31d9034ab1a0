"""Scores of all pairs of cities: what is to be scored, how it is written, how it is spread."""
