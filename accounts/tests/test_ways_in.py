"""Signing in and out, sessions and passwords: what an attacker would try."""

from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN, CHANGE = "/accounts/login/", "/accounts/password/change/"
NEW = "another horse, another staple"


def sign_in(client, user, password=PASSWORD):
    return client.post(LOGIN, {"login": user.email, "password": password})


def is_signed_in(client):
    return not isinstance(client.get("/accounts/settings/").wsgi_request.user, AnonymousUser)


def browser_with(session):
    """A browser that sends this key of a session."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = session
    return thief


def key_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_signing_in_begins_a_new_session_and_signing_out_ends_it(client):
    user = UserFactory()
    client.force_login(UserFactory())
    client.logout()
    session = client.session  # one that somebody else may have chosen
    session["x"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = chosen = session.session_key
    sign_in(client, user)
    key = key_of(client)
    assert key != chosen
    assert len(key) >= 32
    assert not is_signed_in(browser_with(chosen))
    assert is_signed_in(browser_with(key))
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)  # a link ends no session
    client.post("/accounts/logout/")
    assert not is_signed_in(browser_with(key))


def test_cookies_are_kept_from_scripts_and_other_sites(client):
    sign_in(client, UserFactory())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.get("/accounts/settings/")
    assert client.cookies[settings.CSRF_COOKIE_NAME]["samesite"] == "Lax"


def test_a_blocked_account_is_out_at_once(client):
    user = UserFactory()
    sign_in(client, user)
    user.is_active = False
    user.save()
    assert not is_signed_in(client)
    sign_in(client, user)
    assert not is_signed_in(client)


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(client):
    user = UserFactory()
    elsewhere = Client()
    sign_in(client, user)
    sign_in(elsewhere, user)
    form = {"password1": NEW, "password2": NEW}
    assert "oldpassword" in client.post(CHANGE, form | {"oldpassword": "wrong"}).context["form"].errors
    assert is_signed_in(elsewhere)
    assert client.post(CHANGE, form | {"oldpassword": PASSWORD}).status_code == 302
    assert not is_signed_in(elsewhere)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert [letter.to for letter in mail.outbox] == [[user.email]]  # the person is told


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("kT9#x2q", False),  # seven characters
        ("iloveyou", False),
        ("qwertyuiop", False),
        ("73519048261", False),
        ("koval1234", False),  # as the address
        ("Kateryna7", False),  # as the name
        ("vjlrqkzw", True),  # no kinds of characters are asked for
        ("  пароль з пробілами  ", True),
        ("Ab" * 64, True),
    ],
)
def test_passwords_that_are_guessed_are_refused_and_all_others_taken_as_typed(client, password, is_taken):
    user = UserFactory(email="olena.koval@stryi.example", name="Kateryna K.")
    sign_in(client, user)
    client.post(CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password})
    user.refresh_from_db()
    assert user.check_password(password) == is_taken
    assert not user.check_password(password.strip().swapcase())
    assert not user.check_password(password[:-1])


def test_a_forgotten_password_tells_nobody_who_is_registered(client):
    known = UserFactory()
    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in (known.email, "no@one.example")
    ]
    assert [(one.status_code, one["Location"]) for one in answers] == [
        (302, "/accounts/password/reset/done/")
    ] * 2
    wrong = [sign_in(Client(), one, "wrong").content for one in (known, UserFactory.build())]
    told = [b"".join(line for line in page.splitlines() if b"errorlist" in line) for page in wrong]
    assert told[0] == told[1] != b""


def test_a_link_for_a_new_password_is_used_once_and_passes_no_second_factor(client):
    user = UserFactory()
    TOTP.activate(user, generate_totp_secret())
    client.post("/accounts/password/reset/", {"email": user.email})
    [letter] = mail.outbox
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):  # it is too old
        assert "new password reset</a>" in Client().get(link, follow=True).content.decode()
    form = client.get(link, follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not is_signed_in(client)
    assert "new password reset</a>" in Client().get(link, follow=True).content.decode()
    assert sign_in(client, user, NEW)["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_signed_in(client)


def test_a_code_and_a_recovery_code_are_good_once(client):
    user = UserFactory()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    now = next(iter(counters()))
    old, code = (format_hotp_value(hotp_value(secret, counter)) for counter in (now - 3, now))
    [recovery, *others] = RecoveryCodes.activate(user).get_unused_codes()
    assert len({recovery, *others}) == 10
    assert min(map(len, others)) >= 8
    for typed, signs_in in [(old, False), (code, True), (code, False), (recovery, True), (recovery, False)]:
        browser = Client()
        sign_in(browser, user)
        browser.post("/accounts/2fa/authenticate/", {"code": typed})
        assert is_signed_in(browser) == signs_in


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/email/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/download/",
        "/accounts/delete/",
    ],
)
def test_what_matters_needs_the_password_again(client, address):
    client.force_login(UserFactory())
    form = {"email": "thief@example.org", "action_add": ""}
    assert client.post(address, form)["Location"].startswith("/accounts/reauthenticate/")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(client, goal):
    user = UserFactory()
    answer = client.post(f"{LOGIN}?next={goal}", {"login": user.email, "password": PASSWORD, "next": goal})
    assert answer["Location"] == "/desk/"


def test_a_password_is_typed_out_of_sight_and_may_be_pasted(client):
    page = client.get(LOGIN).content.decode()
    field = page[page.index('name="password"') - 200 :].split("<input", 1)[1].split(">", 1)[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_a_password_does_not_age(client):
    user = UserFactory(date_joined=timezone.now() - timedelta(days=2000))
    assert sign_in(client, user)["Location"] == "/desk/"
    assert is_signed_in(client)
