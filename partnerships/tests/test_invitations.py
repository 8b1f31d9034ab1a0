"""Cities invite businesses: lists from files, letters with secret links, and what the invited answer."""

import csv
import io
import re
from datetime import timedelta
from zipfile import ZipFile

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import review
from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory, UserFactory
from cities.spreadsheets import MOST_BYTES, MOST_ROWS, CannotBeRead, read_table
from cities.tests.factories import CityFactory, MayorFactory
from partnerships.invitations import inviting
from partnerships.invitations.checking import check
from partnerships.invitations.columns import COLUMNS
from partnerships.invitations.models import BusinessInvitation, NotPossible
from partnerships.models import BusinessImport, BusinessProfile, Organisation, OrganisationMember
from partnerships.tasks import tidy_invitations
from partnerships.tests.factories import (
    BusinessInvitationFactory,
    BusinessProfileFactory,
    OrganisationMemberFactory,
)

pytestmark = pytest.mark.django_db

HERE = "/cities/ua/stryi/invitations/"
UKRAINIAN = "Назва;Електронна пошта;Код ЄДРПОУ\nГалицьке скло;a@glass.example;12345678\n"
LIST = """\
Name,Activity (NACE),Size,Founded,Registration number,E-mail to invite,Colour
Halychyna Glass,23.13,120,1999,1234567,iryna@glass.example,red
=Bakery(),C10,10-49,,,anna@bakery.example,
Halychyna Glass,23,,,,other@glass.example,
Old Mill,99x,huge,3000,,not-an-address,
Brewery,11,micro,,87654321,brew@beer.example,
ТОВ «Стрийський завод»,,,,,zavod@zavod.example,
Away already,,,,,gone@away.example,
Said no,,,,,no@no.example,
"""


@pytest.fixture
def stryi():
    return CityFactory(name="Stryi", slug="stryi")


@pytest.fixture
def mayor(client, stryi):
    one = MayorFactory(city=stryi, user=UserFactory())
    client.force_login(one.user)
    return one


def sheet(*rows):
    book, written = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


def send(client, content, name="list.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(HERE, {"file": SimpleUploadedFile(name, content)}, follow=True)


def text(answer):
    return answer.content.decode()


def verdicts():
    return [row.verdict.value for row in check(BusinessImport.objects.get())]


@pytest.mark.parametrize(
    "content",
    [
        UKRAINIAN.encode(),
        b"\xef\xbb\xbf" + UKRAINIAN.replace(";", ",").encode(),
        UKRAINIAN.replace(";", "\t").encode("utf-16"),
        UKRAINIAN.encode("cp1251"),
        sheet(["Name", "E-mail", "EDRPOU"], ["Галицьке скло", "a@glass.example", 12345678.0], [None]),
    ],
    ids=["utf-8", "bom and commas", "utf-16 and tabs", "windows-1251", "xlsx"],
)
def test_every_usual_kind_of_file_is_read(content):
    table = read_table(content)
    assert dict(COLUMNS.places(table.headings)) == {"name": 0, "email": 1, "registration_number": 2}
    assert table.rows == [(2, ["Галицьке скло", "a@glass.example", "12345678"])]


def with_an_entity(entity):
    """A spreadsheet one of whose cells is an entity, such as a file of the server."""
    book = openpyxl.Workbook()
    book.active.append(["Name", "E-mail"])
    book.active.append(["Glass", "a@b.example"])
    book.save(plain := io.BytesIO())
    changed = io.BytesIO()
    with ZipFile(plain) as archive, ZipFile(changed, "w") as made:
        for name in archive.namelist():
            part = archive.read(name)
            if b"Glass" in part:
                part = part[part.index(b"<worksheet") :].replace(b"Glass", b"&x;")
                part = b"<!DOCTYPE a [<!ENTITY x %b>]>" % entity + part
            made.writestr(name, part)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (with_an_entity(b'SYSTEM "file:///etc/passwd"'), "damaged"),
        (with_an_entity(b'"Glass"'), "damaged"),
        (b"x" * (MOST_BYTES + 1), "larger than 1 MB"),
        ("Name,E-mail\nZażółć Sp. z o.o.,a@b.example\n".encode("cp1250"), "Save it as XLSX"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"Name,E-mail\nA\x00B,a@b.example", "no text"),
        (b"Name,E-mail\n" + b"A,a@b.example\n" * (MOST_ROWS + 1), "more than 1,000 rows"),
        (b"Name,E-mail\nA, Ltd,a@b.example\n", "Row 2 has more cells"),
        (b"Name,E-mail\n", "no rows"),
        (b"Name,Town\nA,B\n", "missing: E-mail to invite"),
        (b"Name,Company,E-mail\nA,B,c@d.example\n", "there already"),
    ],
    ids=lambda value: value[:14] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why_and_keeps_nothing(client, mayor, content, said):
    assert said in text(send(client, content))
    assert not BusinessImport.objects.exists()


def test_the_empty_list_to_fill_in_is_read_again(client, mayor):
    for file_format in ("csv", "xlsx"):
        sent = client.get(f"/uk{HERE}?format={file_format}")
        with pytest.raises(CannotBeRead, match="немає рядків"):
            read_table(sent.content)
    filled = COLUMNS.template("csv").decode() + "Glass,,,,,,,,,,a@b.example,\n"
    assert len(COLUMNS.places(read_table(filled.encode()).headings)) == 12


def test_a_list_is_checked_row_by_row_and_nothing_happens(client, mayor, stryi):
    BusinessProfileFactory(organisation__name="Brewery of Lviv", organisation__registration_number="87654321")
    BusinessProfileFactory(organisation__name="Стрийський завод", organisation__city=stryi)
    BusinessProfileFactory(organisation__name="Old Mill", organisation__city=stryi, approved=False)
    BusinessInvitationFactory(city=stryi, name="Away already")
    BusinessInvitationFactory(city=stryi, name="Said no", state="declined")
    page = text(send(client, LIST))
    assert verdicts() == ["new", "new", "repeated", "error", "known", "similar", "invited", "declined"]
    assert "These columns are not used: Colour" in page
    for said in (
        "Select a valid choice. huge",
        "Enter a valid email",
        "No activity is called “99x”",
        "has not come yet",
    ):
        assert said in page
    assert "Invite 2 businesses" in page
    first = check(BusinessImport.objects.get())[0].data
    assert (first["activity"], first["size"], first["registration_number"]) == ("23.13", "medium", "01234567")
    assert BusinessInvitation.objects.count() == 2

    sent = client.get(f"{HERE}{BusinessImport.objects.get().pk}/?format=csv")
    left_out = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert [row["Name"] for row in left_out][:2] == ["Halychyna Glass", "Old Mill"]
    assert "Founded: This year has not come yet." in left_out[1]["Why not"]
    broken = LIST.replace("anna@bakery.example", "")
    send(client, broken)
    last = BusinessImport.objects.first()
    sent = client.get(f"{HERE}{last.pk}/?format=csv")
    assert "'=Bakery()" in b"".join(sent.streaming_content).decode()


def test_the_page_needs_as_many_queries_for_many_rows(client, mayor):
    def queries(rows):
        lines = [f"Business {'abcdefghijkl'[n]}{'x' * n * 3},{n}@b.example,{n}{n}" for n in range(rows)]
        address = send(client, "\n".join(["Name,E-mail,EDRPOU", *lines])).redirect_chain[-1][0]
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert f"Invite {rows} business" in text(client.get(address))
        return len(found)

    assert queries(1) == queries(12)


def test_confirming_twice_invites_once_and_the_worker_writes_one_letter_each(client, mayor, stryi):
    similar = BusinessProfileFactory(organisation__name="Стрийський завод", organisation__city=stryi)
    assert similar
    send(client, LIST)
    at_hand = BusinessImport.objects.get()
    for _twice in range(2):
        client.post(f"{HERE}{at_hand.pk}/", {"action": "invite", "also": ["7", "x", "99"]})
    names = ["Halychyna Glass", "=Bakery()", "Brewery", "ТОВ «Стрийський завод»", "Away already", "Said no"]
    assert list(BusinessInvitation.objects.order_by("id").values_list("name", flat=True)) == names
    assert not mail.outbox
    assert [inviting.send_waiting(), inviting.send_waiting()] == [6, 0]
    letter = mail.outbox[0]
    assert letter.to == ["iryna@glass.example"]
    assert (
        letter.subject == "Stryi запрошує Halychyna Glass на Портал мерів"
        or "Halychyna Glass" in letter.subject
    )
    links = re.findall(r"^http\S+/uk/invitations/\S+/$", letter.body, re.M)
    assert len(links) == 2
    assert len(set(links)) == 1
    assert "would like to see" in letter.body.partition("* * *")[2]
    kept = BusinessInvitation.objects.get(name="Halychyna Glass")
    assert links[0].split("/")[-2] not in str(vars(kept))
    assert kept.profile["founded"] == 1999
    assert AuditEntry.objects.get(action="businesses invited").details["count"] == 6
    assert "is invited already" in text(client.get(f"{HERE}{at_hand.pk}/"))


def test_a_city_cannot_flood_people(client, mayor, stryi, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_A_DAY", 5)
    send(client, LIST)
    answer = client.post(f"{HERE}{BusinessImport.objects.get().pk}/", {"action": "invite"}, follow=True)
    assert "5 businesses a day" in text(answer)
    assert not BusinessInvitation.objects.exists()


def change(client, action, invitation):
    return text(client.post(HERE, {"action": f"{action} {invitation.pk}"}, follow=True))


def opened():
    """The address in the last letter."""
    return re.search(r"http://[^/]+(/\S*invitations/\S+/)$", mail.outbox[-1].body, re.M).group(1)


def test_an_address_is_erased_30_days_after_the_end(client, mayor, stryi):
    made = {}
    for days in (29, 31):
        then = timezone.now() - timedelta(days=days)
        for state in ("declined", "accepted", "withdrawn"):
            made[state, days] = BusinessInvitationFactory(
                city=stryi, state=state, answered_at=then, expires_at=timezone.now()
            )
        made["sent", days] = BusinessInvitationFactory(
            city=stryi, expires_at=then, sent_at=then - timedelta(days=30), letters=1
        )
    made["open", 0] = BusinessInvitationFactory(city=stryi)
    tidy_invitations()
    for one in made.values():
        one.refresh_from_db()
    assert {key for key, one in made.items() if not one.email} == {key for key in made if key[1] == 31}
    assert {key: one.can_be_sent_again for key, one in made.items() if key[0] == "sent"} == {
        ("sent", 29): True,
        ("sent", 31): False,
    }
    assert client.get(HERE).status_code == 200


def test_a_letter_goes_out_again_once_a_day_and_a_new_link_ends_the_old_one(client, mayor, stryi):
    invitation = BusinessInvitationFactory(city=stryi)
    others = BusinessInvitationFactory()
    inviting.send_waiting()
    first = opened() if mail.outbox[-1].to else ""
    assert "one letter a day" in change(client, "again", invitation)
    assert client.post(HERE, {"action": f"withdraw {others.pk}"}).status_code == 404
    long_ago = timezone.now() - timedelta(days=31)
    BusinessInvitation.objects.update(sent_at=long_ago, expires_at=timezone.now() - timedelta(days=1))
    inviting.tidy()
    invitation.refresh_from_db()
    assert invitation.state == "expired"
    assert client.get(first).status_code == 410
    assert "on its way" in change(client, "again", invitation)
    assert inviting.send_waiting() == 1
    assert client.get(first).status_code in (404, 410)
    assert client.get(opened()).status_code == 200
    assert "Withdrawn" in change(client, "withdraw", invitation)
    gone = client.get(opened())
    assert (gone.status_code, "відкликало" in text(gone)) == (410, True)


ANSWER = {
    "full_name": "Iryna Shevchuk",
    "function": "director",
    "name": "Halychyna Glass",
    "registration_number": "12345678",
    "activity": "23",
    "founded": "1999",
    "summary_en": "Safety glass.",
    "website": "glass.example",
    "may_speak": "on",
    "action": "accept",
}


@pytest.fixture
def link(stryi):
    BusinessInvitationFactory(city=stryi, name="Halychyna Glas", profile={"activity": "23", "website": ""})
    inviting.send_waiting()
    return opened().removeprefix("/uk")


def test_whoever_has_the_link_and_a_confirmed_address_applies_by_it(client, link, stryi):
    page = text(client.get(link))
    assert "Halychyna Glas" in page
    assert "/accounts/signup/?next=" in page
    assert client.post(link, ANSWER).status_code == 302
    client.force_login(UserFactory(verified=False))
    assert "Confirm your e-mail address first" in text(client.get(link))
    client.post(link, ANSWER)
    assert not OrganisationMember.objects.exists()

    person = UserFactory()
    client.force_login(person)
    assert "Answer the invitation of Stryi" not in text(client.get("/desk/"))
    typed = text(client.post(link, {**ANSWER, "full_name": "", "summary_en": "Kept."}))
    assert "This field is required" in typed
    assert "Kept." in typed
    answer = client.post(link, ANSWER, follow=True)
    mine = OrganisationMember.objects.get()
    assert answer.redirect_chain[-1][0] == mine.get_absolute_url()
    assert (mine.user, mine.state, mine.official_email) == (person, "submitted", "director@glass.example")
    assert (mine.organisation.name, mine.organisation.city) == ("Halychyna Glass", stryi)
    assert BusinessProfile.objects.get().summary_en == "Safety glass."
    assert client.get(mine.organisation.get_absolute_url()).status_code == 404
    assert client.post(link, ANSWER).status_code == 410
    assert "Invited by the city of Stryi" in review.signs(mine)[0].text
    approver = StaffFactory(is_superuser=True)
    client.force_login(approver)
    page = text(client.get(f"/admin/partnerships/organisationmember/{mine.pk}/change/"))
    assert "Invited by the city of Stryi" in page
    mine.approve(by=approver)
    assert client.get(mine.organisation.get_absolute_url()).status_code == 200


def test_after_signing_up_the_desk_leads_back_to_the_link(client, link):
    client.get(link)
    kept = client.session["invitation"]
    client.force_login(UserFactory())
    session = client.session
    session["invitation"] = kept  # signing in keeps it, force_login does not
    session.save()
    assert link in text(client.get("/desk/"))
    BusinessInvitation.objects.update(state="withdrawn")
    assert link not in text(client.get("/desk/"))


def test_a_business_that_is_known_is_joined_and_stays_as_it_is(client, link, stryi):
    known = OrganisationMemberFactory(
        organisation__city=stryi, organisation__name="Glass", organisation__registration_number="12345678"
    )
    client.force_login(UserFactory())
    client.post(link, ANSWER)
    assert Organisation.objects.get().name == "Glass"
    assert OrganisationMember.objects.exclude(pk=known.pk).get().state == "submitted"


def test_one_who_declines_is_left_in_peace(client, link, stryi, mayor):
    client.logout()
    assert "You have declined" in text(client.post(link, {"action": "decline"}, follow=True))
    client.force_login(mayor.user)
    send(client, "Name,E-mail\nHalychyna Glas,director@glass.example\n")
    assert verdicts() == ["declined"]
    with pytest.raises(NotPossible):
        BusinessInvitation.objects.get().send_again(by=mayor.user)


def test_administrators_invite_for_any_city(admin_client, stryi):
    assert HERE in text(admin_client.get("/desk/invitations/?q=Stryi"))
    send(admin_client, LIST)
    assert BusinessImport.objects.exists()
    BusinessInvitationFactory(city=stryi, name="Halychyna Glass")
    page = text(admin_client.get("/admin/partnerships/businessinvitation/"))
    assert "Halychyna Glass" in page
