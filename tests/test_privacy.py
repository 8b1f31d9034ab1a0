"""docs/privacy.md is the record of processing: held to the code, field by field, and to what erasing leaves.

A person takes every part there is. Each field that the record calls personal holds a word of its own, a
canary. All of them must be in the person's download where the record says so, and after the account is
deleted and its periods are over, none may be anywhere but in fields that the record says are kept.
"""

import gzip
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import NamedTuple
from zipfile import ZipFile

import pytest
import redis
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from accounts import deletion, own_data
from accounts.models import AuditEntry, BouncingAddress, Letter, Notification, User
from accounts.tasks import send_letters
from accounts.tests.factories import StaffFactory, UserFactory
from cities.models import CityProfile, Mayor, ProfileVersion, SavedSearch
from cities.tests.factories import CityProfileFactory, MayorFactory
from events.badges import drawing as badges
from events.models import (
    GuestInvitation,
    Interpreter,
    Meeting,
    MeetingRequest,
    Registration,
    RequestMessage,
    Speaker,
)
from events.tests.factories import (
    EventFactory,
    MeetingRequestFactory,
    RegistrationFactory,
    SlotFactory,
    TableFactory,
)
from knowledge.models import Adoption, ContactMessage, Practice, PracticeDocument, PracticeQuestion
from knowledge.tests.factories import AdoptionFactory, PracticeFactory, PracticeQuestionFactory
from partnerships import models as partnerships
from partnerships.models import Organisation, OrganisationMember, Party
from partnerships.tests.factories import (
    BusinessInvitationFactory,
    BusinessProfileFactory,
    CityInvitationFactory,
    FinancialPartnerProfileFactory,
    OrganisationMemberFactory,
    side_of,
)
from projects.models import Document, DocumentVersion, ProjectChange, ProjectImport, ProjectUpdate
from projects.tests.factories import ProjectFactory
from public.tasks import bring_search_up_to_date, build_dumps

RECORD = (Path(settings.BASE_DIR) / "docs" / "privacy.md").read_text()
SHORT = 8
"""Fields shorter than this hold codes."""
CANARY = re.compile(r"zq\d+qz|203\.0\.113\.\d+")
TOLD_OF_OTHERS = {"accounts.Letter", "accounts.Notification"}
"""What others are told may name the person until its period is over."""


class Rule(NamedTuple):
    """What the record says of a field."""

    activity: str
    end: str
    download: str


def personal():
    """The rule of each field that can hold personal data, as app.Model.field."""
    row = r"^\| `(\w+\.\w+)` \| ([\w, ]+) \| (A\d+) \| (account|period|kept) \| (yes|no) \|$"
    return {
        f"{model}.{field}": Rule(*rule)
        for model, fields, *rule in re.findall(row, RECORD, re.MULTILINE)
        for field in fields.split(", ")
    }


def not_personal():
    """The other fields that the record names."""
    rows = re.findall(r"^\| `(\w+\.\w+)` \| ([\w, ]+) \|$", RECORD, re.MULTILINE)
    return {f"{model}.{field}" for model, fields in rows for field in fields.split(", ")}


PERSONAL = personal()


def can_hold_words(field):
    """Whether a field is a text, an address, a file or JSON, without fixed choices."""
    if isinstance(field, ArrayField):
        return can_hold_words(field.base_field)
    if isinstance(field, models.CharField):
        return not field.choices and (field.max_length or SHORT) >= SHORT
    others = (models.TextField, models.JSONField, models.FileField, models.BinaryField)
    return isinstance(field, (*others, models.GenericIPAddressField))


def test_every_field_that_can_hold_words_stands_in_the_record():
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if can_hold_words(field)
    }
    assert fields - PERSONAL.keys() - not_personal() == set(), "add them to docs/privacy.md"
    assert (PERSONAL.keys() | not_personal()) - fields == set(), "docs/privacy.md names what is not there"
    assert PERSONAL.keys() & not_personal() == set()
    activities = set(re.findall(r"^\| (A\d+) \|", RECORD, re.MULTILINE))
    assert {rule.activity for rule in PERSONAL.values()} == activities


def periods():
    """What, job, name of the period (may be empty) and its days, of each row."""
    row = r"^\| ([^|]+) \| `([\w.]+)` \| (?:`([\w.]+)`)? *\| *(\d*) *\|$"
    return re.findall(row, RECORD, re.MULTILINE)


@pytest.mark.django_db
def test_jobs_and_periods_are_those_of_the_record_and_of_the_page(client, monkeypatch):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert len(periods()) > 10
    assert {job for _what, job, _name, _days in periods()} <= scheduled
    stated = {name: int(days) for _what, _job, name, days in periods() if name}
    for number, (name, days) in enumerate(stated.items()):
        assert resolve_name(name) == timedelta(days=days), name
        owner, _dot, last = name.rpartition(".")
        monkeypatch.setattr(resolve_name(owner), last, timedelta(days=500 + number))
    page = client.get(reverse("about-privacy")).content.decode()
    for number, name in enumerate(stated):
        assert f"<td>{500 + number} days</td>" in page, name


class Canaries:
    """Words that stand nowhere else, and where each was put."""

    def __init__(self):
        self.fields = {}

    def said(self, model):
        """A word for each personal field of a model."""
        names = [field for field in model._meta.concrete_fields if self.rule(model, field)]
        return {field.name: self.word(model, field) for field in names}

    def rule(self, model, field):
        return PERSONAL.get(f"{model._meta.label}.{field.name}")

    def word(self, model, field):
        number = len(self.fields)
        is_address = isinstance(field, models.GenericIPAddressField)
        word = f"203.0.113.{number}" if is_address else f"zq{number}qz"
        self.fields[word] = f"{model._meta.label}.{field.name}"
        if isinstance(field, models.JSONField):
            return {"note": word}
        if isinstance(field, models.BinaryField):
            return word.encode()
        if isinstance(field, models.FileField):
            return ContentFile(word.encode(), name="it.pdf")
        return f"{word}@x.example" if isinstance(field, models.EmailField) else word

    def put(self, row):
        """Write them into a row; returns them."""
        words = self.said(type(row))
        type(row)._base_manager.filter(pk=row.pk).update(**words)
        row.refresh_from_db()
        return words


class Life:
    """A person who takes every part there is; `said` are the canaries."""

    def __init__(self):
        self.said, self.canaries = None, Canaries()
        self.person, self.other = UserFactory(), UserFactory()
        self.admin = StaffFactory(is_superuser=True)
        said, person = self.canaries.said, self.person
        self.canaries.put(person)
        self.canaries.put(person.emailaddress_set.get())
        self.account(said, person)
        self.city = MayorFactory(
            user=person, decided_at=timezone.now(), decided_by=self.admin, **said(Mayor)
        ).city
        self.mine, self.theirs = Party.objects.of(self.city), side_of(CityProfileFactory().city)
        self.logs(said, person)
        self.organisations(said, person)
        self.partnership(said, person)
        self.city_hall(said, person)
        self.event(said, person)

    def own_address(self, email):
        """It is one of the person's addresses."""
        EmailAddress.objects.create(user=self.person, email=email)

    def account(self, said, person):
        address = person.emailaddress_set.get()
        EmailConfirmation.objects.create(email_address=address, **said(EmailConfirmation))
        Authenticator.objects.create(user=person, type="webauthn", **said(Authenticator))
        UserSession.objects.create(user=person, **said(UserSession))
        Session.objects.create(expire_date=timezone.now() + timedelta(days=14), **said(Session))
        letter = Letter.objects.create(state="sent", **said(Letter))
        bouncing = BouncingAddress.objects.create(**said(BouncingAddress))
        self.own_address(letter.to.upper())
        self.own_address(bouncing.address)
        told = {"kind": "colleague", "template": "colleague"}
        Notification.objects.create(user=person, **told, **said(Notification))
        Notification.objects.create(user=self.other, **told, words={"who": person.name})
        Letter.objects.create(state="sent", to=self.other.email, subject=person.name, text=person.email)
        SavedSearch.objects.create(user=person, directory="cities", **said(SavedSearch))
        about = {"subject": "question", "language": "en"}
        ContactMessage.objects.create(user=person, **about, **said(ContactMessage))

    def logs(self, said, person):
        mayor = Mayor.objects.get(user=person)
        AuditEntry.objects.create(actor=self.admin, action="approve", object=mayor, **said(AuditEntry))
        AuditEntry.note(self.admin, "approve", mayor, note=f"{person.name}, {mayor.full_name}")
        for user, about, words in (
            (person, self.city, said(LogEntry)),
            (self.admin, person, {"object_repr": person.name, "change_message": person.email}),
        ):
            kind = ContentType.objects.get_for_model(about)
            LogEntry.objects.create(
                user=user, action_flag=2, content_type=kind, object_id=str(about.pk), **words
            )

    def organisations(self, said, person):
        """A business and a bank that others represent too; both name the person as contact."""
        contact = {"contact_name": person.name, "contact_email": person.email, "contact_phone": person.name}
        for factory, version in (
            (BusinessProfileFactory, partnerships.BusinessVersion),
            (FinancialPartnerProfileFactory, partnerships.FinancialPartnerVersion),
        ):
            profile = factory(**said(factory._meta.model))
            self.own_address(profile.contact_email)
            content = {**said(version)["content"], "profile": contact}
            version.objects.create(organisation=profile.organisation, by=person, content=content)
        self.business = Organisation.objects.get(kind="business")
        OrganisationMemberFactory(
            user=person, organisation=self.business, decided_at=timezone.now(), **said(OrganisationMember)
        )
        declared = partnerships.IntegrityDeclaration.objects.create(
            organisation=self.business, signed_by=person, as_member=True,
            **said(partnerships.IntegrityDeclaration),
        )  # fmt: skip
        declared.owners.create(
            country="UA", interest="shareholding", is_exposed=False, **said(partnerships.BeneficialOwner)
        )
        declared.reviews.create(by=self.admin, outcome="checked", **said(partnerships.IntegrityReview))
        BusinessInvitationFactory(
            city=self.city, answered_by=person, state="accepted", **said(partnerships.BusinessInvitation)
        )
        CityInvitationFactory(sender=self.mine, by=person, **said(partnerships.CityInvitation))
        partnerships.BusinessImport.objects.create(
            city=self.city, by=person, **said(partnerships.BusinessImport)
        )
        ProjectImport.objects.create(city=self.city, by=person, kind="oc4ids", **said(ProjectImport))

    def partnership(self, said, person):
        interest = partnerships.Interest.objects.create(
            sender=self.mine, receiver=self.theirs, by=person, answered_by=person, state="accepted",
            expires_at=timezone.now(), **said(partnerships.Interest),
        )  # fmt: skip
        partnerships.Report.objects.create(interest=interest, by=person, **said(partnerships.Report))
        talk = partnerships.Conversation.objects.begin(self.mine, self.theirs)
        message = partnerships.Message.objects.create(
            conversation=talk, party=self.mine, by=person, **said(partnerships.Message)
        )
        message.attachments.create(type="text/csv", size=3, **said(partnerships.Attachment))
        agreed = partnerships.Partnership.objects.create(
            one=talk.one, other=talk.other, interest=interest, begun_by=person, begun_for=self.mine,
            **said(partnerships.Partnership),
        )  # fmt: skip
        agreed.changes.create(
            by=person, what="moved", stage="negotiating", **said(partnerships.PartnershipChange)
        )
        agreed.tasks.create(done_by=person, done_at=timezone.now(), **said(partnerships.PartnershipTask))
        agreed.memoranda.create(
            type="application/pdf", size=5, signed_on=timezone.localdate(), uploaded_by=person,
            **said(partnerships.Memorandum),
        )  # fmt: skip

    def city_hall(self, said, person):
        """What the person did for the city."""
        CityProfileFactory(city=self.city, **said(CityProfile))
        ProfileVersion.objects.create(city=self.city, by=person, **said(ProfileVersion))
        project = ProjectFactory(city=self.city)
        ProjectChange.objects.create(
            project=project, version=1, part="basics", by=person, **said(ProjectChange)
        )
        ProjectUpdate.objects.create(project=project, author=person, **said(ProjectUpdate))
        file = {"file": ContentFile(b"a,b", name="x"), "type": "text/csv", "size": 3}
        document = Document.objects.create(project=project, kind="minutes", title_en="Minutes")
        DocumentVersion.objects.create(
            document=document, number=1, uploaded_by=person, **file, **said(DocumentVersion)
        )
        practice = PracticeFactory(city=self.city, created_by=person, published=True, **said(Practice))
        self.own_address(practice.contact_email)
        practice.documents.create(title_en="Minutes", uploaded_by=person, **file, **said(PracticeDocument))
        PracticeQuestionFactory(
            practice=practice, asked_by=person, answered_by=person, party=self.mine, **said(PracticeQuestion)
        )
        AdoptionFactory(by=person, **said(Adoption))

    def event(self, said, person):
        """One that is over, with a meeting that took place; the person was invited as a guest."""
        start = datetime(2026, 5, 20, 7, 0, tzinfo=UTC)
        event = EventFactory(starts_at=start, ends_at=start + timedelta(hours=9))
        event.speakers.create(**said(Speaker))
        event.interpreters.create(languages=["uk", "en"], **said(Interpreter))
        mine = RegistrationFactory(event=event, user=person, party=self.mine, **said(Registration))
        GuestInvitation.objects.create(
            event=event, invited_by=self.other, registration=mine, answered_at=start, expires_at=start,
            **said(GuestInvitation),
        )  # fmt: skip
        wish = MeetingRequestFactory(event=event, sender=mine, state="accepted", **said(MeetingRequest))
        AuditEntry.note(person, "meeting requested", wish)
        RequestMessage.objects.create(request=wish, by=mine, **said(RequestMessage))
        slot = SlotFactory(event=event, starts_at=start, ends_at=start + timedelta(minutes=30))
        Meeting(event=event, request=wish).arrange(slot, TableFactory(event=event))
        self.canaries.put(mine.seats.get())
        partnerships.Paper.objects.create(
            kind=badges.OWN, number=mine.pk, state="done", key="k", **said(partnerships.Paper)
        )


def everywhere(folder):
    """Every canary found, and where: columns as app.Model.field, files and keys of Valkey by name."""
    found = {}
    for place, text in [*in_tables(), *in_files(folder), *in_valkey()]:
        for word in CANARY.findall(text):
            found.setdefault(word, set()).add(place)
    return found


def in_tables():
    """Of every column of every table the values in which a canary may be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        tables = [table for (table,) in cursor.fetchall()]
        # Bytes are shown in hexadecimal digits: 7a71 is zq.
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', cell.* FROM \"{table}\" AS one"
                ", jsonb_each_text(to_jsonb(one)) AS cell(name, said)"
                " WHERE said ~ 'zq[0-9]+qz|203\\.0\\.113\\.|7a71(3[0-9])+717a'"
                for table in tables
            )
        )
        rows = cursor.fetchall()
    called = {model._meta.db_table: model._meta.label for model in apps.get_models(include_auto_created=True)}
    for table, column, value in rows:
        text = bytes.fromhex(value[2:]).decode("latin-1") if value.startswith("\\x") else value
        yield f"{called.get(table, table)}.{column}", text
    for session in Session.objects.all():
        yield "sessions.Session.session_data", str(session.get_decoded())


def in_files(folder):
    """The content of every file, unpacked."""
    for path in filter(Path.is_file, Path(folder).rglob("*")):
        content = path.read_bytes()
        unpacked = gzip.decompress(content) if path.suffix == ".gz" else content
        yield str(path.relative_to(folder)), f"{path.name} {unpacked.decode('latin-1')}"


def in_valkey():
    """Every key of the database of this process, with what it holds."""
    client = redis.Redis.from_url(str(settings.CACHES["default"]["LOCATION"]))
    read = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": client.xrange,
    }
    for key in client.scan_iter("*"):
        yield "valkey", f"{key} {read[client.type(key)](key)}"


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    """Where all files of the test lie. Fields have their private storage since the models were loaded."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(Mayor._meta.get_field("evidence").storage, "location", str(tmp_path / "private"))
    return tmp_path


@pytest.mark.django_db
def test_the_scan_sees_tables_files_sessions_and_valkey(folder, client):
    """The control: what is planted is found, and what is not there is not."""
    assert everywhere(folder) == {}
    UserFactory(name="zq1qz")
    default_storage.save("it.gz", ContentFile(gzip.compress(b"zq2qz")))
    cache.set("it", "zq3qz")
    session = client.session
    session["it"] = "zq4qz"
    session.save()
    assert everywhere(folder).keys() == {"zq1qz", "zq2qz", "zq3qz", "zq4qz"}


@pytest.mark.django_db
def test_a_person_takes_all_along_and_leaves_nothing(
    folder, client, monkeypatch, django_capture_on_commit_callbacks
):
    life = Life()
    fields, person = life.canaries.fields, life.person
    assert set(fields.values()) == PERSONAL.keys(), "nothing is planted there"
    build_dumps()
    bring_search_up_to_date()
    client.force_login(person)
    for page in ("desk", "notifications", "account_settings"):
        assert client.get(reverse(page)).status_code == 200
    seen = everywhere(folder)
    assert [field for word, field in fields.items() if word not in seen] == []

    with ZipFile(io.BytesIO(own_data.archive(person))) as archive:
        taken = "".join(archive.read(name).decode() for name in archive.namelist())
    missing = {fields[word] for word in fields if word not in CANARY.findall(taken)}
    assert missing == {field for field, rule in PERSONAL.items() if rule.download == "no"}

    deletion.ask(person)
    User.objects.filter(pk=person.pk).update(deletion_asked_at=timezone.now() - deletion.GRACE)
    with django_capture_on_commit_callbacks(execute=True):
        assert deletion.delete_due_accounts() == 1
    left = {fields[word]: places for word, places in everywhere(folder).items() if not only_told(places)}
    assert {field: left[field] for field in left if PERSONAL[field].end == "account"} == {}

    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with django_capture_on_commit_callbacks(execute=True):
        send_letters()
        bring_search_up_to_date()
        for job in sorted({job for _what, job, _name, _days in periods()}):
            resolve_name(job)()
    kept = {field for field, rule in PERSONAL.items() if rule.end == "kept"}
    left = {fields[word]: places for word, places in everywhere(folder).items()}
    assert left.keys() <= kept, {field: left[field] for field in left.keys() - kept}


def only_told(places):
    """Whether others were told, and nothing else is left."""
    return all(place.rpartition(".")[0] in TOLD_OF_OTHERS for place in places)
