"""What organisations declare of their owners and ties, who sees it, and how it is checked."""

import csv
import io
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import deletion, own_data
from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory, UserFactory
from partnerships.businesses import directory
from partnerships.integrity.checklist import ReviewedMeanwhile, review
from partnerships.integrity.declarations import Standing, public_standing, sign
from partnerships.integrity.demo import add_declarations
from partnerships.integrity.models import VALID, Question
from partnerships.models import BeneficialOwner, IntegrityDeclaration, IntegrityReview
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    OrganisationFactory,
    OrganisationMemberFactory,
)

pytestmark = pytest.mark.django_db

OWNER = "Zoriana Secretivna"
TYPED = {
    "owner-TOTAL_FORMS": "2",
    "owner-INITIAL_FORMS": "0",
    "owner-0-name": OWNER,
    "owner-0-country": "UA",
    "owner-0-interest": "shareholding",
    "owner-0-share": "60.5",
    "owner-0-is_exposed": "on",
    "no_owners": "",
    "no_owners_note": "",
    **dict.fromkeys(Question.values, "no"),
    "conflicts": "yes",
    "conflicts_text": "The director's brother is a councillor.",
    "is_true": "on",
    "seen": "",
    "action": "sign",
}
ANSWERS = dict.fromkeys(Question.values, "")
NOTHING_OWNED = {"owners": [], "no_owners": "public-body", "no_owners_note": "", "answers": ANSWERS}
DONE = dict.fromkeys(IntegrityReview.Item.values, ("done", ""))
ADMIN = "/admin/partnerships/organisationmember/"


@pytest.fixture
def glass():
    return BusinessProfileFactory(organisation__name="Glass", organisation__slug="glass").organisation


@pytest.fixture
def director(client, glass):
    one = OrganisationMemberFactory(organisation=glass, user__name="Iryna")
    client.force_login(one.user)
    return one


@pytest.fixture
def approver():
    return StaffFactory(name="Approver", groups=[Group.objects.get(name="Approvers")])


def declare(member, content=NOTHING_OWNED, **more):
    latest = member.organisation.integrity_declarations.first()
    return sign(
        member.organisation,
        content,
        by=member.user,
        as_member=member.is_approved,
        **{"seen": latest.pk if latest else None, **more},
    )


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def standing(organisation):
    """What its page says, and under which choice the directory lists it."""
    listed = directory.current()
    [row] = listed.rows_of([organisation.pk]).tolist()
    return public_standing(organisation).standing, *listed.declaration.codes_of(row)


def test_a_member_declares_and_the_public_reads_no_more_than_that(client, glass, director, approver):
    page = text(client.post("/businesses/glass/integrity/", TYPED, follow=True))
    assert "Signed." in page
    assert OWNER in page
    declaration = IntegrityDeclaration.objects.get()
    assert (declaration.signed_by, declaration.as_member) == (director.user, True)
    owner = declaration.owners.get()
    assert (owner.country, owner.share, owner.is_exposed) == ("UA", Decimal("60.5"), True)
    assert declaration.answers == {**ANSWERS, "conflicts": TYPED["conflicts_text"]}
    assert [entry.action for entry in AuditEntry.of(glass)] == ["integrity signed"]
    assert OWNER not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    client.logout()
    public = text(client.get("/businesses/glass/"))
    assert "not yet checked by the portal" in public
    review(declaration, DONE, by=approver, seen=None)
    public = text(client.get("/businesses/glass/"))
    assert "checked by the portal on" in public
    for secret in (OWNER, "councillor", "60.5"):
        assert secret not in public


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"owner-0-share": ""}, "Say how many per cent."),
        ({"owner-0-name": ""}, "This field is required."),
        ({"owner-0-share": "101"}, "less than or equal to 100"),
        ({"owner-0-share": "-1"}, "greater than or equal to 0.01"),
        ({"owner-0-country": "QQ"}, "Select a valid choice"),
        (
            {
                f"owner-1-{name}": TYPED[f"owner-0-{name}"]
                for name in ("name", "country", "interest", "share")
            },
            "more than 100",
        ),
        ({"no_owners": "none"}, "Owners are named above"),
        ({name: "" for name in TYPED if name.startswith("owner-0-")}, "why none"),
        ({"sanctions": "yes"}, "Explain your answer."),
        ({"sanctions_text": "Perhaps."}, "You answered no."),
        ({"taxes": ""}, "This field is required."),
        ({"taxes": "maybe"}, "Select a valid choice"),
        ({"is_true": ""}, "This field is required."),
        ({"conflicts_text": "x" * 2001}, "at most 2000 characters"),
        ({"owner-0-name": "a\x00b"}, "Null characters"),
        ({"owner-TOTAL_FORMS": "9999"}, "at most 20"),
        ({"owner-TOTAL_FORMS": "none"}, "ManagementForm"),
    ],
)
def test_bad_input_is_explained_shown_again_and_not_signed(client, director, changes, error):
    page = text(client.post("/businesses/glass/integrity/", {**TYPED, **changes}))
    assert error in page
    if "conflicts_text" not in changes:
        assert "brother is a councillor" in page
    assert not IntegrityDeclaration.objects.exists()


def test_rows_are_added_without_losing_what_was_typed(client, director):
    page = text(client.post("/businesses/glass/integrity/", {**TYPED, "is_true": "", "action": "add"}))
    assert 'name="owner-3-name"' in page
    assert f'value="{OWNER}"' in page
    assert 'value="60.5"' in page
    assert '<option value="UA" selected>' in page
    assert "brother is a councillor" in page
    assert "errorlist" not in page


def test_who_is_late_sees_what_the_other_signed(client, glass, director):
    colleague = OrganisationMemberFactory(organisation=glass, user__name="Faster Colleague")
    declare(colleague)
    page = text(client.post("/businesses/glass/integrity/", TYPED))
    assert "Faster Colleague signed another declaration" in page
    assert OWNER in page
    assert IntegrityDeclaration.objects.count() == 1
    seen = IntegrityDeclaration.objects.get().pk
    for _twice in range(2):  # the second is the same form sent again
        text(client.post("/businesses/glass/integrity/", {**TYPED, "seen": seen}, follow=True))
    assert IntegrityDeclaration.objects.count() == 2


def test_applicants_declare_but_see_nothing_of_others_and_do_not_speak_for_it(client, glass, director):
    text(client.post("/businesses/glass/integrity/", TYPED, follow=True))
    stranger = OrganisationMemberFactory(organisation=glass, state="submitted")
    client.force_login(stranger.user)
    mine = f"/memberships/business/{stranger.pk}/integrity/"
    assert f'href="{mine}"' in text(client.get(f"/memberships/business/{stranger.pk}/"))
    text(client.get("/businesses/glass/integrity/"), 404)
    page = text(client.get(mine))
    assert OWNER not in page
    assert "Iryna" not in page
    text(client.post(mine, {**TYPED, "owner-0-name": "Stranger Owner"}, follow=True))
    theirs = IntegrityDeclaration.objects.first()
    assert not theirs.as_member
    current = IntegrityDeclaration.objects.current()
    assert current.get().signed_by == director.user
    client.force_login(director.user)
    assert "Stranger Owner" not in text(client.get("/businesses/glass/integrity/"))
    stranger.approve(by=StaffFactory())
    assert current.get() == theirs
    for state in ("rejected", "suspended", "withdrawn"):
        type(stranger).objects.filter(pk=stranger.pk).update(state=state)
        client.force_login(stranger.user)
        text(client.get(mine), 404)
    client.force_login(UserFactory())
    text(client.get(mine), 404)


def test_a_financial_partner_declares_at_its_own_address(client):
    bank = OrganisationMemberFactory(organisation__kind="financial-partner", organisation__slug="bank")
    client.force_login(bank.user)
    assert "Signed." in text(client.post("/financial-partners/bank/integrity/", TYPED, follow=True))
    text(client.get("/businesses/bank/integrity/"), 404)
    assert "/financial-partners/bank/integrity/" in text(client.get("/desk/"))


def test_what_was_declared_or_reviewed_is_never_changed(director, approver):
    with_owner = {
        **NOTHING_OWNED,
        "owners": [
            {"name": "A", "country": "UA", "interest": "shareholding", "share": 100, "is_exposed": False}
        ],
    }
    declaration = declare(director, with_owner)
    kept = review(declaration, DONE, by=approver, seen=None)
    for row in (declaration, kept, BeneficialOwner.objects.get()):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            row.save()


def test_how_it_stands_on_its_page_and_in_the_directory(glass, director, approver):
    assert standing(glass) == (Standing.NONE, "none")
    today = timezone.now()
    last_day = declare(director, signed_at=today - VALID)
    assert standing(glass) == (Standing.GIVEN, "given")
    first = review(last_day, {**DONE, "owners": ("", "")}, by=approver, seen=None)
    assert standing(glass) == (Standing.GIVEN, "given")
    second = review(last_day, DONE, by=approver, seen=first.pk)
    assert standing(glass) == (Standing.CHECKED, "checked")
    review(last_day, {**DONE, "owners": ("problem", "Another owner.")}, by=approver, seen=second.pk)
    assert standing(glass) == (Standing.IN_QUESTION, "given")
    old = declare(director, signed_at=today - VALID - timedelta(days=1))
    review(old, DONE, by=approver, seen=None)
    assert standing(glass) == (Standing.OUT_OF_DATE, "none")
    declare(director)
    assert standing(glass) == (Standing.GIVEN, "given")  # the check begins anew


def test_directories_filter_by_declarations(client, glass, director, approver):
    review(declare(director), DONE, by=approver, seen=None)
    bank = FinancialPartnerProfileFactory(organisation__name="Bank").organisation
    declare(bank.members.get())
    for home, query, found in [
        ("/businesses/", "declaration=checked", "Glass"),
        ("/businesses/", "declaration=given&declaration=none", None),
        ("/financial-partners/", "declaration=given", "Bank"),
        ("/financial-partners/", "declaration=checked", None),
    ]:
        sent = client.get(f"{home}?{query}&format=csv")
        rows = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
        assert [row["name"] for row in rows] == ([found] if found else []), (home, query)
    assert "Checked by the portal" in text(client.get("/businesses/"))


def test_the_list_for_the_public_says_whether_and_no_more(client, director, approver):
    declare(director, {**NOTHING_OWNED, "answers": {**ANSWERS, "conflicts": "A brother."}})
    quiet = OrganisationMemberFactory(organisation__name="Quiet")
    review(declare(quiet), DONE, by=approver, seen=None)
    declare(OrganisationMemberFactory(state="submitted"))
    rows = list(IntegrityDeclaration.objects.public_conflicts())
    shown = [(one["organisation__name"], one["has_conflicts"], one["outcome"]) for one in rows]
    assert shown == [("Quiet", False, "checked"), ("Glass", True, None)]
    assert "brother" not in str(rows)
    file = b"".join(client.get("/transparency/organisations.csv")).decode("utf-8-sig")
    _headings, first, second = file.splitlines()
    assert first.startswith("Glass,a conflict of interest is declared,")
    assert second.startswith("Quiet,no conflict of interest,")
    assert "brother" not in file


def marks(**changes):
    return {**dict.fromkeys(IntegrityReview.Item.values, "done"), **changes}


def test_a_reviewer_reads_compares_and_checks(client, glass, director, approver):
    text(client.post("/businesses/glass/integrity/", TYPED, follow=True))
    seen = IntegrityDeclaration.objects.get().pk
    renewed = {**TYPED, "seen": seen, "owner-0-share": "70", "sanctions": "yes", "sanctions_text": "List X."}
    text(client.post("/businesses/glass/integrity/", renewed, follow=True))
    declaration = IntegrityDeclaration.objects.first()
    client.force_login(approver)
    queue = text(client.get(f"{ADMIN}integrity/"))
    page_of = f"{ADMIN}integrity/{glass.pk}/"
    assert page_of in queue
    assert "1 integrity declaration to check" in text(client.get("/desk/"))
    for address in (page_of, f"{ADMIN}{director.pk}/change/"):
        page = text(client.get(address))
        for fact in (OWNER, "shareholding 70%", "shareholding 60.5%", "yes: List X.", "politically exposed"):
            assert fact in page
    post_to = f"{page_of}?declaration={declaration.pk}"
    sent = {"seen": "", "next": f"{ADMIN}{director.pk}/change/"}
    page = text(client.post(post_to, {**sent, **marks(owners="problem")}))
    assert "Write what the problem is." in page
    assert not IntegrityReview.objects.exists()
    answer = client.post(post_to, {**sent, **marks(owners="problem", owners_note="One is missing.")})
    assert answer["Location"] == sent["next"]
    first = IntegrityReview.objects.get()
    assert (first.outcome, first.by) == ("problem", approver)
    other = StaffFactory(name="Second Approver", groups=approver.groups.all())
    client.force_login(other)
    assert "not saved" in text(client.post(post_to, {**sent, **marks()}))
    evil = {"seen": first.pk, "next": "https://evil.example/"}
    answer = client.post(post_to, {**evil, **marks(owners_note="Found after all.")})
    assert answer["Location"] == post_to
    last = IntegrityReview.objects.first()
    assert last.outcome == "checked"
    assert (last.items["owners"]["by"], last.items["sanctions"]["by"]) == (other.pk, approver.pk)
    logged = AuditEntry.of(glass).filter(action="integrity reviewed")
    assert [entry.details["outcome"] for entry in logged] == ["checked", "problem"]
    assert page_of not in text(client.get(f"{ADMIN}integrity/"))
    OrganisationMemberFactory(organisation=glass, user=other)
    page = text(client.post(post_to, {"seen": last.pk, **marks(owners="", owners_note="")}))
    assert "somebody else has to check it" in page
    assert IntegrityReview.objects.count() == 2
    for wrong in (f"{page_of}?declaration=0", f"{ADMIN}integrity/0/"):
        text(client.get(wrong), 404)


def test_the_pages_of_reviewers_take_the_same_queries_for_more(client, approver, director):
    client.force_login(approver)

    def queries(address):
        with CaptureQueriesContext(connection) as context:
            text(client.get(address))
        return len(context)

    def more():
        for _each in range(3):
            declare(OrganisationMemberFactory(organisation=OrganisationFactory(name="Alike Ltd")))
            last = declare(director, {**NOTHING_OWNED, "no_owners_note": "Again."})
            review(last, DONE, by=approver, seen=None)

    more()
    addresses = [f"{ADMIN}integrity/", f"{ADMIN}integrity/{director.organisation_id}/"]
    few = [queries(address) and queries(address) for address in addresses]
    more()
    assert [queries(address) for address in addresses] == few


def test_two_reviewers_at_once(director, approver):
    declaration = declare(director)
    review(declaration, DONE, by=approver, seen=None)
    with pytest.raises(ReviewedMeanwhile):
        review(declaration, DONE, by=StaffFactory(), seen=None)


def test_own_data_have_what_was_signed_and_only_that(director, approver):
    declare(director, {**NOTHING_OWNED, "no_owners_note": "City of Lviv."})
    review(declare(OrganisationMemberFactory()), DONE, by=approver, seen=None)
    mine = own_data.collect(director.user)
    [signed] = mine["integrity declarations"]
    assert (signed["for"], signed["no_owners_note"]) == ("Glass", "City of Lviv.")
    assert len(own_data.collect(approver)["integrity reviews"]) == 1
    assert mine["integrity reviews"] == []


def test_what_nobody_answers_for_goes_with_the_account(glass, director):
    """The factory's member of the business stays: what a member signed is the business's."""
    alone = OrganisationMemberFactory()
    applicant = OrganisationMemberFactory(organisation=glass, user=alone.user, state="submitted")
    kept, gone, tried = declare(director), declare(alone), declare(applicant, seen=None)
    for person in (director.user, alone.user):
        with transaction.atomic():
            deletion.delete(person)
    assert [one.pk for one in IntegrityDeclaration.objects.all()] == [kept.pk]
    assert gone.pk
    assert tried.pk
    assert kept.signed_by.pk == director.user.pk


def test_the_demonstration_shows_every_state_and_says_that_it_is_invented(approver):
    members = [OrganisationMemberFactory(user__email=f"business{n}@demo.example") for n in range(8)]
    OrganisationMemberFactory()
    assert add_declarations(approver) == 7
    states = Counter(public_standing(one.organisation).standing for one in members)
    assert states == {Standing.NONE: 1, Standing.OUT_OF_DATE: 1, Standing.GIVEN: 2, Standing.CHECKED: 4}
    names = list(BeneficialOwner.objects.values_list("name", flat=True))
    assert len(names) > 7
    assert all("Demonstration" in name for name in names)
    add_declarations(approver)
    assert IntegrityDeclaration.objects.count() <= 8  # no second one for anybody
