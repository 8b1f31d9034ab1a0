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
    BUSINESS = "member of a business"
    FINANCIER = "member of a financial partner"
    SUSPENDED = "suspended"
    APPROVER = "approver"
    ADMIN = "admin"


EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.ANONYMOUS}
STAFF = frozenset({Role.APPROVER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


VERIFIED = SIGNED_IN - {Role.UNVERIFIED}
MEMBERS = frozenset({Role.MAYOR, Role.BUSINESS, Role.FINANCIER})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Row:
    """One address: its name in the resolver, who may open it, and who may send something to it."""

    name: str
    who: frozenset[Role]
    senders: frozenset[Role]


def _rows(who: frozenset[Role], *names: str, senders: frozenset[Role] | None = None) -> list[Row]:
    return [Row(name, who, who if senders is None else senders) for name in names]


ACCESS = [
    # The portal
    *_rows(EVERYBODY, "healthz", "readyz", "home", "cities", "city", "city-matches", senders=NOBODY),
    *_rows(EVERYBODY, "metrics", senders=NOBODY),  # asked from this machine or with the token; else 404
    *_rows(EVERYBODY, "city-pair", "city-compare", "about-matching", senders=NOBODY),
    *_rows(EVERYBODY, "rounds", "round", "statistics", senders=NOBODY),
    *_rows(EVERYBODY, "businesses", "business", "business-matches", "business-pair", senders=NOBODY),
    *_rows(EVERYBODY, "city-trade", senders=NOBODY),
    *_rows(EVERYBODY, "about-integrity", senders=NOBODY),
    *_rows(EVERYBODY, "projects", "transparency", "transparency-table", "open-data", senders=NOBODY),
    *_rows(EVERYBODY, "open-data-oc4ids", "open-data-project", "open-data-csv", senders=NOBODY),
    *_rows(EVERYBODY, "open-data-geojson", senders=NOBODY),
    *_rows(EVERYBODY, "project", "project-history", "project-document", "project-photo", senders=NOBODY),
    *_rows(EVERYBODY, "financial-partners", "financial-partner", senders=NOBODY),
    *_rows(EVERYBODY, "api", "dumps", "api-v1:*", senders=NOBODY),
    # Practices
    *_rows(EVERYBODY, "practices", "practice", "practice-document", senders=NOBODY),
    *_rows(NOBODY, "practice-ask", senders=MEMBERS),
    *_rows(frozenset({Role.MAYOR}), "desk-practices", senders=NOBODY),
    *_rows(frozenset({Role.MAYOR}), "practice-new", "practice-edit", "practice-section"),
    *_rows(frozenset({Role.MAYOR}), "practice-answer", "practice-adopt"),
    *_rows(EVERYBODY, "search-all", "search-suggestions", senders=NOBODY),
    *_rows(EVERYBODY, "map", "robots", "sitemap", "sitemap-part", "share-image", senders=NOBODY),
    # Events
    *_rows(EVERYBODY, "events", "event", "event-ics", "event-poster", senders=NOBODY),
    *_rows(ADMINS, "event-schedule", "event-meeting"),
    *_rows(ADMINS, "event-board", senders=NOBODY),
    *_rows(ADMINS, "event-new", "event-edit", "event-section", "event-part", "event-part-new"),
    *_rows(SIGNED_IN, "event-register", senders=MEMBERS),
    *_rows(SIGNED_IN, "desk-events", senders=NOBODY),
    *_rows(ADMINS, "event-people", "event-guests", "event-check-in-one"),
    *_rows(ADMINS, "event-check-in", senders=NOBODY),
    *_rows(ADMINS, "event-badges"),
    *_rows(ADMINS, "event-badges-file", senders=NOBODY),
    *_rows(MEMBERS, "event-badge"),
    *_rows(MEMBERS | ADMINS, "event-participants", senders=NOBODY),
    *_rows(MEMBERS | ADMINS, "event-participant", senders=MEMBERS),
    *_rows(MEMBERS, "event-requests", senders=NOBODY),
    *_rows(MEMBERS, "event-request"),
    *_rows(MEMBERS, "event-badge-file", senders=NOBODY),
    *_rows(MEMBERS, "event-agenda", "event-agenda-paper"),
    *_rows(MEMBERS, "event-agenda-ics", "event-agenda-file", senders=NOBODY),
    *_rows(ADMINS, "event-agendas"),
    *_rows(ADMINS, "event-agendas-file", senders=NOBODY),
    *_rows(MEMBERS | ADMINS, "event-live", senders=NOBODY),
    *_rows(EVERYBODY, "event-invited"),
    # News, and what the portal says of itself
    *_rows(EVERYBODY, "news", "article", "article-picture", "news-feed", senders=NOBODY),
    *_rows(EVERYBODY, "about", "about-rules", "about-privacy", "about-accessibility", senders=NOBODY),
    *_rows(EVERYBODY, "contact"),
    *_rows(EVERYBODY, "contact-sent", "security-txt", senders=NOBODY),
    # What one represents; single memberships are one's own
    *_rows(SIGNED_IN, "desk", senders=NOBODY),
    *_rows(frozenset({Role.MAYOR}), "desk-matches", senders=NOBODY),
    *_rows(frozenset({Role.MAYOR}), "city-profile", "city-profile-history"),
    *_rows(frozenset({Role.MAYOR}), "project-new", "project-edit", "project-section"),
    *_rows(frozenset({Role.MAYOR}), "projects-import", "projects-import-list"),
    *_rows(frozenset({Role.BUSINESS}), "business-profile", "business-profile-history"),
    *_rows(frozenset({Role.MAYOR, Role.ADMIN}), "invite", senders=NOBODY),
    *_rows(frozenset({Role.MAYOR, Role.ADMIN}), "city-invitations"),
    *_rows(frozenset({Role.MAYOR}), "city-invitations-list"),
    *_rows(EVERYBODY, "invitation"),
    *_rows(frozenset({Role.BUSINESS, Role.FINANCIER}), "integrity", "membership-integrity"),
    *_rows(frozenset({Role.FINANCIER}), "financial-partner-profile", "financial-partner-profile-history"),
    # Interests and conversations; single ones are those of one's own side
    *_rows(SIGNED_IN, "interest-new", senders=MEMBERS),
    *_rows(SIGNED_IN, "calendar"),
    *_rows(EVERYBODY, "calendar-feed", senders=NOBODY),
    *_rows(SIGNED_IN, "interests", "conversations", senders=NOBODY),
    *_rows(MEMBERS, "interest", "conversation"),
    *_rows(MEMBERS, "conversation-file", senders=NOBODY),
    *_rows(NOBODY, "interest-block", "interest-report", senders=MEMBERS),
    # Partnerships; on the desk those of one's own side
    *_rows(EVERYBODY, "partnerships", "partnership", senders=NOBODY),
    *_rows(SIGNED_IN, "desk-partnerships", senders=NOBODY),
    *_rows(MEMBERS, "desk-partnership", "desk-partnership-paper"),
    *_rows(MEMBERS, "desk-partnership-memorandum", "desk-partnership-draft", senders=NOBODY),
    *_rows(NOBODY, "partnership-begin", senders=MEMBERS),
    *_rows(NOBODY, "partnership-claim", senders=frozenset({Role.MAYOR})),
    *_rows(SIGNED_IN, "city-invite", senders=MEMBERS),
    *_rows(frozenset({Role.MAYOR}), "city-letter", "city-letter-pdf", senders=NOBODY),
    *_rows(frozenset({Role.MAYOR}), "city-letter-paper"),
    *_rows(EVERYBODY, "city-invited"),
    # Notifications
    *_rows(SIGNED_IN, "notifications", senders=NOBODY),
    *_rows(SIGNED_IN, "notification", senders=NOBODY),
    *_rows(NOBODY, "notifications-read", senders=SIGNED_IN),
    *_rows(EVERYBODY, "notifications-bell", senders=NOBODY),
    *_rows(EVERYBODY, "notification-off"),
    *_rows(SIGNED_IN, "searches", senders=NOBODY),
    *_rows(SIGNED_IN, "search-new"),
    *_rows(NOBODY, "search", senders=SIGNED_IN),
    *_rows(EVERYBODY, "city-photo", senders=NOBODY),
    *_rows(VERIFIED, "apply", senders=NOBODY),
    *_rows(VERIFIED, "apply-as"),
    *_rows(frozenset({Role.APPLICANT, Role.MAYOR, Role.SUSPENDED}), "membership"),
    # Ways in
    *_rows(
        EVERYBODY,
        "account_login",
        "account_signup",
        "account_logout",
        "account_confirm_email",
        "account_confirm_login_code",
        "account_reset_password",
        "account_reset_password_from_key",
        "mfa_authenticate",
        "mfa_login_webauthn",
    ),
    *_rows(
        EVERYBODY,
        "account_inactive",
        "account_email_verification_sent",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        senders=NOBODY,
    ),
    # One's own account
    *_rows(
        SIGNED_IN,
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
        "account_settings",
        "account_download",
        "account_delete",
        "usersessions_list",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    ),
    *_rows(NOBODY, "account_letters_again", senders=SIGNED_IN),
    *_rows(
        SIGNED_IN,
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        senders=NOBODY,
    ),
    # The administration
    *_rows(EVERYBODY, "admin:login"),
    *_rows(STAFF, "admin-dashboard", senders=NOBODY),
    *_rows(STAFF, "admin:index", "admin:logout", "admin:jsi18n", "admin:password_change*"),
    *_rows(
        STAFF,
        "admin:cities_mayor_changelist",
        "admin:cities_mayor_change",
        "admin:cities_mayor_history",
        "admin:partnerships_organisationmember_changelist",
        "admin:partnerships_organisationmember_change",
        "admin:partnerships_organisationmember_history",
        "admin:partnerships_organisationmember_integrity",
        "admin:partnerships_organisationmember_integrity_queue",
        "admin:knowledge_practice_changelist",
        "admin:knowledge_practice_change",
        "admin:accounts_auditentry_changelist",
        "admin:accounts_auditentry_export",
    ),
    *_rows(
        STAFF,
        "admin:cities_mayor_evidence",
        "admin:cities_mayor_preview",
        "admin:partnerships_organisationmember_evidence",
        "admin:partnerships_organisationmember_preview",
        "admin:accounts_auditentry_change",
        senders=NOBODY,
    ),
    *_rows(ADMINS, "admin:*"),
]
"""The first row that fits an address holds. A trailing * stands for any ending."""


def row_of(name: str) -> Row | None:
    """The row of an address by its name in the resolver, None where there is none."""
    return next((row for row in ACCESS if fnmatchcase(name, row.name)), None)
