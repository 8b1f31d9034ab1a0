"""The matcher's profiles, made of the city directory that each process keeps in memory.

They are made anew when the directory is, that is when the data changed; see `cities.directory`. What projects
tell of cities is added to what these state; see `project_topics`.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from cities import directory
from cities.directory import Directory
from cities.facets import Facet, Rows
from cities.models import City, Twinning
from partnerships.matching.profiles import Profiles, build_profiles

from . import project_topics
from .project_topics import ProjectTopics

EVERYTHING = slice(None)

_lock = threading.Lock()
_made: tuple[Directory, ProjectTopics, Profiles] | None = None


def current() -> Profiles:
    """The profiles as pages show them: at most a second old."""
    return of(directory.current())


def fresh() -> Profiles:
    """The profiles as the database is now, for scoring."""
    return of(directory.fresh())


def of(source: Directory) -> Profiles:
    """The profiles of one copy of the directory: the same cities, and what it says of them."""
    global _made
    told = project_topics.of(source)
    with _lock:
        if _made is None or not _same_data(_made[0], source) or _made[1] is not told:
            _made = source, told, make_profiles(source, told, _made and (_made[0], _made[2]))
        return _made[2]


def known_rows(at_hand: Any, city_ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """The rows of some cities, or of what else has ids, in their order; -1 for one that is not there."""
    wanted = np.asarray(city_ids, dtype=np.int64)
    if not len(at_hand):
        return np.full(len(wanted), -1, dtype=np.int32)
    rows = np.minimum(np.searchsorted(at_hand.ids, wanted), len(at_hand) - 1)
    return np.where(at_hand.ids[rows] == wanted, rows, -1).astype(np.int32)


def member_rows(at_hand: Profiles) -> npt.NDArray[np.int32]:
    """The rows of the member cities that are there, ascending: one query."""
    members = np.fromiter(City.objects.members().values_list("pk", flat=True), dtype=np.int64)
    rows = known_rows(at_hand, members)
    return np.sort(rows[rows >= 0])


def _same_data(one: Directory, other: Directory) -> bool:
    """Whether two copies of the directory agree in what the matcher reads."""
    return one.reference is other.reference and one.statements is other.statements and one.ties is other.ties


def make_profiles(
    source: Directory, told: ProjectTopics, alike: tuple[Directory, Profiles] | None = None
) -> Profiles:
    """The matcher's arrays of all cities of the directory, with what members say and the twinnings known.

    `told`: what projects tell of cities. `alike`: another copy of the directory and its profiles, of which
    what did not change is taken over.
    """
    if alike and alike[0].reference is source.reference and alike[0].ties is source.ties:
        public = alike[1]
    else:
        ties = np.array(list(Twinning.objects.values_list("city_a_id", "city_b_id")), dtype=np.int64)
        public = build_profiles(**public_data(source, ties.reshape(-1, 2)))
    return public.stating(
        **_statements(source, told),
        country_languages=source.reference.country_languages,
        topics=source.statements.need.codes,
    )


def public_data(
    source: Directory, ties: npt.NDArray[np.int64], rows: Rows | slice = EVERYTHING
) -> dict[str, Any]:
    """What `build_profiles` takes of public data: the directory's cities, or some rows of it.

    ties: ids of twinned cities, shape (t, 2); those of which a city is not there are left out.
    """
    cities = source.reference
    ids = cities.ids[rows]
    chosen = np.zeros(len(cities) + 1, dtype=np.bool_)  # the last place stands for what is not there: row -1
    chosen[:-1][rows] = True
    return {
        "ids": ids,
        "country": np.array(cities.country.codes, dtype=str)[cities.country.sets[rows]] if len(ids) else [],
        "population": cities.population[rows],
        "latitude": cities.latitude[rows],
        "longitude": cities.longitude[rows],
        "is_capital": cities.is_capital[rows],
        "names": cities.names[rows],
        "country_languages": cities.country_languages,
        "ties": ties[chosen[cities.rows_of(ties)].all(axis=1)],
    }


def _statements(source: Directory, told: ProjectTopics) -> dict[str, Any]:
    ids, stated = source.reference.ids, source.statements
    needs, offers = _stated(stated.need, ids, 1), _stated(stated.offer, ids, 1)
    return {
        "languages": _stated(stated.language, ids, len(source.reference.country.codes)),
        "needs": needs | {city: (*needs.get(city, ()), *one.wanted) for city, one in told.items()},
        "offers": offers | {city: (*offers.get(city, ()), *one.done) for city, one in told.items()},
    }


def _stated(facet: Facet, ids: Rows, first_own_set: int) -> dict[int, tuple[str, ...]]:
    """City id to its values in a facet, of the cities that stated any.

    Sets below `first_own_set` are those of cities that said nothing: the empty one, or their country's.
    """
    rows = np.flatnonzero(facet.sets >= first_own_set)
    return {int(ids[row]): facet.codes_of(row) for row in rows.tolist()}
