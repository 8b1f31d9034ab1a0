"""What a resource of the open API is. Each has a file of its own in `resources`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt
from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from cities.filters import LONGEST_SEARCH, LONGEST_VALUE, MOST_VALUES, Bounds
from cities.selection import Selectable, Selection

from .schema import Record, list_of

R = TypeVar("R", bound=Record)
Keys = npt.NDArray[Any] | Sequence[Any]
MOST = 200
"""Records of a page at most."""

COUNTRY, LANGUAGE, CODE, NUMBER = r"^[A-Z]{2}$", r"^[a-z]{2,3}$", r"^[a-z0-9-]+$", r"^[0-9]{1,18}$"


@dataclass(frozen=True)
class Filter:
    """A parameter that narrows a list: what it means, what it may be (an annotation), and one of these."""

    meaning: Promise | str
    type: Any
    example: Any

    @property
    def is_repeated(self) -> bool:
        """Whether it may be given several times: then what has one of the values is listed."""
        return isinstance(self.example, list)


def coded(meaning: Any, pattern: str, example: str) -> Filter:
    """A facet whose codes have this form. A code that nothing has finds nothing."""
    code = Annotated[str, Field(pattern=pattern, max_length=LONGEST_VALUE)]
    return Filter(meaning, Annotated[list[code], Field(max_length=MOST_VALUES)], [example])  # type: ignore[valid-type]


def choice(codes: Collection[str]) -> Any:
    """The annotation of what must be one of these."""
    return Literal[tuple(codes)]


def chosen(meaning: Any, codes: Collection[str], example: str) -> Filter:
    """A facet of exactly these codes."""
    return Filter(meaning, list[choice(codes)], [example])  # type: ignore[misc]


def one_of(meaning: Any, codes: Collection[str], example: str) -> Filter:
    """One of these codes, given once."""
    return Filter(meaning, choice(codes), example)


def searched(meaning: Any, example: str) -> Filter:
    """A text that is looked for."""
    return Filter(meaning, Annotated[str, Field(max_length=LONGEST_SEARCH)], example)


def _part_of_the_earth(text: str) -> str:
    if Bounds.parse(text) is None:
        raise ValueError("it is no part of the earth: say south,west,north,east in degrees")
    return text


BOUNDS = Filter(
    _("Part of the map: south,west,north,east in degrees"),
    Annotated[
        str,
        Field(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,8})?(,-?[0-9]{1,3}(\.[0-9]{1,8})?){3}$"),
        AfterValidator(_part_of_the_earth),
    ],
    "45,20,52,30",
)


@dataclass(frozen=True)
class Resource(Generic[R]):
    """A kind of thing that the API lists.

    name: its address below /api/v1/; single: the word for one. listed: the keys of what a query string asks
    for, in the order it asks for. made: the records of some keys, in their order, without what is not public.
    key: the type of keys. filters: the parameters that `listed` reads. sorts: what `sort` may be beside "id".
    has_ids: whether the usual order is that of keys. most: records of a page. changed: the field of a record
    that says when it was changed last. is_counted: whether DataVersion counts all that the records are made
    of; nothing may depend on the hour then. is_placed: whether records have a latitude and a longitude.
    example: the query string that finds good examples.
    """

    name: str
    single: str
    title: Promise
    meaning: Promise
    record: type[R]
    listed: Callable[[QueryDict], Keys]
    made: Callable[[Sequence[Any]], list[R]]
    key: type[int] | type[str] = int
    filters: Mapping[str, Filter] = field(default_factory=dict)
    sorts: Collection[str] = ()
    has_ids: bool = True
    most: int = MOST
    changed: str = ""
    is_counted: bool = True
    is_placed: bool = False
    example: str = ""

    @property
    def page(self) -> Any:
        """The kind of record that a page of the list is."""
        return list_of(self.record)

    def is_by_key(self, data: QueryDict) -> bool:
        """Whether a query string asks for the order of keys, which no change of the data can upset."""
        sort = data.get("sort", "")
        return self.has_ids and (sort == "id" or not (sort or data.get("q")))

    def keys(self, data: QueryDict) -> npt.NDArray[Any]:
        """What is listed, in the order asked for."""
        found = np.asarray(self.listed(data))
        return np.sort(found) if self.is_by_key(data) else found

    def one(self, key: Any) -> R:
        """The record of a key. Raises Http404."""
        for record in self.made([key]):
            return record
        raise Http404(f"There is no {self.single} {key}.")


@dataclass(frozen=True)
class Part(Generic[R]):
    """A list within each thing of a resource: /<resource>/<key>/<name>.

    like: the list of whichever. of: that of a key, for a query string; raises Http404 where there is none.
    """

    within: Resource[Any]
    like: Resource[R]
    of: Callable[[Any, QueryDict], Resource[R]]


NOTHING: Mapping[str, Any] = {"listed": lambda data: [], "made": lambda keys: []}
"""What the list of no thing in particular has: see Part."""


def selected(at_hand: Selectable, selection: Selection, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The ids of a selection of a directory; none where a filter names only what nothing has.

    `ids` has that of each row. (A page leaves such a filter out and says so; a program would not notice.)
    """
    names = selection.query.chosen.items()
    if any(not at_hand.facets[name].known(codes) for name, codes in names):
        return ids[:0]
    return ids[selection.rows]


def in_order(keys: Sequence[Any], found: Mapping[Any, Any]) -> list[Any]:
    """What was found, in the order of the keys asked for."""
    return [found[key] for key in keys if key in found]
