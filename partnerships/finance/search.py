"""Search for financial partners: see `organisations.search`."""

from cities.search import Found
from partnerships.organisations import search

from .directory import FinancialDirectory
from .models import FinancialPartnerName

OF_PARTNERS = search.names_in(FinancialPartnerName)


def find(text: str, at_hand: FinancialDirectory) -> Found:
    """The financial partners a search finds, best first."""
    return search.find(text, at_hand, OF_PARTNERS)
