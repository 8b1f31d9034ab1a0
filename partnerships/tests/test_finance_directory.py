"""The directory of financial partners: search, facets, orders, files, and what a day changes."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cities import page_cache
from cities.tests.factories import CityFactory, CountryFactory, RegionFactory, TopicStatementFactory
from partnerships.finance import directory
from partnerships.finance.query import FACETS, SORTS
from partnerships.models import OrganisationMember
from partnerships.tests.factories import FinancialPartnerProfileFactory, FundingCallFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def kyiv():
    region = RegionFactory(code="UA.12", name_en="Kyiv City", name_uk="Київ")
    return CityFactory(id=703448, name="Kyiv", name_uk="Київ", region=region)


@pytest.fixture
def market(kyiv):
    """A fund and a bank of Kyiv, a foundation of Gdańsk. The fund has an open call, the foundation soon."""
    gdansk = CityFactory(name="Gdańsk", name_uk="Гданськ", country=CountryFactory(code="PL"))
    made = {}
    for name, city, stated, said in [
        (
            "Фонд чистої води",
            kyiv,
            ["grant", "assistance"],
            {
                "institution": "fund",
                "scope": "domestic",
                "applicants": "cities",
                "topics": ["water"],
                "countries": ["UA"],
                "ticket_from": 50_000,
                "ticket_to": 400_000,
                "currency": "EUR",
                "languages": ["uk"],
            },
        ),
        (
            "Банк Дніпро",
            kyiv,
            ["loan"],
            {
                "institution": "bank",
                "applicants": "both",
                "topics": ["energy"],
                "ticket_to": 2_000_000,
                "currency": "UAH",
                "conditions_en": "A mortgage on the boiler house",
            },
        ),
        (
            "Fundacja Północ",
            gdansk,
            ["grant"],
            {"institution": "foundation", "scope": "international", "countries": ["UA", "PL"]},
        ),
    ]:
        made[name] = FinancialPartnerProfileFactory(
            organisation__name=name, organisation__city=city, stated=stated, **said
        ).organisation
    in_days = {days: TODAY + timedelta(days=days) for days in (-1, 9, 20, 40)}
    FundingCallFactory(organisation=made["Фонд чистої води"], deadline=in_days[-1])
    FundingCallFactory(organisation=made["Фонд чистої води"], deadline=in_days[40])
    FundingCallFactory(organisation=made["Fundacja Północ"], opens=in_days[9], deadline=in_days[20])
    return made


def answer(client, query=""):
    sent = client.get(f"/financial-partners/?{query}&format=json")
    assert sent.status_code == 200
    return json.loads(b"".join(sent.streaming_content))


def listed(client, query=""):
    return [one["name"] for one in answer(client, query)["financial_partners"]]


def page(client, query=""):
    sent = client.get(f"/financial-partners/?{query}")
    assert sent.status_code == 200
    return sent.content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("чистої води", ["Фонд чистої води"]),
        ("chystoi vody", ["Фонд чистої води"]),
        ("Фонд чистої вады", ["Фонд чистої води"]),
        ("bank dnipro", ["Банк Дніпро"]),
        ("fundacja polnoc", ["Fundacja Północ"]),
        ("mortgage boiler", ["Банк Дніпро"]),
        ("Гданськ", ["Fundacja Północ"]),
        ("Nowhere", []),
        ("%25", []),
    ],
)
def test_search_in_any_script_with_typing_errors(client, market, text, found):
    assert listed(client, f"q={text}") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "fund bank foundation"),
        ("country=UA", "fund bank"),
        ("region=UA.12&city=703448", "fund bank"),
        ("served=UA", "fund foundation"),
        ("served=PL", "foundation"),
        ("institution=bank&institution=fund", "fund bank"),
        ("scope=domestic", "fund"),
        ("instrument=grant", "fund foundation"),
        ("instrument=grant&instrument=loan", "fund bank foundation"),
        ("topic=water", "fund foundation"),
        ("topic=energy", "bank foundation"),
        ("applicant=cities", "fund bank"),
        ("applicant=businesses", "bank"),
        ("ticket=EUR-1", "fund"),
        ("ticket=EUR-2&ticket=UAH-3", "fund bank"),
        ("ticket=EUR-1&institution=bank", ""),
        ("call=open", "fund"),
        ("call=open&call=soon", "fund foundation"),
        ("call=none", "bank"),
        ("language=uk", "fund"),
    ],
)
def test_facets_narrow(client, market, query, found):
    kinds = [one["institution"] for one in answer(client, query)["financial_partners"]]
    assert sorted(kinds) == sorted(found.split())


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("", ["Fundacja Północ", "Банк Дніпро", "Фонд чистої води"]),
        ("deadline", ["Fundacja Północ", "Фонд чистої води", "Банк Дніпро"]),
        ("name", ["Fundacja Północ", "Банк Дніпро", "Фонд чистої води"]),
        ("-name", ["Фонд чистої води", "Банк Дніпро", "Fundacja Północ"]),
    ],
)
def test_orders(client, market, sort, found):
    assert listed(client, f"sort={sort}") == found


def test_the_page_shows_what_it_lists(client, market):
    shown = page(client)
    assert "3 financial partners" in shown
    assert "EUR 50,000 to EUR 400,000" in shown
    assert 'name="ticket" value="EUR-1"' in shown
    assert "UAH 1,000,000 to UAH 10,000,000" in shown
    assert "1 financial partner<" in page(client, "call=open")
    assert "<table" in page(client, "view=table")
    block = client.get("/financial-partners/?call=open", headers={"HX-Request": "true"})
    assert block["HX-Push-Url"] == "/financial-partners/?call=open"
    assert b"<html" not in block.content
    assert "without it 1 financial partner" in page(client, "call=soon&country=UA&topic=energy")
    assert "Left out, because no financial partner can have it: RU" in page(client, "served=RU")


def test_a_deadline_passes_with_the_day_and_not_only_with_a_change(client, market, monkeypatch):
    assert listed(client, "call=open") == ["Фонд чистої води"]
    before = client.get("/financial-partners/?call=open")
    for days, found in [(10, ["Fundacja Północ", "Фонд чистої води"]), (41, [])]:
        then = TODAY + timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda then=then: then)
        assert sorted(listed(client, "call=open")) == found
    sent = client.get("/financial-partners/?call=open", headers={"If-None-Match": before["ETag"]})
    assert sent.status_code == 200
    assert "No financial partner fits all of this" in sent.content.decode()


def test_every_code_has_a_label(client, market):
    for language in ("en", "uk"):
        with translation.override(language):
            at_hand = directory.current()
            for name, facet in at_hand.facets.items():
                labels = at_hand.labels(name)
                assert [code for code in facet.codes if code and not labels.get(code)] == []
    assert set(at_hand.facets) == set(FACETS)


def test_only_approved_partners_are_listed_and_changes_show_at_once(client, market):
    before = page(client)
    OrganisationMember.objects.filter(organisation=market["Банк Дніпро"]).update(state="suspended")
    assert "Банк Дніпро" in before
    assert "Банк Дніпро" not in page(client)
    assert listed(client, "q=dnipro") == []


def test_hostile_addresses_are_answered(client, market):
    for query in [
        "q=" + "x" * 5000,
        "q=%00&country=%00",
        "q=' OR 1=1 --&ticket=EUR-9&ticket=-&ticket=EUR",
        "call=<script>&topic=" + "w" * 500,
        "page=-1&sort=nonsense&view=map&expand=topic&format=xml",
    ]:
        assert "<script>" not in page(client, query).replace("<script src", "")
    for sort in SORTS:
        page(client, f"sort={sort}&q=fond")


def test_an_empty_directory_says_so(client):
    assert "No financial partner is here yet" in page(client)
    assert listed(client) == []


def test_files_are_exact_run_nothing_and_keep_contacts(client, kyiv):
    FinancialPartnerProfileFactory(
        organisation__name='=HYPERLINK("http://x.example")',
        organisation__city=kyiv,
        other_name="+1",
        contact_email="secret@fund.example",
        ticket_to="1234567890.12",
        currency="EUR",
    )
    sent = client.get("/financial-partners/?format=csv")
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["name"].startswith("'=")
    assert row["other_name"] == "'+1"
    assert row["ticket_to"] == "1234567890.12"
    assert "secret" not in text
    assert "secret" not in json.dumps(answer(client))


def test_the_page_needs_few_queries(client, market, kyiv):
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client, "country=UA")
    for number in range(30):
        one = FinancialPartnerProfileFactory(
            organisation__name=f"More {number}", organisation__city=kyiv, stated=["loan"]
        )
        FundingCallFactory(organisation=one.organisation)
    page_cache.forget()
    page(client)
    with CaptureQueriesContext(connection) as many:
        page(client, "country=UA&page=2")
    assert len(many) == len(few)


def test_a_city_shows_the_partners_that_fit_it(client, market, kyiv):
    """The bank states no country; the foundation does not say that cities may apply."""

    queries = []

    def shown(city=kyiv):
        client.get(city.get_absolute_url())
        page_cache.forget()
        with CaptureQueriesContext(connection) as asked:
            page = client.get(city.get_absolute_url()).content.decode()
        queries.append(len(asked))
        panel = page.partition('aria-labelledby="funders"')[2].partition("</section>")[0]
        return re.findall(r'href="/financial-partners/([^"?]*\??[^"]*)"', panel)

    wide = FinancialPartnerProfileFactory(
        organisation__name="For everything", organisation__city=kyiv, applicants="both", countries=["UA"]
    ).organisation
    funds = FinancialPartnerProfileFactory(
        organisation__name="Roads",
        organisation__city=kyiv,
        applicants="cities",
        countries=["UA"],
        topics=["transport"],
    ).organisation
    addresses = {f"{one.slug}/" for one in (wide, funds, market["Фонд чистої води"])}
    *partners, link = shown()
    assert {*partners} == addresses
    assert link == "?applicant=cities&amp;served=UA"
    assert shown(CityFactory(country=CountryFactory(code="FR"))) == []

    TopicStatementFactory(city=kyiv, kind="need", topic_id="water")
    TopicStatementFactory(city=kyiv, kind="need", topic_id="energy")
    first, second, link = shown()
    assert (first, second) == (f"{market['Фонд чистої води'].slug}/", f"{wide.slug}/")
    assert link == "?applicant=cities&amp;topic=energy&amp;topic=water&amp;served=UA"
    assert {one["name"] for one in answer(client, link[1:].replace("&amp;", "&"))["financial_partners"]} == {
        "For everything",
        "Фонд чистої води",
    }
    FinancialPartnerProfileFactory.create_batch(
        9, organisation__city=kyiv, applicants="cities", countries=["UA"], topics=["water"]
    )
    assert len(shown()) == 6 + 1
    assert queries[-1] == queries[-2]
