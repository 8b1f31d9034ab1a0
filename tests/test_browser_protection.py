"""What answers tell browsers, and what forms ask of them."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/": 200,
    "/cities/": 200,
    "/no/such/page/": 404,
    "/desk/": 302,
    "/admin/": 302,
    "/accounts/login/": 200,
    "/api/v1/topics": 200,
    "/api/": 200,
    "/healthz": 200,
    "/robots.txt": 200,
    "/static/css/print.css": 200,
    "/static/css/": 404,  # no list of what is there
}


@pytest.fixture
def secure_client(settings):
    """A browser that comes by TLS to a portal that is set up as in production."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    return Client()


@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_every_answer_tells_browsers_what_is_not_to_be_done(secure_client, address, status):
    answer = secure_client.get(address, secure=True)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    for directive in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert directive in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    if answer.getvalue() and answer["Content-Type"].startswith("text/"):
        assert answer["Content-Type"].replace('"', "").endswith("charset=utf-8")
    assert ("Access-Control-Allow-Origin" in answer) == address.startswith(("/api/v1/", "/static/css/p"))


def test_forms_without_their_token_are_refused():
    browser = Client(enforce_csrf_checks=True)
    user = UserFactory()
    form = {"login": user.email, "password": PASSWORD}
    assert browser.post("/accounts/login/", form).status_code == 403
    browser.force_login(user)
    assert browser.post("/accounts/settings/", {"name": "Thief"}).status_code == 403
    user.refresh_from_db()
    assert user.name != "Thief"


def patterns(resolver):
    """Every pattern of the resolver but those of the API, which can only be read."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one
        elif one.namespace != "api-v1":
            yield from patterns(one)


def test_one_address_alone_needs_no_token():
    """The link of a letter by which a mail program ends it (RFC 8058): it carries its own, signed one."""
    free = {one.name for one in patterns(get_resolver()) if getattr(one.callback, "csrf_exempt", False)}
    assert free == {"notification-off"}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
def test_other_methods_are_not_answered_with_what_was_sent(client, method):
    answer = client.generic(method, "/cities/", headers={"X-Secret": "hidden"})
    assert answer.status_code in (403, 405)
    assert "hidden" not in answer.content.decode()


def test_pages_of_a_person_are_kept_by_no_cache(client):
    client.force_login(UserFactory())
    for address in ("/", "/cities/", "/desk/", "/accounts/settings/"):
        assert client.get(address)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", [".git/config", ".env", "manage.py", "mayors_portal/settings.py", "var/"])
def test_no_file_of_the_sources_is_served(secure_client, path):
    for folder in ("/", "/static/", "/static/../", "/static/%2e%2e/", "/media/"):
        assert secure_client.get(folder + path, secure=True, follow=True).status_code == 404
