"""Choosing a city by any of its names, as a step before a form."""

from . import directory
from .listing import Card, cards
from .search import search

MOST_CITIES = 12


def cities_found(q: str) -> list[tuple[int, Card]]:
    """The cities with a name like a text, best first, with their GeoNames ids; nothing for no text."""
    at_hand = directory.current()
    listed = cards(at_hand, search(q, at_hand.reference).rows[:MOST_CITIES]) if q else []
    return [(int(at_hand.reference.ids[card.row]), card) for card in listed]
