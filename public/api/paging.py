"""Pages of a list, each with a cursor to the next.

A cursor names the last record of its page and is signed for its list, so that it cannot be used with other
filters. In the order of ids the next page is what has a larger id: whatever is added, removed or changed
meanwhile, nothing is left out and nothing comes twice. In other orders it begins after that record wherever
it stands now, and at the place it had where it is listed no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from .problems import BadParameter

NOT_OF_THE_LIST = ("cursor", "limit", "format")


@dataclass(frozen=True)
class Page:
    """The keys of a page, how many are listed in all, the cursor of the next page (empty for the last)."""

    keys: list[Any]
    total: int
    next: str


def page_of(keys: npt.NDArray[Any], data: QueryDict, limit: int, *, by_key: bool) -> Page:
    """The page of a list (in its order) that is asked for. Raises BadParameter for a wrong cursor."""
    signer = Signer(salt=f"api cursor {_list_of(data)}")
    begin = 0
    if cursor := data.get("cursor", ""):
        try:
            last, place = signer.unsign_object(cursor)
        except (BadSignature, ValueError) as error:
            raise BadParameter(
                "cursor",
                "It is not one that this list gave out. Follow the links to next pages as they are, "
                "and begin anew where filters change.",
            ) from error
        begin = _after(keys, last, place, by_key)
    shown = keys[begin : begin + limit].tolist()
    end = begin + len(shown)
    following = signer.sign_object((shown[-1], end)) if end < len(keys) else ""
    return Page(shown, len(keys), following)


def _after(keys: npt.NDArray[Any], last: Any, place: int, by_key: bool) -> int:
    if by_key:
        return int(np.searchsorted(keys, last, side="right"))
    found = np.flatnonzero(keys == last)
    return int(found[0]) + 1 if len(found) else place


def _list_of(data: QueryDict) -> str:
    """What says which list it is, and in which order."""
    pairs = [
        (name, value)
        for name, values in data.lists()
        if name not in NOT_OF_THE_LIST
        for value in values
        if value
    ]
    return repr(sorted(pairs))
