"""Searches of the directory of practices can be saved."""

from django.utils.translation import gettext_lazy as _

from cities.saved.directories import Searchable, add

from . import directory
from .query import PracticeQuery
from .search import find

add(
    Searchable(
        code="practices",
        label=_("Practices"),
        read=PracticeQuery.read,
        current=directory.current,
        rows_of=lambda text, at_hand: find(text, at_hand).rows,
        key=lambda at_hand, row: int(at_hand.ids[row]),
        name=lambda at_hand, row: at_hand.entries[row].title,
    )
)
