"""Searches of the directories of businesses and of financial partners can be saved."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cities.saved.directories import Searchable, add
from partnerships.businesses import directory as businesses
from partnerships.businesses.query import BusinessQuery
from partnerships.businesses.search import find as find_businesses
from partnerships.finance import directory as financial_partners
from partnerships.finance.query import FinancialQuery
from partnerships.finance.search import find as find_financial_partners

BOTH: list[tuple[str, Any, Any, Any, Any]] = [
    ("businesses", _("Businesses"), BusinessQuery, businesses, find_businesses),
    (
        "financial-partners",
        _("Financial partners"),
        FinancialQuery,
        financial_partners,
        find_financial_partners,
    ),
]

for code, label, query, directory, find in BOTH:
    add(
        Searchable(
            code=code,
            label=label,
            read=query.read,
            current=directory.current,
            rows_of=lambda text, at_hand, find=find: find(text, at_hand).rows,  # type: ignore[misc]
            key=lambda at_hand, row: int(at_hand.ids[row]),
            name=lambda at_hand, row: str(at_hand.name[row]),
        )
    )
