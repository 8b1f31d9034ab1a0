"""The access table: who may open which address. Kept by hand; a test holds every address to it.

An address that has no row here fails the test. Who may not open it is sent to sign in (anonymous) or
answered 403 or 404 (signed in).
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The kinds of visitor the table tells apart."""

    ANONYMOUS = "anonymous"
    UNVERIFIED = "signed in, e-mail unverified"
    APPLICANT = "applicant"
    MAYOR = "mayor of a city"
    SUSPENDED = "suspended"
    APPROVER = "approver"
    ADMIN = "admin"


EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.ANONYMOUS}
STAFF = frozenset({Role.APPROVER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True)
class Row:
    """One address: its name in the resolver and who may open it."""

    name: str
    who: frozenset[Role]


def _rows(who: frozenset[Role], *names: str) -> list[Row]:
    return [Row(name, who) for name in names]
