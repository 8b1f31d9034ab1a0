"""What `manage.py doctor` looks at: each check finds what is wrong and says in plain words how to mend it.

A check yields findings; `examine` turns an exception that it did not expect into one too.
"""

from collections.abc import Callable

from . import configuration, content, files, outside, servers
from .findings import Finding, Findings, Level, error

CHECKS: dict[str, Callable[[], Findings]] = {
    "settings": configuration.check_settings,
    "database": servers.check_database,
    "migrations": servers.check_migrations,
    "valkey": servers.check_valkey,
    "worker": servers.check_worker,
    "scheduler": servers.check_scheduler,
    "mail": outside.check_mail,
    "site": outside.check_site,
    "folders": files.check_folders,
    "static files": files.check_static_files,
    "translations": files.check_translations,
    "pango": files.check_pango,
    "reference data": content.check_reference_data,
    "administrators": content.check_administrators,
}


def examine(names: list[str] | None = None) -> dict[str, list[Finding]]:
    """The findings of the checks named, or of all, in order; where a check finds nothing wrong it says so."""
    return {name: _found(CHECKS[name]) for name in names or CHECKS}


def _found(check: Callable[[], Findings]) -> list[Finding]:
    try:
        return list(check()) or [Finding(Level.OK, "in order")]
    except Exception as problem:  # whatever it is, the other checks must still be made
        what = f"could not be checked: {type(problem).__name__}: {problem}".strip()
        return [error(what, "Mend what the checks above found first.")]
