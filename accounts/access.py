"""The access table: who may open which address. Kept by hand; a test holds every address to it.

An address that has no row here fails the test. Who may not open it is sent to sign in (anonymous) or
answered 403 or 404 (signed in).
"""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


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


ACCESS = [
    # The portal
    *_rows(EVERYBODY, "healthz", "readyz", "home", "cities", "city", "city-matches"),
    # Ways in
    *_rows(
        EVERYBODY,
        "account_login",
        "account_signup",
        "account_logout",
        "account_inactive",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_confirm_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
    ),
    # One's own account
    *_rows(
        SIGNED_IN,
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    ),
    # The administration
    *_rows(EVERYBODY, "admin:login"),
    *_rows(STAFF, "admin:index", "admin:logout", "admin:jsi18n", "admin:password_change*"),
    *_rows(STAFF, "admin:cities_mayor_changelist", "admin:cities_mayor_change", "admin:cities_mayor_history"),
    *_rows(ADMINS, "admin:*"),
]
"""The first row that fits an address holds. A trailing * stands for any ending."""


def row_of(name: str) -> Row | None:
    """The row of an address by its name in the resolver, None where there is none."""
    return next((row for row in ACCESS if fnmatchcase(name, row.name)), None)
