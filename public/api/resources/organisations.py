"""What businesses and financial partners have in common."""

from collections.abc import Mapping, Sequence

from partnerships.integrity.standings import STANDINGS
from partnerships.organisations.directory import OrganisationDirectory

NONE = list(STANDINGS)[-1]


def declarations(at_hand: OrganisationDirectory, keys: Sequence[int]) -> Mapping[int, str]:
    """How the integrity declaration of each of these organisations (ids) stands today."""
    rows = zip(keys, at_hand.rows_of(keys).tolist(), strict=True)
    return {key: at_hand.declaration.codes_of(row)[0] if row >= 0 else NONE for key, row in rows}
