"""Cities in small groups of one country that lie together and are alike in size.

For a group the best score any of its cities can reach with a given city is known from a few numbers, so
that whole groups are passed over in the search for the best partners (branch and bound over a k-d tree,
Bentley 1975).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .patterns import Patterns
from .profiles import LANGUAGE_WORDS, Profiles

BLOCK_SIZE = 128
SIZE_AXIS_SCALE = 0.04
"""A population e times as large lies as far away in the tree as a place this many Earth radii away."""
PROMINENCE_AXIS_SCALE = 0.3
"""The same for the whole span of prominence."""

BLOCK = np.dtype(
    [
        ("start", np.int32),
        ("end", np.int32),
        ("country", np.int16),
        ("x", np.float64),
        ("y", np.float64),
        ("z", np.float64),
        ("radius", np.float64),
        ("smallest_root", np.float64),
        ("largest_root", np.float64),
        ("lowest_standing", np.float64),
        ("highest_standing", np.float64),
        ("highest_prominence", np.float64),
        ("needs", np.uint64),
        ("offers", np.uint64),
        ("languages", np.uint64, (LANGUAGE_WORDS,)),
        ("some_size_unknown", np.bool_),
        ("some_capital", np.bool_),
        ("some_not_capital", np.bool_),
        ("some_without_languages", np.bool_),
        ("some_without_ties", np.bool_),
    ],
    align=True,
)
"""Bounds of the cities rows[start:end]: a sphere (x, y, z, radius) around them, the extremes of their sizes
and standings where known, the unions of their needs, offers and languages, and what at least one of them
is. If one has needs all have, and so with offers.
"""


class Blocks(NamedTuple):
    """n cities in b blocks of at most `largest`, laid out block after block, as the search reads them.

    rows (n,): the row at each place; slots (n,): the place of each row; blocks (b,) of dtype BLOCK; block_of
    (n,): the block of each row; highest_abroad (b, countries): the highest of `Patterns.abroad` in a block.

    By place: cities; patterns, of which `abroad` alone is by place; and, beside each other for the scan of a
    block: needs, offers, share (of one need in the needs of a city, 0 if it has none) and prominence.
    """

    rows: npt.NDArray[np.int32]
    slots: npt.NDArray[np.int32]
    blocks: npt.NDArray[np.void]
    largest: int
    block_of: npt.NDArray[np.int32]
    highest_abroad: npt.NDArray[np.float32]
    cities: npt.NDArray[np.void]
    patterns: Patterns
    needs: npt.NDArray[np.uint64]
    offers: npt.NDArray[np.uint64]
    share: npt.NDArray[np.float32]
    prominence: npt.NDArray[np.float32]


def build_blocks(profiles: Profiles, block_size: int = BLOCK_SIZE) -> Blocks:
    """Group the cities and note the bounds of each group."""
    groups = _groups(profiles, block_size)
    blocks = np.zeros(len(groups), dtype=BLOCK)
    rows = np.concatenate([np.empty(0, dtype=np.int32), *groups], dtype=np.int32)
    sizes = np.array([len(group) for group in groups], dtype=np.int32)
    blocks["end"] = np.cumsum(sizes)
    blocks["start"] = blocks["end"] - sizes
    block_of = np.empty(len(rows), dtype=np.int32)
    block_of[rows] = np.repeat(np.arange(len(groups)), sizes)

    cities = profiles.cities[rows]

    def extreme(of: Callable[..., np.ndarray], column: npt.ArrayLike) -> np.ndarray:
        return of(column, blocks["start"], axis=0)

    lowest, highest, union = np.minimum.reduceat, np.maximum.reduceat, np.bitwise_or.reduceat
    blocks["country"] = cities["country"][blocks["start"]]
    from_centre = np.zeros(len(rows))
    for axis in "xyz":
        blocks[axis] = (extreme(lowest, cities[axis]) + extreme(highest, cities[axis])) / 2
        from_centre += (cities[axis] - np.repeat(blocks[axis], sizes)) ** 2
    blocks["radius"] = np.sqrt(extreme(highest, from_centre))
    known = cities["root_size"] > 0
    blocks["smallest_root"] = extreme(lowest, np.where(known, cities["root_size"], np.inf))
    blocks["largest_root"] = extreme(highest, cities["root_size"])
    blocks["lowest_standing"] = extreme(lowest, np.where(known, cities["standing"], np.inf))
    blocks["highest_standing"] = extreme(highest, np.where(known, cities["standing"], -np.inf))
    blocks["highest_prominence"] = extreme(highest, cities["prominence"])
    for name in ("needs", "offers", "languages"):
        blocks[name] = extreme(union, cities[name])
    blocks["some_size_unknown"] = extreme(highest, ~known)
    blocks["some_capital"] = extreme(highest, cities["is_capital"])
    blocks["some_not_capital"] = extreme(highest, ~cities["is_capital"])
    blocks["some_without_languages"] = extreme(highest, ~cities["languages"].any(axis=1))
    blocks["some_without_ties"] = extreme(highest, ~cities["has_ties"])
    needed = np.bitwise_count(cities["needs"])
    abroad = profiles.patterns.abroad[rows]
    return Blocks(
        rows=rows,
        slots=np.argsort(rows).astype(np.int32),
        blocks=blocks,
        largest=int(sizes.max(initial=0)),
        block_of=block_of,
        highest_abroad=extreme(highest, abroad),
        cities=cities,
        patterns=profiles.patterns._replace(abroad=abroad),
        needs=cities["needs"].copy(),
        offers=cities["offers"].copy(),
        share=np.divide(1, needed, out=np.zeros(len(rows), dtype=np.float32), where=needed > 0),
        prominence=cities["prominence"].astype(np.float32),
    )


def _groups(profiles: Profiles, block_size: int) -> list[npt.NDArray[np.int64]]:
    """Rows of one country each, alike in whether they have needs and offers, halved until small enough."""
    cities = profiles.cities
    size = np.log(np.maximum(profiles.population, 100)) * SIZE_AXIS_SCALE
    fame = cities["prominence"] * PROMINENCE_AXIS_SCALE
    axes = np.column_stack((cities["x"], cities["y"], cities["z"], size, fame))
    kind = cities["country"].astype(np.int64) * 4 + 2 * (cities["needs"] != 0) + (cities["offers"] != 0)
    by_kind = np.argsort(kind, kind="stable")
    waiting = np.split(by_kind, np.flatnonzero(np.diff(kind[by_kind])) + 1) if len(by_kind) else []
    done = []
    while waiting:
        rows = waiting.pop()
        if len(rows) <= block_size:
            done.append(rows)
            continue
        points = axes[rows]
        axis = int(np.argmax(np.ptp(points, axis=0)))
        half = len(rows) // 2
        split = np.argpartition(points[:, axis], half)
        waiting += [rows[split[:half]], rows[split[half:]]]
    return done
