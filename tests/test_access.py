"""Every address of the portal, opened as every role: held to the table in accounts/access.py."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.access import ACCESS, ADMINS, Role, row_of
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.files import upload
from cities.models import City, Mayor, ProfileVersion
from cities.profile import editing as city_editing
from cities.tests.factories import CityFactory, CityProfileFactory, MayorFactory
from partnerships.businesses.profile import editing as business_editing
from partnerships.models import BusinessVersion, OrganisationMember
from partnerships.tests.factories import (
    BusinessProfileFactory,
    MatchingRoundFactory,
    OrganisationMemberFactory,
)
from projects.models import Document, DocumentVersion, Photo
from projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

# Addresses that send an allowed visitor on, and where to; all others answer 200.
SENT_ON = {
    "account_login": {role: "desk" for role in Role if role != Role.ANONYMOUS},
    "account_signup": {role: "desk" for role in Role if role != Role.ANONYMOUS},
    "account_logout": {Role.ANONYMOUS: "home"},
    "admin:login": {Role.APPROVER: "admin:index", Role.ADMIN: "admin:index"},
}
# Steps in the middle of something, or for a second factor one does not have: sent elsewhere, or 404.
NEED_A_BEGINNING = {
    "account_confirm_email",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "account_reauthenticate",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
}


def names(resolver=None, prefix=""):
    """The name of every address in the resolver."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}" if pattern.name else f"{prefix}{pattern.pattern}"
        else:
            yield from names(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))


NAMES = sorted(set(names()))
PAGES = [name for name in NAMES if not name.startswith("admin:")]
ONE_OF = ("_change", "_evidence", "_preview", "_history")
OF_ROUNDS = ("matchinground_change", "matchinground_csv", "matchrun_weights")
ADMIN_PAGES = [
    name
    for name in NAMES
    if name.startswith("admin:")
    and (
        name.endswith(("index", "_changelist", "_add", "_export", "login", ":password_change", *OF_ROUNDS))
        or (name.startswith("admin:cities_mayor_") and name.endswith(ONE_OF))
    )
]
DECISIONS = {"admin:partnerships_matchinground_change": "discard"}
"""What is sent to pages of the administration that decide something else than "approve"."""
STATES = {Role.APPLICANT: "submitted", Role.MAYOR: "approved", Role.SUSPENDED: "suspended"}
VERSION = 10**9  # of a profile
ROUND = 10**8  # the number of the published round
SOMEBODYS = "somebody-s-business"
PROJECT, FILE = "a-project", 10**7
ORGANISATIONS = {Role.BUSINESS: "business", Role.FINANCIER: "financial-partner"}


@pytest.fixture
def city(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path
    lviv = CityFactory(name="Lviv")
    profile = CityProfileFactory(city=lviv, photo=default_storage.save("photos/it.webp", ContentFile(b"x")))
    ProfileVersion.objects.create(city=lviv, content=city_editing.content_of(lviv), pk=VERSION)
    assert profile.photo
    MatchingRoundFactory(pk=ROUND, state="published", published_at=timezone.now())
    BusinessProfileFactory(organisation__city=lviv, organisation__slug=SOMEBODYS)
    add_project(lviv)
    return lviv


def add_project(city):
    """A published project with a document and a photo."""
    project = ProjectFactory(city=city, slug=PROJECT, published=True)
    document = Document.objects.create(project=project, kind="minutes", title_en="Minutes")
    DocumentVersion.objects.create(
        document=document, pk=FILE, number=1, file=ContentFile(b"a,b", name="x"), type="text/csv",
        file_name="minutes.csv", size=3,
    )  # fmt: skip
    stored = default_storage.save("projects/photos/it.webp", ContentFile(b"x"))
    Photo.objects.create(project=project, stage="before", alt_en="A school", file=stored)


@pytest.fixture
def theirs(city, settings, tmp_path):
    """Somebody else's application, with evidence."""
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path
    return MayorFactory(
        city=CityFactory(), state="submitted", evidence=upload(), evidence_type="application/pdf"
    )


@pytest.fixture
def sign_in(client, city):
    """Make the client a visitor of a role; the membership the role rests on."""

    def as_role(role):
        if role == Role.ANONYMOUS:
            return None
        if role in (Role.APPROVER, Role.ADMIN):
            groups = Group.objects.filter(name="Approvers") if role == Role.APPROVER else []
            client.force_login(StaffFactory(groups=list(groups), is_superuser=role == Role.ADMIN))
            return None
        user, mine = UserFactory(verified=role != Role.UNVERIFIED), None
        if role in STATES:
            mine = MayorFactory(user=user, city=city, state=STATES[role])
        if role in ORGANISATIONS:
            mine = OrganisationMemberFactory(user=user, organisation__kind=ORGANISATIONS[role])
            content = business_editing.content_of(mine.organisation)
            BusinessVersion.objects.create(organisation=mine.organisation, content=content, pk=VERSION)
        client.force_login(user)
        return mine

    return as_role


def address_of(name, city, mine, theirs):
    """The address of a page: of one's own where the role has such, of somebody else's otherwise."""
    here = [city.country_id.lower(), city.slug]
    membership = mine if isinstance(mine, Mayor) else theirs
    business = mine.organisation.slug if isinstance(mine, OrganisationMember) else SOMEBODYS
    other = City.objects.exclude(pk=city.pk).order_by("pk").last()
    arguments = {
        "city": here,
        "city-matches": here,
        "city-compare": here,
        "city-pair": [*here, other.country_id.lower(), other.slug],
        "city-photo": [*here, "it.webp"],
        "city-profile": here,
        "city-profile-history": here,
        "desk-matches": [city.pk],
        "business": [SOMEBODYS],
        "business-profile": [business],
        "business-profile-history": [business],
        "project": [PROJECT],
        "project-history": [PROJECT],
        "project-document": [PROJECT, FILE],
        "project-photo": [PROJECT, "it.webp"],
        "project-new": here,
        "project-edit": [PROJECT],
        "project-section": [PROJECT, "basics"],
        "project-state": [PROJECT],
        "round": [ROUND],
        "admin:partnerships_matchinground_change": [ROUND],
        "admin:partnerships_matchinground_csv": [ROUND],
        "apply-as": ["mayor"],
        "membership": [membership.kind, membership.pk],
        "account_confirm_email": ["no-such-key"],
        "account_reset_password_from_key": ["0", "no-such-key"],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
    }
    if name.startswith("admin:cities_mayor_") and name.endswith(ONE_OF):
        return reverse(name, args=[theirs.pk])
    return reverse(name, args=arguments.get(name, []))


def everything():
    """What is in the database, but for sessions and the times of signing in."""
    return {
        model._meta.label: sorted(
            str([(field, value) for field, value in row.items() if field != "last_login"])
            for row in model._base_manager.values()
        )
        for model in apps.get_models()
        if model is not Session and model._meta.label != "usersessions.UserSession"
    }


def assert_denied(answer, role):
    if role == Role.ANONYMOUS:
        assert answer.redirect_chain, f"{answer.status_code} without being sent to sign in"
        assert answer.request["PATH_INFO"] == reverse("account_login")
    else:
        assert answer.status_code in (403, 404)


def test_every_address_has_a_row():
    assert [name for name in NAMES if row_of(name) is None] == []


def test_every_row_has_an_address():
    """A row for an address that is gone would hide that the table is out of date."""
    used = {row_of(name).name for name in NAMES}
    assert [row.name for row in ACCESS if row.name not in used] == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_those_in_the_table_only(client, sign_in, city, theirs, name, role):
    address = address_of(name, city, sign_in(role), theirs)
    answer = client.get(address, follow=True)
    if role not in row_of(name).who:
        assert_denied(answer, role)
    elif goal := SENT_ON.get(name, {}).get(role):
        assert answer.request["PATH_INFO"] == reverse(goal)
        assert answer.status_code == 200
    elif name in NEED_A_BEGINNING:
        assert answer.status_code in (200, 404)
    else:
        assert answer.request["PATH_INFO"] == address
        assert answer.status_code == 200


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", PAGES)
def test_pages_take_something_from_those_in_the_table_only(client, sign_in, city, theirs, name, role):
    address = address_of(name, city, sign_in(role), theirs)
    before = everything()
    answer = client.post(address, {"version": VERSION, "seen": VERSION, "action": "archive"})
    if role in row_of(name).senders:
        assert answer.status_code in ((200, 302, 404) if name in NEED_A_BEGINNING else (200, 302))
        return
    assert everything() == before
    if answer.status_code == 302:
        assert role == Role.ANONYMOUS
        assert answer["Location"].startswith(reverse("account_login"))
    else:
        assert answer.status_code in (403, 404, 405)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.MAYOR, Role.APPROVER, Role.ADMIN])
@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_administration_opens_for_those_in_the_table_only(client, sign_in, city, theirs, name, role):
    address = address_of(name, city, sign_in(role), theirs)
    answer = client.get(address, follow=True)
    if goal := SENT_ON.get(name, {}).get(role):
        assert answer.request["PATH_INFO"] == reverse(goal)
    elif role not in row_of(name).who or (name == "admin:login" and role == Role.ANONYMOUS):
        assert_denied(answer, role)
    elif name.endswith("_add") and answer.status_code == 403:
        assert role in ADMINS  # what nobody may add by hand: runs, matches
    elif role in row_of(name).who and name != "admin:login":
        assert answer.request["PATH_INFO"] == address
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (name, role)
        for name in ADMIN_PAGES
        for role in (Role.ANONYMOUS, Role.APPLICANT, Role.MAYOR, Role.APPROVER)
        if name != "admin:login" and role not in row_of(name).senders
    ],
)
def test_administration_takes_nothing_from_others(client, sign_in, city, theirs, name, role):
    address = address_of(name, city, sign_in(role), theirs)
    before = everything()
    answer = client.post(address, {"decision": DECISIONS.get(name, "approve"), "name": "x", "do": "score"})
    assert everything() == before
    assert answer.status_code in (302, 403, 404, 405)


def test_a_right_taken_away_in_mid_session_is_gone(client, sign_in):
    sign_in(Role.APPROVER)
    address = reverse("admin:cities_mayor_changelist")
    assert client.get(address).status_code == 200
    Group.objects.get(name="Approvers").permissions.clear()
    assert client.get(address).status_code == 403


def test_a_suspended_mayor_is_no_member(sign_in, city):
    mine = sign_in(Role.MAYOR)
    assert type(city).objects.members().get() == city
    mine.suspend(by=StaffFactory(), note="Under question.")
    assert not type(city).objects.members().exists()
