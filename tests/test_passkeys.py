"""Signing in with a passkey: a browser with an authenticator that exists only in it."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def recognise(page):
    """The sensor of the reader's device: tell it whether it recognises who touches it; at first it does."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    number = browser.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    return lambda owner: browser.send(
        "WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": owner}
    )


@pytest.fixture
def member(page, recognise):
    """Somebody who has added a passkey, and signed out."""
    user = UserFactory()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    page.goto("/accounts/2fa/webauthn/add/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/webauthn/add/")
    page.locator("[name=name]").fill("Office laptop")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    return user


def test_a_passkey_signs_in_without_a_password(page, member):
    assert member.authenticator_set.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/desk/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Office laptop")


def test_a_device_in_other_hands_signs_nobody_in(page, member, recognise):
    recognise(False)
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    expect(page.get_by_role("alert")).to_contain_text("Your device did not confirm that it is you.")
    page.goto("/desk/")
    expect(page.locator("[name=login]")).to_be_visible()
