"""Every address of the portal, opened as every role: held to the table in accounts/access.py."""

from copy import copy

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import QueryDict
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone, translation

from accounts.access import ACCESS, ADMINS, MEMBERS, Role, row_of
from accounts.models import Notification
from accounts.notifications import token_of
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.files import upload
from cities.models import City, Mayor, ProfileVersion, Twinning
from cities.profile import editing as city_editing
from cities.tests.factories import CityFactory, CityProfileFactory, MayorFactory, TwinningFactory
from events.agenda.printed import all_agendas, own_agenda
from events.badges.drawing import all_badges, own_badge
from events.models import MeetingRequest, Registration, Table
from knowledge.tests.factories import PracticeFactory, PracticeQuestionFactory
from knowledge.tests.news_factories import ArticleFactory
from partnerships.businesses.profile import editing as business_editing
from partnerships.calendar_feed.feed import token_of as calendar_token
from partnerships.city_invitations.inviting import on_paper
from partnerships.finance.profile import editing as finance_editing
from partnerships.invitations.models import hashed
from partnerships.models import (
    Attachment,
    BusinessImport,
    CityInvitation,
    Conversation,
    Interest,
    Message,
    Organisation,
    OrganisationMember,
    Paper,
    Partnership,
    Party,
)
from partnerships.papers.making import ask
from partnerships.partnership.drafting import draft
from partnerships.tests.factories import (
    BusinessInvitationFactory,
    BusinessProfileFactory,
    CityInvitationFactory,
    FinancialPartnerProfileFactory,
    MatchingRoundFactory,
    OrganisationMemberFactory,
    side_of,
)
from projects.models import Document, DocumentVersion, Photo, ProjectImport
from projects.tests.factories import ProjectFactory
from public.api.resources import RESOURCES
from public.kinds import kind_of
from public.models import Dump
from public.sharing.card import card_of
from tests.world import EVENT, events_of_the_world, guest_of_the_world

pytestmark = pytest.mark.django_db

# Addresses that send an allowed visitor on, and where to; all others answer 200.
SENT_ON = {
    "account_login": {role: "desk" for role in Role if role != Role.ANONYMOUS},
    "account_signup": {role: "desk" for role in Role if role != Role.ANONYMOUS},
    "account_logout": {Role.ANONYMOUS: "home"},
    "notification": {role: "desk" for role in Role if role != Role.ANONYMOUS},
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
OF_INTERESTS = ("interest_learning",)
OF_INTEGRITY = ("_integrity", "_integrity_queue")
ADMIN_ENDINGS = (
    *("index", "_changelist", "_add", "_export", "login", ":password_change"),
    *OF_ROUNDS,
    *OF_INTERESTS,
    *OF_INTEGRITY,
)
ADMIN_PAGES = [
    name
    for name in NAMES
    if name.startswith("admin:")
    and (name.endswith(ADMIN_ENDINGS) or (name.startswith("admin:cities_mayor_") and name.endswith(ONE_OF)))
]
DECISIONS = {"admin:partnerships_matchinground_change": "discard"}
"""What is sent to pages of the administration that decide something else than "approve"."""
STATES = {Role.APPLICANT: "submitted", Role.MAYOR: "approved", Role.SUSPENDED: "suspended"}
VERSION = 10**9  # of a profile
ROUND = 10**8  # the number of the published round
SOMEBODYS = {"business": "somebody-s-business", "financial-partner": "somebody-s-bank"}
PROJECT, FILE = "a-project", 10**7
PRACTICE, ANOTHERS_PRACTICE = "a-practice", "anothers-practice"
ARTICLE = "an-article"
TOLD = 10**7  # the number of the first role's notification and saved search; those of the others follow
SECRET = "secret-of-an-invitation"
LETTER, CODE = 10**7, "code-of-a-letter"  # in which the city invites another
LIST = 10**7  # the number of the mayor's list of businesses
ORGANISATIONS = {Role.BUSINESS: "business", Role.FINANCIER: "financial-partner"}
EDITING = {"business": business_editing, "financial-partner": finance_editing}


def picture_of(city):
    """The version of the English picture that stands beside links to the city."""
    with translation.override("en"):
        return card_of(kind_of("cities"), city).version


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


def add_practices(city, other):
    """A published practice of each; that of the first with a question of the other and a document."""
    practice = PracticeFactory(city=city, slug=PRACTICE, published=True)
    PracticeQuestionFactory(practice=practice, pk=FILE, party=Party.objects.of(other))
    practice.documents.create(
        pk=FILE, title_en="Minutes", file=ContentFile(b"a,b", name="x"), type="text/csv",
        file_name="minutes.csv", size=3,
    )  # fmt: skip
    PracticeFactory(city=other, slug=ANOTHERS_PRACTICE, published=True)


def add_talk(party, one):
    """An expression of interest accepted, and a message with a file; the conversation."""
    mine = Party.objects.of(one)
    interest = Interest.objects.create(
        sender=party, receiver=mine, by=party.people()[0], reason="Бо так.", state="accepted",
        expires_at=timezone.now(),
    )  # fmt: skip
    talk = Conversation.objects.begin(interest.sender, interest.receiver)
    message = Message.objects.create(conversation=talk, party=party, by=interest.by, text_uk="Привіт")
    Attachment.objects.create(
        message=message, file=ContentFile(b"a,b", name="x"), file_name="список", type="text/csv", size=3
    )
    add_partnership(talk, interest)
    return talk


def add_partnership(talk, interest):
    """What grew of the talk, with a memorandum; where both are cities, they are twins."""
    made = Partnership.objects.create(
        one=talk.one, other=talk.other, interest=interest, begun_by=interest.by, begun_for=interest.sender,
        confirmed_at=timezone.now(), one_shows=True, other_shows=True, public_since=timezone.now(),
    )  # fmt: skip
    made.record("begun", interest.by)
    made.memoranda.create(
        file=ContentFile(b"%PDF-", name="x"), file_name="меморандум", type="application/pdf", size=5,
        signed_on=timezone.localdate(), uploaded_by=interest.by,
    )  # fmt: skip
    if talk.one.city and talk.other.city:
        first, second = sorted((talk.one.city, talk.other.city), key=lambda city: city.pk)
        TwinningFactory(city_a=first, city_b=second)


def talk_of(one):
    """The expression of interest, the conversation and the file of one, or of the first that has any."""
    interest = Interest.objects.filter(receiver=Party.objects.of(one)).first() or Interest.objects.first()
    talk = Conversation.objects.between(interest.sender, interest.receiver).get()
    return interest, talk, Attachment.objects.get(message__conversation=talk)


class World:
    """A city and its round; somebody else's business and application; a signed-in visitor of each role.

    `mine` are the memberships the roles rest on, `people` who they are, `cookies` their sessions, `before` is
    what `everything` tells at the beginning of each test.
    """

    def __init__(self):
        self.city = CityFactory(name="Lviv")
        photo = default_storage.save("photos/it.webp", ContentFile(b"x"))
        CityProfileFactory(city=self.city, photo=photo)
        ProfileVersion.objects.create(city=self.city, content=city_editing.content_of(self.city), pk=VERSION)
        MatchingRoundFactory(pk=ROUND, state="published", published_at=timezone.now())
        for slug in (SOMEBODYS["business"], "another-business"):
            BusinessProfileFactory(organisation__city=self.city, organisation__slug=slug)
        bank = SOMEBODYS["financial-partner"]
        FinancialPartnerProfileFactory(organisation__city=self.city, organisation__slug=bank)
        add_project(self.city)
        file = default_storage.save("news/pictures/it.webp", ContentFile(b"x"))
        ArticleFactory(slug=ARTICLE, picture=file, picture_alt_en="A bridge")
        BusinessInvitationFactory(city=self.city, token_hash=hashed(SECRET))
        CityInvitationFactory(sender=Party.objects.of(self.city), pk=LETTER, code=CODE)
        self.others = side_of(CityFactory())
        add_practices(self.city, self.others.city)
        self.theirs = MayorFactory(
            city=CityFactory(), state="submitted", evidence=upload(), evidence_type="application/pdf"
        )
        self.mine, self.people, self.cookies = {}, {}, {}
        for role in Role:
            client = Client()
            if user := self.person(role):
                self.people[role] = user
                client.force_login(user)
                Notification.objects.create(
                    pk=TOLD + len(self.cookies),
                    user=user,
                    kind="colleague",
                    template="colleague",
                    url="/desk/",
                )
                search = {"directory": "projects", "name": "Schools"}
                user.saved_searches.create(pk=TOLD + len(self.cookies), **search)
            self.cookies[role] = client.cookies
        for role in MEMBERS:
            add_talk(self.others, self.mine[role].represented)
        event = events_of_the_world(
            self.city, [(self.mine[role].user, self.mine[role].represented) for role in MEMBERS]
        )
        guest_of_the_world(SECRET)
        event.poster = default_storage.save("events/posters/it.webp", ContentFile(b"x"))
        event.save()
        for document in map(draft, Partnership.objects.named()):
            ask(document)
        for document in map(on_paper, CityInvitation.objects.named()):
            ask(document)
        for document in (all_badges(event), all_agendas(event)):
            ask(document)
        for one in event.registrations.named():
            ask(own_badge(event, one))
            ask(own_agenda(event, one))
        Paper.objects.update(state="done", pdf=b"%PDF")
        dump = Dump.objects.create(state="done", finished_at=timezone.now())
        dump.files.create(name="it.gz", file=ContentFile(b"x", name="it.gz"), size=1, sha256="0" * 64)
        self.arguments = {role: self.arguments_for(role) for role in Role}
        self.before = everything()

    def arguments_for(self, role):
        """What stands in the addresses that a role is to open, by name."""
        told = [TOLD + list(Role).index(role)]
        found = arguments_of(self.city, self.mine.get(role), self.theirs)
        return {**found, "notification": told, "search": told}

    def address_of(self, name, role):
        if name.startswith("admin:cities_mayor_") and name.endswith(ONE_OF):
            return reverse(name, args=[self.theirs.pk])
        return reverse(name, args=self.arguments[role].get(name, []))

    def person(self, role):
        """A person of a role, with the membership it rests on; none who is anonymous."""
        if role == Role.ANONYMOUS:
            return None
        if role in (Role.APPROVER, Role.ADMIN):
            groups = Group.objects.filter(name="Approvers") if role == Role.APPROVER else []
            return StaffFactory(groups=list(groups), is_superuser=role == Role.ADMIN)
        user = UserFactory(verified=role != Role.UNVERIFIED)
        if role in STATES:
            self.mine[role] = MayorFactory(user=user, city=self.city, state=STATES[role])
            if role == Role.MAYOR:
                BusinessImport.objects.create(
                    pk=LIST, city=self.city, by=user, headings=["Name", "E-mail"], rows=[]
                )
                ProjectImport.objects.create(pk=LIST, city=self.city, by=user, kind="oc4ids", text="[]")
        if role in ORGANISATIONS:
            self.mine[role] = OrganisationMemberFactory(user=user, organisation__kind=ORGANISATIONS[role])
            organisation = self.mine[role].organisation
            editing = EDITING[organisation.kind]
            content = editing.content_of(organisation)
            editing.versions.objects.create(organisation=organisation, content=content, pk=VERSION)
        return user


@pytest.fixture(scope="module")
def world(module_db, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("files"))
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": folder}}
    storages = {**settings.STORAGES, "private": private}
    with override_settings(MEDIA_ROOT=folder, STORAGES=storages, API_REQUESTS_A_MINUTE=0):
        yield World()


@pytest.fixture
def sign_in(client, world):
    """Make the client a visitor of a role."""

    def as_role(role):
        client.cookies = copy(world.cookies[role])
        return client

    return as_role


def arguments_of(city, mine, theirs):
    """What stands in addresses, by name: one's own where the role has such, somebody else's otherwise."""
    here = [city.country_id.lower(), city.slug]
    membership = mine if isinstance(mine, Mayor) else theirs
    slugs, represents = dict(SOMEBODYS), isinstance(mine, OrganisationMember)
    if represents:
        slugs[mine.organisation.kind] = mine.organisation.slug
    theirs_too = Organisation.objects.get(slug=SOMEBODYS["business"])
    organisation = mine.organisation if represents else theirs_too
    one = organisation if represents else city
    interest, talk, file = talk_of(one)
    agreed = Partnership.objects.between(*talk.parties).get()
    member = mine if represents else organisation.members.order_by("pk").last()
    other = City.objects.exclude(pk=city.pk).order_by("pk").last()
    wishes = MeetingRequest.objects.filter(event__slug=EVENT)
    wanted = wishes.filter(sender__party=Party.objects.of(one)).first() or wishes.first()
    return {
        "city": here,
        "city-matches": here,
        "city-trade": here,
        "city-compare": here,
        "city-pair": [*here, other.country_id.lower(), other.slug],
        "city-invitations": here,
        "city-invitations-list": [*here, LIST],
        "invitation": [SECRET],
        "city-invite": [other.pk],
        **{f"city-letter{page}": [LETTER] for page in ("", "-paper", "-pdf")},
        "city-invited": [CODE],
        "calendar-feed": [calendar_token(member.user)],
        "search-new": ["cities"],
        "interest-new": ["city", other.pk],
        **{name: [interest.pk] for name in ("interest", "interest-block", "interest-report")},
        "conversation": [talk.pk],
        "conversation-file": [talk.pk, file.pk],
        "partnership": [agreed.pk, agreed.slug],
        **{f"desk-partnership{page}": [agreed.pk] for page in ("", "-paper", "-draft")},
        "desk-partnership-memorandum": [agreed.pk, agreed.memoranda.get().pk],
        "partnership-begin": [talk.pk],
        "partnership-claim": [Twinning.objects.of(city).order_by("pk").last().pk],
        "notification-off": [token_of(member.user, "colleague")],
        "city-photo": [*here, "it.webp"],
        "city-profile": here,
        "city-profile-history": here,
        "desk-matches": [city.pk],
        **{kind: [slug] for kind, slug in SOMEBODYS.items()},
        **{f"{kind}-profile": [slug] for kind, slug in slugs.items()},
        **{f"{kind}-profile-history": [slug] for kind, slug in slugs.items()},
        **{name: [EVENT] for name in ("event", "event-ics", "event-edit")},
        **{name: [EVENT] for name in ("event-register", "event-people", "event-guests", "event-check-in")},
        **{
            name: [EVENT] for name in ("event-badge", "event-badge-file", "event-badges", "event-badges-file")
        },
        **{name: [EVENT] for name in NAMES if name.startswith(("event-agenda", "event-live"))},
        "event-check-in-one": [EVENT, Registration.objects.filter(event__slug=EVENT)[0].code],
        "event-invited": [SECRET],
        **{name: [EVENT] for name in ("event-schedule", "event-board")},
        "event-meeting": [EVENT, MeetingRequest.objects.between_participants().first().pk],
        **{name: [EVENT] for name in ("event-participants", "event-requests")},
        "event-participant": [EVENT, wanted.receiver_id],
        "event-request": [EVENT, wanted.pk],
        "event-poster": [EVENT, "it.webp"],
        "article": [ARTICLE],
        "article-picture": ["it"],
        "event-section": [EVENT, "details"],
        "event-part": [EVENT, "tables", Table.objects.get(event__slug=EVENT).pk],
        "event-part-new": [EVENT, "tables"],
        "project": [PROJECT],
        "open-data-project": [PROJECT],
        "transparency-table": ["late"],
        "project-history": [PROJECT],
        "project-document": [PROJECT, FILE],
        "project-photo": [PROJECT, "it.webp"],
        "project-new": here,
        "projects-import": here,
        "projects-import-list": [*here, LIST],
        "project-edit": [PROJECT],
        "project-section": [PROJECT, "basics"],
        "practice": [PRACTICE],
        "practice-ask": [ANOTHERS_PRACTICE],
        "practice-document": [PRACTICE, FILE],
        "practice-new": here,
        "practice-edit": [PRACTICE],
        "practice-section": [PRACTICE, "story"],
        "practice-answer": [FILE],
        "practice-adopt": [ANOTHERS_PRACTICE],
        "business-matches": [SOMEBODYS["business"]],
        "business-pair": [SOMEBODYS["business"], "another-business"],
        "integrity": [organisation.kind, organisation.slug],
        "membership-integrity": [member.kind, member.pk],
        "admin:partnerships_organisationmember_integrity": [organisation.pk],
        "round": [ROUND],
        "sitemap-part": ["pages", 1],
        "share-image": ["en", "cities", city.pk, picture_of(city)],
        "admin:partnerships_matchinground_change": [ROUND],
        "admin:partnerships_matchinground_csv": [ROUND],
        **{f"api-v1:one-of-{one.name}": one.keys(QueryDict())[:1].tolist() for one in RESOURCES},
        "api-v1:list-cities-matches": [city.pk],
        "api-v1:list-rounds-pairs": [ROUND],
        "api-v1:dump": ["latest", "it.gz"],
        "apply-as": ["mayor"],
        "membership": [membership.kind, membership.pk],
        "account_confirm_email": ["no-such-key"],
        "account_reset_password_from_key": ["0", "no-such-key"],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
    }


def everything():
    """The rows of each table, but for sessions and the times of signing in."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    rows = "to_jsonb(row) - 'last_login'"
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', jsonb_agg({rows} ORDER BY {rows})::text FROM {table} AS row"
                for table in sorted(tables - {Session._meta.db_table, UserSession._meta.db_table})
            )
        )
        return dict(cursor.fetchall())


def written():
    """How many rows were written since the transaction began, but for sessions; also those rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname NOT IN %s",
            [(Session._meta.db_table, UserSession._meta.db_table)],
        )
        return cursor.fetchone()[0]


def assert_nothing_changed(world, before):
    """That nothing was written since `before`, or else that all is as it was, which takes longer to tell."""
    assert written() == before or everything() == world.before


def assert_denied(answer, role):
    if role == Role.ANONYMOUS:
        assert answer.redirect_chain, f"{answer.status_code} without being sent to sign in"
        assert answer.request["PATH_INFO"] == reverse("account_login")
    else:
        assert answer.status_code in (403, 404, 405)


def test_every_address_has_a_row():
    assert [name for name in NAMES if row_of(name) is None] == []


def test_every_row_has_an_address():
    """A row for an address that is gone would hide that the table is out of date."""
    used = {row_of(name).name for name in NAMES}
    assert [row.name for row in ACCESS if row.name not in used] == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_those_in_the_table_only(sign_in, world, name, role):
    address = world.address_of(name, role)
    answer = sign_in(role).get(address, follow=True)
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
def test_pages_take_something_from_those_in_the_table_only(sign_in, world, name, role):
    address = world.address_of(name, role)
    before = written()
    answer = sign_in(role).post(address, {"version": VERSION, "seen": VERSION, "action": "archive"})
    if role in row_of(name).senders:
        assert answer.status_code in ((200, 302, 404) if name in NEED_A_BEGINNING else (200, 302))
        return
    assert_nothing_changed(world, before)
    if answer.status_code == 302:
        assert role == Role.ANONYMOUS
        assert answer["Location"].startswith(reverse("account_login"))
    else:
        assert answer.status_code in (403, 404, 405)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.MAYOR, Role.APPROVER, Role.ADMIN])
@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_administration_opens_for_those_in_the_table_only(sign_in, world, name, role):
    address = world.address_of(name, role)
    answer = sign_in(role).get(address, follow=True)
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
def test_administration_takes_nothing_from_others(sign_in, world, name, role):
    address = world.address_of(name, role)
    before = written()
    answer = sign_in(role).post(
        address, {"decision": DECISIONS.get(name, "approve"), "name": "x", "do": "score"}
    )
    assert_nothing_changed(world, before)
    assert answer.status_code in (302, 403, 404, 405)


def test_what_is_written_is_noticed(world):
    """A control: were writing not seen, the tests above would pass for nothing."""
    before = written()
    City.objects.filter(pk=world.city.pk).update(population=1)
    assert written() > before
    assert everything() != world.before


def test_a_right_taken_away_in_mid_session_is_gone(sign_in):
    client = sign_in(Role.APPROVER)
    address = reverse("admin:cities_mayor_changelist")
    assert client.get(address).status_code == 200
    Group.objects.get(name="Approvers").permissions.clear()
    assert client.get(address).status_code == 403


def test_a_suspended_mayor_is_no_member(world):
    assert world.city in City.objects.members()
    Mayor.objects.get(pk=world.mine[Role.MAYOR].pk).suspend(by=StaffFactory(), note="Under question.")
    assert world.city not in City.objects.members()
