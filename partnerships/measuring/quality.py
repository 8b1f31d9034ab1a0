"""How good the matcher is, as measured: what the page that says how partners are found shows of it.

scripts/measure_matcher.py writes data/quality.csv: random splits of the known ties, 85% fitted on and 15%
held out, together.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).resolve().parent / "data" / "quality.csv"
RANKINGS: Mapping[str, Any] = {
    "matcher": _("The portal"),
    "matcher_from_ukraine": _("The portal, for Ukrainian cities alone"),
    "nearest": _("The nearest city first"),
    "nearest_in_size": _("The city nearest in size first"),
    "largest": _("The largest city first"),
}
"""The rankings that were compared, in the order shown."""


class Quality(NamedTuple):
    """One ranking: how many real partners it was asked for, and in what share they stand among the first."""

    label: Any
    queries: int
    among_10: float
    among_50: float
    among_200: float
    median_rank: int


@lru_cache(maxsize=1)
def quality() -> list[Quality]:
    """What was measured, shares in per cent."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = {row["ranking"]: row for row in csv.DictReader(file)}
    return [_read(label, rows[code]) for code, label in RANKINGS.items()]


def _read(label: Any, row: Mapping[str, str]) -> Quality:
    among = [100 * float(row[f"recall_{first}"]) for first in (10, 50, 200)]
    return Quality(label, int(row["queries"]), among[0], among[1], among[2], int(row["median_rank"]))
