"""What a financial partner says of itself: editing, calls, money, history, its page, who sees what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cities import page_cache
from cities.tests.factories import CityFactory, CountryFactory
from partnerships.finance import money
from partnerships.finance.profile import editing
from partnerships.models import (
    FinancialOffer,
    FinancialPartnerProfile,
    FinancialPartnerVersion,
    FundingCall,
    Organisation,
)
from partnerships.tests.factories import (
    FinancialPartnerProfileFactory,
    FundingCallFactory,
    OrganisationFactory,
    OrganisationMemberFactory,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TYPED = {
    "other_name": "Dnipro Fund",
    "institution": "fund",
    "scope": "international",
    "summary_en": "Money for waterworks.",
    "summary_uk": "Кошти для водоканалів.",
    "applicants": "both",
    "topics": ["water", "energy"],
    "countries": ["UA", "DE"],
    "ticket_from": "50000",
    "ticket_to": "2000000.50",
    "currency": "EUR",
    "conditions_en": "A tenth of one's own.",
    "conditions_uk": "Десята частина власних коштів.",
    "languages": ["uk", "en"],
    "website": "fund.example",
    "contact_name": "Olena Bondar",
    "contact_email": "olena@fund.example",
    "contact_phone": "+380 44 455 0000",
    "offer_grant": "on",
    "offer_grant_en": "Grants for designs.",
    "offer_grant_uk": "Гранти на проєктування.",
    "offer_loan": "on",
    "calls-TOTAL_FORMS": "1",
    "calls-INITIAL_FORMS": "0",
    "calls-0-title_en": "Clean rivers",
    "calls-0-title_uk": "Чисті річки",
    "calls-0-url": "fund.example/rivers",
    "calls-0-opens": "",
    "calls-0-deadline": (TODAY + timedelta(days=30)).isoformat(),
    "calls-0-topics": ["water"],
    "calls-0-amount": "5000000",
    "calls-0-currency": "EUR",
    "action": "save",
}


@pytest.fixture
def fund():
    CountryFactory(code="DE")
    kind = Organisation.Kind.FINANCIAL_PARTNER
    return OrganisationFactory(kind=kind, name="Фонд Дніпро", city=CityFactory(name="Kyiv"))


@pytest.fixture
def officer(client, fund):
    one = OrganisationMemberFactory(organisation=fund, user__name="Olena")
    client.force_login(one.user)
    return one


def send(client, fund, **changes):
    latest = FinancialPartnerVersion.objects.filter(organisation=fund).first()
    data = {**TYPED, "seen": latest.pk if latest else "", **changes}
    return client.post(f"/financial-partners/{fund.slug}/profile/", data, follow=True)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_saving_writes_everything_and_shows_it_but_for_the_contact(client, officer, fund):
    save = text(send(client, fund))
    client.logout()
    shown = text(client.get("/financial-partners/fond-dnipro/"))
    for words in [
        "Фонд Дніпро",
        "Money for waterworks.",
        "Grants for designs.",
        "A tenth of one&#x27;s own.",
        "EUR 50,000 to EUR 2,000,000.5",
        "Germany, Ukraine",
        "Clean rivers",
        "Altogether EUR 5,000,000<",
        "Cities and businesses",
    ]:
        assert words in save
        assert words in shown
    for private in ["olena@fund.example", "455 0000", "Olena"]:
        assert private not in shown
    profile, call = FinancialPartnerProfile.objects.get(), FundingCall.objects.get()
    assert (profile.ticket_from, profile.ticket_to) == (Decimal("50000"), Decimal("2000000.50"))
    assert (call.url, call.amount, call.topics) == (
        "https://fund.example/rivers",
        Decimal(5000000),
        ["water"],
    )
    assert set(FinancialOffer.objects.values_list("instrument", flat=True)) == {"grant", "loan"}


def test_a_preview_shows_the_calls_and_saves_nothing(client, officer, fund):
    page = text(send(client, fund, action="preview"))
    assert "nothing is saved yet" in page
    assert "Altogether EUR 5,000,000<" in page
    assert not FinancialPartnerProfile.objects.exists()
    assert not FundingCall.objects.exists()


def test_one_more_call_is_asked_for_without_losing_what_was_typed(client, officer, fund):
    page = text(send(client, fund, action="new-call", **{"calls-0-title_en": "Half typed"}))
    assert "Half typed" in page
    assert 'name="calls-1-deadline"' in page
    assert not FundingCall.objects.exists()
    more = {"calls-TOTAL_FORMS": "2", "calls-1-title_uk": "Тепло", "calls-1-deadline": "2099-01-31"}
    text(send(client, fund, **more))
    assert [str(one) for one in FundingCall.objects.all()] == ["Clean rivers", "Тепло"]
    text(send(client, fund, **more, **{"calls-INITIAL_FORMS": "2", "calls-0-DELETE": "on"}))
    assert [str(one) for one in FundingCall.objects.all()] == ["Тепло"]


def test_the_same_again_makes_no_version(client, officer, fund):
    send(client, fund)
    assert "Nothing was changed." in text(send(client, fund, ticket_to="2000000.5"))
    assert FinancialPartnerVersion.objects.count() == 1


def test_calls_and_sums_come_back_with_an_earlier_version(client, officer, fund):
    send(client, fund)
    first = FinancialPartnerVersion.objects.get()
    send(client, fund, ticket_to="70000", **{"calls-0-amount": "1", "calls-0-title_en": "Clean lakes"})
    address = f"/financial-partners/{fund.slug}/profile/history/"
    steps = text(client.get(address))
    assert "Clean lakes (" in steps
    assert "2000000.5" in steps
    latest = FinancialPartnerVersion.objects.first()
    assert "as it was then" in text(
        client.post(address, {"version": first.pk, "seen": latest.pk}, follow=True)
    )
    assert editing.content_of(fund) == first.content
    call = FundingCall.objects.get()
    assert (call.title_en, call.amount) == ("Clean rivers", Decimal(5000000))


def test_nobody_overwrites_unseen_the_calls_of_a_colleague(client, officer, fund):
    send(client, fund)
    first = FinancialPartnerVersion.objects.get().pk
    send(client, fund, **{"calls-0-title_en": "Clean lakes"})
    page = text(send(client, fund, seen=first, **{"calls-0-title_en": "Clean seas"}))
    assert "While you were writing" in page
    assert "Clean lakes (" in page
    assert "Clean seas" in page
    assert FundingCall.objects.get().title_en == "Clean lakes"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ticket_from": "3000000"}, "The largest sum is smaller"),
        ({"currency": ""}, "Say in which currency"),
        ({"currency": "XXX"}, "Select a valid choice"),
        ({"currency": "RUB"}, "Select a valid choice"),
        ({"currency": "DEM"}, "Select a valid choice"),
        ({"ticket_from": "0"}, "greater than or equal to 0.01"),
        ({"ticket_from": "-1"}, "greater than or equal to 0.01"),
        ({"ticket_from": "1.001"}, "no more than 2 decimal places"),
        ({"ticket_from": "1e400"}, "less than or equal to"),
        ({"ticket_from": "NaN"}, "Enter a number"),
        ({"ticket_to": "9" * 400}, "less than or equal to"),
        ({"scope": "domestic"}, "several are ticked"),
        ({"institution": "casino"}, "Select a valid choice"),
        ({"countries": ["RU"]}, "Select a valid choice"),
        ({"topics": ["war"]}, "Select a valid choice"),
        ({"conditions_en": "x" * 2001}, "at most 2000 characters"),
        ({"conditions_uk": "a\x00b"}, "Null characters"),
        ({"offer_equity_en": "Not ticked."}, "Tick this first"),
        ({"calls-0-deadline": ""}, "Call 1, Deadline</a>: This field is required"),
        ({"calls-0-deadline": "2026-02-30"}, "Enter a valid date"),
        ({"calls-0-deadline": "9999-01-01"}, "less than or equal to"),
        ({"calls-0-opens": "2099-01-01"}, "The deadline is before the day"),
        ({"calls-0-title_en": "", "calls-0-title_uk": ""}, "A call needs a title"),
        ({"calls-0-currency": ""}, "Say in which currency"),
        ({"calls-0-url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"calls-0-topics": ["war"]}, "Select a valid choice"),
        ({"calls-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
        ({"calls-TOTAL_FORMS": "99999"}, "at most 30 forms"),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(client, officer, fund, changes, said):
    page = text(send(client, fund, **changes))
    assert "Nothing was saved yet" in page
    assert said in page
    assert 'value="olena@fund.example"' in page
    assert not FinancialPartnerProfile.objects.exists()
    assert not FundingCall.objects.exists()


def test_the_database_keeps_the_rules_of_money_too(fund):
    for wrong in [{"ticket_from": 2, "ticket_to": 1, "currency": "EUR"}, {"ticket_from": 2}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            FinancialPartnerProfile.objects.create(organisation=fund, **wrong)
        with pytest.raises(ValidationError):
            FinancialPartnerProfile(organisation=fund, **wrong).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingCall.objects.create(organisation=fund, deadline=TODAY, opens=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("low", "high", "bands", "words"),
    [
        (None, None, [], ""),
        (50_000, 2_000_000, [1, 2, 3], "UAH 50,000 to UAH 2,000,000"),
        (None, 100_000, [0, 1], "up to UAH 100,000"),
        (100_000, None, [2, 3, 4, 5], "from UAH 100,000"),
        (100_000, 100_000, [2], "UAH 100,000"),
        ("0.01", "0.99", [0], "UAH 0.01 to UAH 0.99"),
    ],
)
def test_sums_are_exact_and_know_their_bands(low, high, bands, words):
    low, high = (None if one is None else Decimal(one) for one in (low, high))
    assert money.bands_of(low, high, "UAH") == [f"UAH-{band}" for band in bands]
    assert money.range_in_words(low, high, "UAH") == words
    assert money.band_in_words("UAH-0") == "up to UAH 10,000"
    with translation.override("uk"):
        assert money.in_words(Decimal("1234567.5"), "UAH").replace("\xa0", " ") == "1 234 567,5 UAH"


@pytest.mark.parametrize(
    ("opens", "deadline", "status"),
    [(None, 0, "open"), (0, 5, "open"), (-9, -1, "closed"), (None, -1, "closed"), (1, 5, "soon")],
)
def test_a_call_knows_whether_one_can_apply(fund, opens, deadline, status):
    opens = None if opens is None else TODAY + timedelta(days=opens)
    call = FundingCallFactory(organisation=fund, opens=opens, deadline=TODAY + timedelta(days=deadline))
    assert call.status == status


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected", "suspended", "withdrawn"])
def test_nothing_is_public_without_an_approved_member(client, state):
    shown = FinancialPartnerProfileFactory(approved=False)
    member = OrganisationMemberFactory(organisation=shown.organisation, state=state)
    address = shown.organisation.get_absolute_url()
    assert client.get(address).status_code == 404
    client.force_login(member.user)
    assert client.get(f"{address}profile/").status_code == 404


def test_businesses_and_partners_do_not_open_each_others_pages(client, officer, fund):
    FinancialPartnerProfileFactory(organisation=fund, approved=False)
    assert client.get(f"/businesses/{fund.slug}/profile/").status_code == 404
    assert client.get(f"/businesses/{fund.slug}/").status_code == 404
    assert client.get(f"/financial-partners/{fund.slug}/").status_code == 200
    assert f"/financial-partners/{fund.slug}/profile/" in text(client.get("/desk/"))


def test_the_page_needs_a_constant_number_of_queries(client):
    counts = []
    for calls, offers in [(1, ["grant"]), (5, ["grant", "loan", "equity"])]:
        one = FinancialPartnerProfileFactory(stated=offers, topics=["water"]).organisation
        for _number in range(calls):
            FundingCallFactory(organisation=one, topics=["water", "energy"])
        client.get(one.get_absolute_url())
        page_cache.forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(one.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
