"""Search for businesses: see `organisations.search`."""

from cities.search import Found
from partnerships.organisations import search

from .directory import BusinessDirectory
from .models import BusinessName

OF_BUSINESSES = search.names_in(BusinessName)


def find(text: str, at_hand: BusinessDirectory) -> Found:
    """The businesses a search finds, best first."""
    return search.find(text, at_hand, OF_BUSINESSES)
