"""Letters that invite cities nobody speaks for: their words, their limits, and what comes of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import deletion, own_data
from accounts.models import AuditEntry
from accounts.notifications import sentence
from accounts.tests.factories import StaffFactory, UserFactory
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory
from partnerships.city_invitations import inviting
from partnerships.city_invitations.inviting import AlreadyWritten, invite
from partnerships.models import CityInvitation
from partnerships.tasks import tidy_invitations
from partnerships.tests.factories import BusinessProfileFactory, CityInvitationFactory, side_of

pytestmark = pytest.mark.django_db
ADDRESS = "office@gdansk.example"


@pytest.fixture
def lviv():
    return side_of(CityFactory(name="Lviv", name_uk="Львів", country=CountryFactory(code="UA")))


@pytest.fixture
def gdansk():
    return CityFactory(name="Gdańsk", name_uk="Гданськ", country=CountryFactory(code="PL"))


@pytest.fixture
def person(client, lviv):
    """Somebody who speaks for Lviv, signed in."""
    user = lviv.people()[0]
    client.force_login(user)
    return user


def letter(side, city, **fields):
    return invite(side, city, by=side.people()[0], language="en", **fields)


def said(side, **more):
    return {"sender": side.pk, "language": "en", "email": ADDRESS, "action": "send", **more}


def new(city):
    return reverse("city-invite", args=[city.pk])


def test_a_member_sees_the_letter_and_sends_it(client, person, lviv, gdansk):
    assertContains(client.get(reverse("interest-new", args=["city", gdansk.pk])), new(gdansk))
    page = client.get(new(gdansk))
    assertContains(page, "Lviv invites Gdańsk")
    assertContains(page, "Львів запрошує")
    assertContains(page, "km lie between them")
    assert not CityInvitation.objects.exists()
    answer = client.post(new(gdansk), said(lviv))
    made = CityInvitation.objects.get()
    assertRedirects(answer, made.get_absolute_url())
    assert (made.state, made.email, made.by) == ("sent", ADDRESS, person)
    assert made.reasons["en"]
    assert len(made.reasons["uk"]) == len(made.reasons["en"])
    [sent] = mail.outbox
    assert sent.to == [ADDRESS]
    for part in [
        *made.reasons["en"],
        *made.reasons["uk"],
        f"/invited/{made.code}/",
        f"/uk/invited/{made.code}/",
    ]:
        assert part in sent.body
    assert AuditEntry.objects.get(action="city invited").actor == person


def test_a_printed_letter_says_the_same_and_is_of_the_side_alone(client, person, lviv, gdansk):
    client.post(new(gdansk), said(lviv, action="print", email=""))
    made = CityInvitation.objects.get()
    assert (made.state, made.email, mail.outbox) == ("printed", "", [])
    assertContains(client.get(made.get_absolute_url()), f"/invited/{made.code}/")
    client.force_login(MayorFactory().user)
    assert client.get(made.get_absolute_url()).status_code == 404


def test_what_was_typed_stays_and_the_reason_is_told(client, person, lviv, gdansk):
    assertContains(client.post(new(gdansk), said(lviv, email="")), "or print it")
    assertContains(client.post(new(gdansk), said(lviv, email="office at gdansk")), 'value="office at gdansk"')
    page = client.post(new(gdansk), said(lviv, action="preview", language="uk")).content.decode()
    assert page.index("Львів запрошує") < page.index("Lviv invites")
    assert not CityInvitation.objects.exists()


def test_a_business_invites_without_reasons(lviv, gdansk):
    made = letter(side_of(BusinessProfileFactory().organisation), gdansk, email=ADDRESS)
    assert made.reasons == {}
    assert "What speaks for the two" not in mail.outbox[0].body


def test_a_city_that_somebody_speaks_for_is_written_to_otherwise(client, person, lviv, gdansk):
    side_of(gdansk)
    answer = client.get(new(gdansk))
    assert answer["Location"] == reverse("interest-new", args=["city", gdansk.pk])
    with pytest.raises(inviting.NotPossible, match="speaks for this city by now"):
        letter(lviv, gdansk)


def test_who_speaks_for_nobody_invites_nobody(client, lviv, gdansk):
    client.force_login(UserFactory())
    assert client.post(new(gdansk), said(lviv)).status_code == 403
    client.force_login(MayorFactory().user)
    client.post(new(gdansk), said(lviv))
    assert not CityInvitation.objects.exists()


def test_one_letter_a_city_in_a_month(client, person, lviv, gdansk):
    made = letter(lviv, gdansk)
    with pytest.raises(AlreadyWritten):
        letter(lviv, gdansk, email=ADDRESS)
    assert client.post(new(gdansk), said(lviv))["Location"] == made.get_absolute_url()
    CityInvitation.objects.update(sent_at=timezone.now() - timedelta(days=31))
    letter(lviv, gdansk, email=ADDRESS)


def test_a_side_writes_no_more_letters_a_day_than_it_may(monkeypatch, lviv):
    monkeypatch.setattr(inviting, "MOST_A_DAY", 2)
    for _ in range(2):
        letter(lviv, CityFactory())
    with pytest.raises(inviting.NotPossible, match="as many as may be"):
        letter(lviv, CityFactory())
    CityInvitation.objects.update(sent_at=timezone.now() - timedelta(days=1, minutes=1))
    letter(lviv, CityFactory())


def test_an_address_gets_no_more_letters_than_it_may(lviv):
    for _ in range(inviting.MOST_TO_AN_ADDRESS):
        letter(side_of(CityFactory()), CityFactory(), email=ADDRESS)
    with pytest.raises(inviting.NotPossible, match="several letters"):
        letter(lviv, CityFactory(), email=ADDRESS.upper())


def test_who_declined_is_not_written_to_again(client, lviv, gdansk):
    made = letter(lviv, gdansk, email=ADDRESS)
    address = reverse("city-invited", args=[made.code])
    assertContains(client.get(address), "Lviv invites Gdańsk")
    made.refresh_from_db()
    opened = made.opened_at
    assertContains(client.post(address, {"action": "decline"}, follow=True), "no more such letters")
    made.refresh_from_db()
    assert (made.state, made.opened_at) == ("declined", opened)
    with pytest.raises(inviting.NotPossible, match="wants no letters"):
        letter(side_of(CityFactory()), gdansk, email=ADDRESS)
    long_ago = timezone.now() - timedelta(days=31)
    CityInvitation.objects.update(sent_at=long_ago)
    tidy_invitations()
    made.refresh_from_db()
    assert made.email == ADDRESS  # it declined a moment ago
    CityInvitation.objects.update(answered_at=long_ago)
    tidy_invitations()
    made.refresh_from_db()
    assert (made.state, made.email) == ("declined", "")
    with pytest.raises(inviting.NotPossible, match="wants no letters"):
        letter(side_of(CityFactory()), gdansk, email=ADDRESS.upper())
    with pytest.raises(inviting.NotPossible, match="no more letters from you"):
        letter(lviv, gdansk)
    assertContains(client.post(address, {"action": "decline"}, follow=True), "not possible any more")


def test_a_letter_that_nobody_answered_loses_its_address_too_and_can_still_be_declined(client, lviv, gdansk):
    made = letter(lviv, gdansk, email=ADDRESS)
    CityInvitation.objects.update(sent_at=timezone.now() - timedelta(days=31))
    tidy_invitations()
    address = reverse("city-invited", args=[made.code])
    assertContains(client.get(address), "none comes to this address again")
    client.post(address, {"action": "decline"})
    made.refresh_from_db()
    assert (made.state, made.email) == ("declined", "")
    with pytest.raises(inviting.NotPossible, match="wants no letters"):
        letter(side_of(CityFactory()), gdansk, email=ADDRESS)


def test_the_link_leads_to_the_application_and_those_who_invited_hear_of_it_once(client, lviv, gdansk):
    made, other = letter(lviv, gdansk), letter(side_of(CityFactory(name="Stryi")), gdansk)
    CityInvitation.objects.filter(pk=made.pk).update(sent_at=timezone.now() - timedelta(days=40))
    letter(lviv, gdansk, email=ADDRESS)
    page = client.get(reverse("city-invited", args=[made.code]))
    assertContains(page, "/accounts/signup/?next=/memberships/apply/mayor/%3Fcity%3D")
    user = UserFactory()
    client.force_login(user)
    session = client.session
    session["city-invitation"] = made.code
    session.save()
    assertContains(client.get(reverse("desk")), "Apply to speak for Gdańsk: Lviv has invited it")
    for _ in range(2):
        MayorFactory(city=gdansk, state="submitted").approve(by=StaffFactory())
    assert set(CityInvitation.objects.values_list("state", flat=True)) == {"joined"}
    for side in (lviv, other.sender):
        [told] = side.people()[0].notifications.all()
        assert sentence(told) == f"Gdańsk, which {side.name} has invited, has joined"
        assert told.url == reverse("interest-new", args=["city", gdansk.pk])
    assertNotContains(client.get(reverse("desk")), "has invited it")


def test_in_ukrainian_the_page_gives_the_reasons_in_ukrainian(client, lviv, gdansk):
    made = letter(lviv, gdansk)
    with translation.override("uk"):
        address = reverse("city-invited", args=[made.code])
    for reason in made.reasons["uk"]:
        assertContains(client.get(address), reason)


def test_whoever_leaves_takes_the_name_along_and_an_address_stays_only_where_it_declined(lviv, gdansk):
    made, writer = letter(lviv, gdansk, email=ADDRESS), lviv.people()[0]
    assert made.signature
    [own] = own_data.collect(writer)["invitations of cities"]
    assert own["email"] == ADDRESS
    declined = CityInvitationFactory(sender=lviv, city=gdansk, email=ADDRESS, state="declined")
    MayorFactory(city=gdansk, state="submitted").approve(by=StaffFactory())
    deletion.delete(writer)
    for one in (made, declined):
        one.refresh_from_db()
    assert (made.signature, made.email, declined.email) == ("", "", ADDRESS)


def test_a_code_that_was_never_written_is_not_found(client):
    assert client.get(reverse("city-invited", args=["nothing"])).status_code == 404


def test_administrators_see_what_came_of_letters(client, lviv, gdansk, django_assert_max_num_queries):
    letter(lviv, gdansk, email=ADDRESS).decline()
    CityInvitationFactory.create_batch(12, sender=lviv)
    client.force_login(StaffFactory(rights=["view_cityinvitation"]))
    with django_assert_max_num_queries(13):
        page = client.get(reverse("admin:partnerships_cityinvitation_changelist"))
    assertContains(page, ADDRESS)
    assertContains(page, "declined")


def written_at_once(side, city):
    """What came of three letters of a side at the same moment."""
    ready, by = Barrier(3), side.people()[0]

    def write(_number):
        try:
            ready.wait()
            invite(side, city, by=by, language="en", email=ADDRESS)
        except AlreadyWritten:
            return "already"
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(write, range(3)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_a_double_click_writes_one_letter(monkeypatch, is_locked):
    """Without the lock, the control, there are several."""
    if not is_locked:
        monkeypatch.setattr(inviting, "locked", lambda *parties: None)
    outcomes = written_at_once(side_of(CityFactory()), CityFactory())
    assert (outcomes.count("sent") == 1) == is_locked
    assert CityInvitation.objects.count() == outcomes.count("sent")
