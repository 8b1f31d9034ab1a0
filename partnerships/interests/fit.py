"""How well two sides fit when one writes to the other: kept, to learn which reasons lead where."""

from __future__ import annotations

from typing import Any

from cities import directory as cities
from partnerships.businesses import directory as businesses
from partnerships.businesses import proposals as trade
from partnerships.businesses.ranking import ranking
from partnerships.city_matches.proposals import explained
from partnerships.matching.explain import Explanation
from partnerships.matching.trade import WEIGHTS
from partnerships.scoring import profiles
from partnerships.weights.in_force import current_weights

from .models import Party


def measured(sender: Party, receiver: Party) -> dict[str, Any]:
    """Score and known components of a pair, as fields of an Interest; nothing for unmatched kinds."""
    found: Any = None
    if sender.city_id and receiver.city_id:
        found = explained_cities(sender.city_id, receiver.city_id)
    elif sender.organisation_id and receiver.organisation_id:
        found = _of_businesses(sender.organisation_id, receiver.organisation_id)
    if found is None:
        return {}
    values = {part.code: round(part.value, 4) for part in found.parts if part.value is not None}
    return {"score": found.score, "components": values}


def explained_cities(sender: int, receiver: int) -> Explanation | None:
    """The score of two cities (ids) and what is behind it; None where one is not in the directory yet."""
    at_hand = cities.current()
    row, other = at_hand.reference.rows_of([sender, receiver]).tolist()
    if min(row, other) < 0:
        return None
    arrays, weights = profiles.of(at_hand), current_weights()
    return explained(arrays, arrays.row_of(sender), arrays.row_of(receiver), weights)


def _of_businesses(sender: int, receiver: int) -> Any:
    at_hand = businesses.current()
    row, other = at_hand.rows_of([sender, receiver]).tolist()
    if min(row, other) < 0:
        return None
    return trade.explained(ranking(at_hand, row, WEIGHTS), sender, receiver)
