"""Conditions of a model's constraints, judged here: Django would ask the database for each of each row."""

import operator
from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q

LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "range": lambda value, ends: ends[0] <= value <= ends[1],
}


def check_constraints(one: Model, exclude: Collection[str] = ()) -> None:
    """What `Model.validate_constraints` does for check constraints, without a query.

    Constraints over fields of `exclude` are not judged. Raises ValidationError, and KeyError for a lookup
    that LOOKUPS has not.
    """
    errors = []
    for constraint in one._meta.constraints:
        if not isinstance(constraint, CheckConstraint) or not isinstance(constraint.condition, Q):
            continue
        if not set(_names(constraint.condition)) & set(exclude) and holds(constraint.condition, one) is False:
            errors.append(ValidationError(constraint.get_violation_error_message()))
    if errors:
        raise ValidationError(errors)


def holds(condition: Q, one: Model) -> bool | None:
    """Whether a condition holds for the values of an instance; None, as in SQL, where that is unknown."""
    children: Any = condition.children
    said = [
        holds(child, one) if isinstance(child, Q) else _compared(child[0], child[1], one)
        for child in children
    ]
    decisive = condition.connector == Q.OR
    found = decisive if decisive in said else None if None in said else not decisive
    return not found if condition.negated and found is not None else found


def _compared(name: str, wanted: Any, one: Model) -> bool | None:
    field, _sep, lookup = name.partition("__")
    value = getattr(one, field)
    if lookup == "isnull":
        return (value is None) == wanted
    if isinstance(wanted, F):
        wanted = getattr(one, wanted.name)  # type: ignore[attr-defined]
    return None if value is None or wanted is None else LOOKUPS[lookup or "exact"](value, wanted)


def _names(condition: Q) -> Iterator[str]:
    children: list[Any] = condition.children
    for child in children:
        if isinstance(child, Q):
            yield from _names(child)
        else:
            yield child[0].partition("__")[0]
            if isinstance(child[1], F):
                yield child[1].name  # type: ignore[attr-defined]
