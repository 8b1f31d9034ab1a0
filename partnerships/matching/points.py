"""Numbers rounded so that what is shown adds up to what is shown as their sum."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor


def rounded_to(total: int, parts: Sequence[float]) -> list[int]:
    """Whole numbers that sum to `total`, each the next below or above its part.

    Those with the largest remainders are rounded up (the method of largest remainders); of equal remainders
    the earlier. `total` must be the rounded sum of the parts.
    """
    whole = [floor(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: whole[place] - parts[place])
    for place in by_remainder[: total - sum(whole)]:
        whole[place] += 1
    return whole
