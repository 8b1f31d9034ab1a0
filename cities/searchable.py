"""Searches of the city directory can be saved."""

from django.utils.translation import gettext_lazy as _

from . import directory
from .filters import DirectoryQuery
from .saved.directories import Searchable, add
from .search import search

add(
    Searchable(
        code="cities",
        label=_("Cities"),
        read=DirectoryQuery.from_querydict,
        current=directory.current,
        rows_of=lambda text, at_hand: search(text, at_hand.reference).rows,
        key=lambda at_hand, row: int(at_hand.reference.ids[row]),
        name=lambda at_hand, row: at_hand.name(row),
    )
)
