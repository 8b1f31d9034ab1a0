"""Reviewing applications in the administration."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.membership import OF_REVIEWERS
from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.files import picture, upload
from cities.models import Mayor
from cities.tests.factories import CityFactory, CityProfileFactory, MayorFactory

pytestmark = pytest.mark.django_db

QUEUE = "/admin/cities/mayor/"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path


@pytest.fixture
def approver(client):
    person = StaffFactory(name="Approver", groups=[Group.objects.get(name="Approvers")])
    client.force_login(person)
    return person


def page_of(membership):
    return f"{QUEUE}{membership.pk}/change/"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_queue_shows_what_waits_oldest_first(client, approver):
    second, first = (MayorFactory(state="submitted", full_name=name) for name in ("Second", "First"))
    Mayor.objects.filter(pk=first.pk).update(applied_at="2020-01-01T00:00Z")
    MayorFactory(state="approved", full_name="Not waiting")
    page = text(client.get(QUEUE))
    assert page.index("First") < page.index("Second")
    assert "Not waiting" not in page
    assert "Not waiting" in text(client.get(QUEUE + "?state=all"))
    assert "Not waiting" in text(client.get(QUEUE + "?state=approved"))
    assert second.applied_at


def test_the_home_page_counts_what_waits(client, approver):
    MayorFactory.create_batch(3, state="submitted")
    page = text(client.get("/admin/"))
    assert "Mayors: <strong>3</strong>" in page
    assert "Users" not in page


def test_the_number_of_queries_does_not_grow(client, approver):
    def queries():
        with CaptureQueriesContext(connection) as context:
            text(client.get(QUEUE))
        return len(context)

    MayorFactory.create_batch(2, state="submitted")
    queries()  # the first one looks up the rights
    few = queries()
    MayorFactory.create_batch(10, state="submitted")
    assert queries() == few


def test_one_page_holds_what_is_needed(client, approver):
    city = CityFactory(name="Stryi")
    CityProfileFactory(city=city, website="https://www.stryi.example/")
    MayorFactory(city=city, full_name="Old Colleague", official_email="old@stryi.example")
    one = MayorFactory(
        city=city,
        state="draft",
        full_name="New Person",
        function="Deputy",
        official_email="new@mail.stryi.example",
        evidence=upload(),
        evidence_type="application/pdf",
        evidence_name="letter.pdf",
    )
    MayorFactory(full_name="new person", user__email="twin@example.org")
    one.submit()
    page = text(client.get(page_of(one)))
    for fact in (
        "New Person", "Deputy", "new@mail.stryi.example", one.user.email, "Old Colleague", "letter.pdf",
        "The official e-mail belongs to the website stryi.example.",
        "Old Colleague, approved already, has an e-mail at the same domain.",
        "Nobody has proved yet to read the official e-mail.",
        "Possibly the same person under another account: twin@example.org",
        "submitted",
        f"{QUEUE}{one.pk}/preview/",
    ):  # fmt: skip
        assert fact in page


@pytest.mark.parametrize(
    ("email", "website", "sign"),
    [
        ("a@gmail.com", "https://stryi.example", "at a free mail service: gmail.com"),
        ("a@other.example", "https://stryi.example", "does not belong to the website stryi.example"),
        ("a@notstryi.example", "https://stryi.example", "does not belong to the website stryi.example"),
        ("a@stryi.example", "", "No website is known"),
        ("", "https://stryi.example", "There is no official e-mail."),
    ],
)
def test_signs_compare_the_address_with_the_website(client, approver, email, website, sign):
    one = MayorFactory(state="submitted", official_email=email)
    CityProfileFactory(city=one.city, website=website)
    assert sign in text(client.get(page_of(one)))


def test_a_proved_address_speaks_for_the_applicant(client, approver):
    user = UserFactory()
    one = MayorFactory(state="submitted", user=user, official_email=user.email.upper())
    assert "has proved to read the official e-mail" in text(client.get(page_of(one)))


@pytest.mark.parametrize("code", OF_REVIEWERS)
def test_each_decision_is_made_told_and_logged(client, approver, code):
    before = {"suspend": "approved", "reinstate": "suspended"}.get(code, "submitted")
    one = MayorFactory(state=before)
    answer = client.post(page_of(one), {"decision": code, "note": "The seal is missing."}, follow=True)
    assert answer.redirect_chain == [(QUEUE, 302)]
    one.refresh_from_db()
    assert one.decided_by == approver
    assert AuditEntry.of(one).get().actor == approver
    [letter] = mail.outbox
    assert "The seal is missing." in letter.body


def test_a_rejection_without_a_reason_is_not_done(client, approver):
    one = MayorFactory(state="submitted")
    assert "Write the reason" in text(client.post(page_of(one), {"decision": "reject", "note": " "}))
    one.refresh_from_db()
    assert one.state == "submitted"


def test_who_is_late_reads_who_decided(client, approver):
    one = MayorFactory(state="submitted")
    one.approve(by=UserFactory(name="Faster Colleague"))
    page = text(client.post(page_of(one), {"decision": "reject", "note": "No."}))
    assert "Already decided by Faster Colleague" in page
    one.refresh_from_db()
    assert one.state == "approved"


@pytest.mark.parametrize("typed", [{}, {"decision": "submit"}, {"decision": "approve", "note": "x" * 3000}])
def test_nonsense_decides_nothing(client, approver, typed):
    one = MayorFactory(state="submitted")
    text(client.post(page_of(one), typed))
    one.refresh_from_db()
    assert one.state == "submitted"


def test_many_are_decided_at_once_with_a_letter_each(client, approver):
    waiting = MayorFactory.create_batch(3, state="submitted")
    chosen = {"action": "bulk_reject", "_selected_action": [one.pk for one in waiting]}
    page = text(client.post(QUEUE, chosen))
    assert "The reason, for all of them" in page
    assert not Mayor.objects.filter(state="rejected").exists()
    waiting[0].withdraw()
    page = text(client.post(QUEUE, {**chosen, "decision": "reject", "note": "Not your city."}, follow=True))
    assert "2 applications: rejected." in page
    assert "the application is withdrawn" in page
    assert len(mail.outbox) == 2


def test_evidence_is_given_to_reviewers_as_a_file_in_which_nothing_runs(client, approver):
    content = picture("PDF")  # made once: it holds the second it was made in
    one = MayorFactory(state="submitted", evidence=upload(content=content), evidence_type="application/pdf")
    answer = client.get(f"{QUEUE}{one.pk}/evidence/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == content
    drawn = client.get(f"{QUEUE}{one.pk}/preview/")
    assert drawn["Content-Type"] == "image/png"
    assert drawn["Content-Security-Policy"].startswith("sandbox")
    assert [entry.action for entry in AuditEntry.of(one)] == ["evidence opened"]


@pytest.mark.parametrize("page", ["evidence", "preview"])
def test_evidence_is_given_to_nobody_else(client, page):
    one = MayorFactory(state="submitted", evidence=upload(), evidence_type="application/pdf")
    address = f"{QUEUE}{one.pk}/{page}/"
    for person in (one.user, MayorFactory(city=one.city).user, StaffFactory()):
        client.force_login(person)
        assert client.get(address, follow=True).status_code in (403, 404)


def test_the_audit_log_is_filtered_by_what_was_done_in_words(client, approver):
    mine = MayorFactory(state="submitted")
    mine.approve(by=approver)
    page = client.get("/uk/admin/accounts/auditentry/").content.decode()
    assert '<a href="?action=approve">схвалено</a>' in page
    assert "reject" not in page  # never done
    rows = lambda code: client.get(f"/admin/accounts/auditentry/?action={code}").content.decode()  # noqa: E731
    assert str(mine) in rows("approve")
    assert str(mine) not in rows("reject")


def test_an_approver_touches_no_users_groups_or_rights(client, approver):
    for address in ("accounts/user/", "auth/group/", f"accounts/user/{approver.pk}/change/"):
        assert client.get(f"/admin/{address}").status_code == 403
    one = MayorFactory(state="submitted")
    client.post(page_of(one), {"decision": "approve", "user": approver.pk, "is_superuser": "on"})
    one.refresh_from_db()
    assert one.user != approver


def test_who_may_only_look_cannot_decide(client):
    person = StaffFactory(rights=["view_mayor"])
    client.force_login(person)
    one = MayorFactory(state="submitted")
    assert 'name="decision"' not in text(client.get(page_of(one)))
    assert client.post(page_of(one), {"decision": "approve"}).status_code == 403
    one.refresh_from_db()
    assert one.state == "submitted"


def test_staff_without_a_second_factor_are_sent_to_set_it_up(client):
    client.force_login(StaffFactory(second_factor=False, is_superuser=True))
    for address in ("/admin/", QUEUE, "/uk/admin/accounts/user/"):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0].endswith("/accounts/2fa/")
    one = MayorFactory(state="submitted")
    client.post(page_of(one), {"decision": "approve"})
    one.refresh_from_db()
    assert one.state == "submitted"
