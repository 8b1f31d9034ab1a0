"""What search engines may list: which pages, and what robots.txt says."""

from fnmatch import fnmatchcase

from django.conf import settings
from django.http import HttpRequest

from accounts.access import Role, row_of

OWN_OR_SECRET = (
    "account_*",
    "mfa_*",
    "admin:*",
    "calendar-feed",
    "city-invited",
    "event-invited",
    "invitation",
    "notification*",
)
"""Names of addresses that everybody may open, but whose pages are for one person."""

PRIVATE = ("accounts/", "admin/", "desk/", "memberships/", "notifications/")
"""The beginnings of addresses under which there is nothing for search engines, but for the language."""

VARIANTS = ("format", "view", "sort", "expand", "bounds")
"""What addresses say in their query strings to show the same in another way, or as a file."""


def is_for_search_engines(request: HttpRequest) -> bool:
    """Whether search engines may list the page: everybody may open it, and it is not for one person."""
    found = request.resolver_match
    if found is None:  # an error page
        return False
    row = row_of(found.view_name)
    return (
        row is not None
        and Role.ANONYMOUS in row.who
        and not any(fnmatchcase(found.view_name, name) for name in OWN_OR_SECRET)
    )


def robots(sitemap: str) -> str:
    """The text of robots.txt; `sitemap` is the address of the site map's index."""
    languages = ["", *(f"{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    private = [f"/{language}{start}" for language in languages for start in PRIVATE]
    variants = [f"/*{mark}{name}=" for name in VARIANTS for mark in "?&"]
    rules = [f"Disallow: {path}" for path in [*private, *variants]]
    return "\n".join(["User-agent: *", *rules, "", f"Sitemap: {sitemap}", ""])
