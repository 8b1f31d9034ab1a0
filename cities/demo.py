"""Demonstration members: real cities with invented profiles, marked as such on every page.

Their texts are in data/demo_cities.json; data/twinnings.csv has some of the real ties of these cities.
"""

import io
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts import approvers, evidence
from accounts.models import AuditEntry, User

from .importers.twinnings import import_twinnings
from .models import City, CityProfile, DemonstrationPart, Mayor, TopicStatement
from .signals import demonstration_loading, profiles_changed

DATA = Path(__file__).resolve().parent / "data"
DOMAIN = "demo.example"  # .example is reserved: no mail can reach anybody
SECOND_FACTOR = "MAYORSPORTALDEMOXXMAYORSPORTALDE"  # base32; as public as the passwords


class SignIn(NamedTuple):
    """How to look at the portal with the eyes of a role."""

    role: str
    email: str
    password: str


DEMO_SIGN_INS = [
    SignIn("admin", f"admin@{DOMAIN}", "demo-admin-2026"),
    SignIn("approver", f"approver@{DOMAIN}", "demo-approver-2026"),
    SignIn("mayor of Lviv", f"mayor.lviv@{DOMAIN}", "demo-mayor-2026"),
    SignIn("mayor of Baranivka", f"mayor.baranivka@{DOMAIN}", "demo-mayor-2026"),
    SignIn("mayor of Wrocław", f"mayor.wroclaw@{DOMAIN}", "demo-mayor-2026"),
    SignIn("business in Lviv", f"business.lviv@{DOMAIN}", "demo-business-2026"),
    SignIn("financial partner in Kyiv", f"finance.kyiv@{DOMAIN}", "demo-finance-2026"),
    SignIn("applicant", f"applicant@{DOMAIN}", "demo-applicant-2026"),
]
APPLICATIONS = [  # slug in Ukraine, who, function, official e-mail
    ("stryi", "applicant", "deputy mayor", f"office@stryi.{DOMAIN}"),
    ("kolomyia", "second.applicant", "head of international relations", "second.applicant@gmail.com"),
]


class Outcome(NamedTuple):
    """What a load of demonstration data did: cities that became members, cities left alone, ties added."""

    added: int
    untouched: int
    twinnings: int


@transaction.atomic
def load(*, sign_ins: bool) -> Outcome:
    """Make the demonstration cities members, but for those that have a profile already.

    A profile that is there stays as it is, whoever wrote it. With `sign_ins` the people of DEMO_SIGN_INS
    can sign in; without it nobody can, for the passwords are public.
    """
    texts = {entry["id"]: entry for entry in read_cities()}
    cities = City.objects.filter(pk__in=texts)
    added = list(cities.filter(profile=None))
    approver = make_staff() if sign_ins else None
    passwords = demo_passwords(sign_ins=sign_ins)
    add_profiles(added, texts)
    add_mayors(added, passwords, approver)
    add_applications(passwords)
    if added:
        profiles_changed.send(sender=CityProfile)
    ties = import_twinnings((DATA / "twinnings.csv").read_text(encoding="utf-8"))
    demonstration_loading.send(sender=CityProfile, passwords=passwords, approver=approver)
    return Outcome(len(added), cities.count() - len(added), ties.added)


@transaction.atomic
def load_new_parts(*, sign_ins: bool) -> None:
    """After an upgrade: what apps above have lately for demonstration cities, where there are some.

    Cities and staff stay as they are; what was loaded once and deleted since does not come back.
    """
    if CityProfile.objects.filter(is_demonstration=True).exists():
        approver = User.objects.filter(email=DEMO_SIGN_INS[1].email).first()
        passwords = demo_passwords(sign_ins=sign_ins)
        demonstration_loading.send(sender=CityProfile, passwords=passwords, approver=approver)


def take_new_parts(names: Iterable[str]) -> list[str]:
    """Those of these parts that were never loaded; from now on they count as loaded."""
    loaded = set(DemonstrationPart.objects.values_list("name", flat=True))
    new = [name for name in names if name not in loaded]
    DemonstrationPart.objects.bulk_create(DemonstrationPart(name=name) for name in new)
    return new


def demo_passwords(*, sign_ins: bool) -> dict[str, str]:
    """The passwords by e-mail; none if nobody may sign in."""
    return {email: password for _role, email, password in DEMO_SIGN_INS} if sign_ins else {}


def read_cities() -> list[dict[str, Any]]:
    """The demonstration cities: id, summaries, goals, languages, and needs and offers by topic."""
    entries: list[dict[str, Any]] = json.loads((DATA / "demo_cities.json").read_text(encoding="utf-8"))
    return entries


def make_staff() -> User:
    """Make sure of the admin and the approver; return the approver."""
    admin, approver = DEMO_SIGN_INS[0], DEMO_SIGN_INS[1]
    if not User.objects.filter(email=admin.email).exists():
        User.objects.create_superuser(admin.email, admin.password, name="Demonstration admin")
    person = User.objects.filter(email=approver.email).first()
    if person is None:
        person = User.objects.create_user(
            approver.email, approver.password, name="Demonstration approver", is_staff=True
        )
        person.groups.add(Group.objects.get(name=approvers.NAME))
    verify([admin.email, approver.email])
    for staff in User.objects.filter(email__in=[admin.email, approver.email], authenticator=None):
        TOTP.activate(staff, SECOND_FACTOR)
    return person


def second_factor_code() -> str:
    """The code that the demonstration's staff are asked for at this moment: six digits, for half a minute."""
    counter = int(time.time()) // mfa_settings.TOTP_PERIOD
    return format_hotp_value(hotp_value(SECOND_FACTOR, counter))


def add_profiles(cities: list[City], texts: dict[int, dict[str, Any]]) -> None:
    """Write the profiles, needs and offers of these cities."""
    CityProfile.objects.bulk_create(
        CityProfile(
            city=city,
            is_demonstration=True,
            **{name: texts[city.pk][name] for name in ("summary_en", "summary_uk", "goals", "languages")},
        )
        for city in cities
    )
    TopicStatement.objects.bulk_create(
        (
            TopicStatement(
                city=city, topic_id=topic, kind=kind, note_en=note.get("en", ""), note_uk=note.get("uk", "")
            )
            for city in cities
            for kind, topics in (
                (TopicStatement.Kind.NEED, texts[city.pk]["needs"]),
                (TopicStatement.Kind.OFFER, texts[city.pk]["offers"]),
            )
            for topic, note in topics.items()
        ),
        ignore_conflicts=True,
    )


def add_mayors(cities: list[City], passwords: dict[str, str], approver: User | None) -> None:
    """Give each of these cities an approved mayor; who has a password can sign in with it."""
    people = {f"mayor.{city.slug}@{DOMAIN}": city for city in cities}
    User.objects.bulk_create(
        (
            User(
                email=email,
                name=f"Demonstration mayor of {city.name}",
                language="uk" if city.country_id == "UA" else "en",
                password=make_password(passwords.get(email)),
            )
            for email, city in people.items()
        ),
        ignore_conflicts=True,
    )
    verify([email for email in people if email in passwords])
    Mayor.objects.bulk_create(
        (
            Mayor(
                user=user,
                city=people[user.email],
                state=Mayor.State.APPROVED,
                function="mayor",
                full_name=user.name,
                public_name=user.name,
                decided_at=timezone.now(),
                decided_by=approver,
                is_demonstration=True,
            )
            for user in User.objects.filter(email__in=people)
        ),
        ignore_conflicts=True,
    )


def add_applications(passwords: dict[str, str]) -> None:
    """Let some people wait for a decision, so that there is something to review."""
    for slug, who, function, official in APPLICATIONS:
        city = City.objects.filter(country="UA", slug=slug, mayors=None).first()
        if city is None:
            continue
        name, email = f"Demonstration {who.replace('.', ' ')}", f"{who}@{DOMAIN}"
        user, _created = User.objects.get_or_create(
            email=email, defaults={"name": name, "password": make_password(passwords.get(email))}
        )
        application = Mayor(
            user=user,
            city=city,
            state=Mayor.State.SUBMITTED,
            full_name=name,
            function=function,
            official_email=official,
            evidence_type=evidence.PDF,
            evidence_name="demonstration.pdf",
            is_demonstration=True,
        )
        application.evidence.save("demonstration.pdf", ContentFile(appointment(name, city)))
        AuditEntry.note(user, "submit", application, before="draft", after="submitted", note="")
    verify([email for email in passwords if email.startswith("applicant")])


def appointment(name: str, city: City) -> bytes:
    """A letter of appointment that says that it is none: a PDF of one page."""
    page = Image.new("RGB", (620, 877), "white")
    lines = [
        "DEMONSTRATION",
        "",
        f"{name} works for the city of {city.name}.",
        "",
        "Invented for this demonstration.",
    ]
    ImageDraw.Draw(page).text((60, 80), "\n".join(lines), fill="black", font=ImageFont.load_default(22))
    written = io.BytesIO()
    page.save(written, "PDF")
    return written.getvalue()


def verify(emails: list[str]) -> None:
    """Mark addresses as confirmed, which allauth asks for before anybody signs in."""
    EmailAddress.objects.bulk_create(
        (
            EmailAddress(user=user, email=user.email, primary=True, verified=True)
            for user in User.objects.filter(email__in=emails, emailaddress=None)
        ),
        ignore_conflicts=True,
    )
