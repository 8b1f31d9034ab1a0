"""The kinds of membership a person can apply for. Each app adds its own when it is ready."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from accounts.membership import Membership, MembershipQuerySet

from .models import City

if TYPE_CHECKING:
    from .application_forms import ApplicationForm


@dataclass(frozen=True)
class Kind:
    """A kind of membership: its word in addresses, its names, its rows, and the form to apply with."""

    slug: str
    label: Promise
    about: Promise
    model: type[Membership]
    form: "type[ApplicationForm]"
    city: str  # where from a membership its city is found, as in a query
    only: dict[str, Any] = field(default_factory=dict)  # which rows of the model are of this kind

    def memberships(self) -> MembershipQuerySet:
        """All memberships of this kind, with whom they represent."""
        return (
            self.model.of_this_kind()
            .filter(**self.only)
            .select_related("user", "decided_by", f"{self.city}__country")
        )

    def city_of(self, membership: Membership) -> City:
        """The city of a membership."""
        found: Any = membership
        for name in self.city.split("__"):
            found = getattr(found, name)
        return found


_kinds: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    """Make a kind known. Raises ValueError if its word is taken."""
    if kind.slug in _kinds:
        raise ValueError(f"There is a kind {kind.slug!r} already.")
    _kinds[kind.slug] = kind


def kinds() -> list[Kind]:
    """All kinds, in the order they were added."""
    return list(_kinds.values())


def kind_of(slug: str) -> Kind:
    """The kind with this word. Raises KeyError."""
    return _kinds[slug]


def memberships_of(user: Any) -> list[Membership]:
    """All memberships of a person, kind after kind, newest first."""
    return [membership for kind in kinds() for membership in kind.memberships().of(user)]
