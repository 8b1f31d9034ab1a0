"""What a business says of itself: editing, history, its page, and who sees what."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory
from cities import nace, page_cache
from cities.romanised import romanised
from cities.tests.factories import CityFactory, CountryFactory
from partnerships.businesses.profile import editing
from partnerships.models import (
    BusinessName,
    BusinessProfile,
    BusinessStatement,
    BusinessVersion,
    Organisation,
)
from partnerships.tests.factories import (
    BusinessProfileFactory,
    OrganisationFactory,
    OrganisationMemberFactory,
)

pytestmark = pytest.mark.django_db

TYPED = {
    "other_name": "Halychyna Glass",
    "activity": "23",
    "summary_en": "Window glass.",
    "summary_uk": "Віконне скло.",
    "size": "medium",
    "founded": "1999",
    "markets": ["DE", "US"],
    "languages": ["uk", "en"],
    "certificates": "ISO 9001, CE",
    "website": "glass.example",
    "contact_name": "Iryna Shevchuk",
    "contact_email": "iryna@glass.example",
    "contact_phone": "+380 32 455 0000",
    "offer_product": "on",
    "offer_product_en": "Safety glass.",
    "offer_product_uk": "Безпечне скло.",
    "need_distribution": "on",
    "seen": "",
    "action": "save",
}


@pytest.fixture
def glass():
    CountryFactory(code="DE")
    return OrganisationFactory(name="Галицьке скло", city=CityFactory(name="Stryi"))


@pytest.fixture
def director(client, glass):
    one = OrganisationMemberFactory(organisation=glass, user__name="Iryna")
    client.force_login(one.user)
    return one


def save(client, business, **changes):
    latest = BusinessVersion.objects.filter(organisation=business).first()
    data = {**TYPED, "seen": latest.pk if latest else "", **changes}
    return client.post(f"/businesses/{business.slug}/profile/", data, follow=True)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_address_is_the_name_in_latin_letters(glass):
    assert glass.slug == "halytske-sklo"
    assert OrganisationFactory(name="ГАЛИЦЬКЕ СКЛО").slug == "halytske-sklo-2"
    assert OrganisationFactory(name="Галицьке скло").slug == "halytske-sklo-3"
    assert OrganisationFactory(name="北京").slug == "business"
    glass.slug = ""
    glass.save()
    assert glass.slug == "halytske-sklo"  # it does not stand in its own way


def test_who_comes_second_gets_another_address(monkeypatch, glass):
    """Two are saved at once: both saw the address free."""
    free = Organisation.free_slug
    answers = iter(["halytske-sklo"])
    monkeypatch.setattr(Organisation, "free_slug", lambda self: next(answers, None) or free(self))
    assert OrganisationFactory(name="Галицьке скло").slug == "halytske-sklo-2"


def test_saving_writes_everything_and_shows_it(client, director, glass):
    page = text(save(client, glass))
    assert "Saved." in page
    for shown in [
        "Галицьке скло",
        "Window glass.",
        "Safety glass.",
        "Germany, United States",
        "ISO 9001, CE",
    ]:
        assert shown in page
    profile = BusinessProfile.objects.get()
    assert (profile.size, profile.founded, profile.website) == ("medium", 1999, "https://glass.example")
    assert set(BusinessStatement.objects.values_list("kind", "trade")) == {
        ("offer", "product"),
        ("need", "distribution"),
    }
    assert AuditEntry.objects.get(action="profile edited").actor == director.user


def test_the_contact_stays_private(client, director, glass):
    save(client, glass)
    assert "iryna@glass.example" in text(client.get(f"/businesses/{glass.slug}/profile/"))
    client.logout()
    page = text(client.get(glass.get_absolute_url()))
    for private in ["iryna@glass.example", "455 0000", "Iryna"]:
        assert private not in page


def test_a_preview_saves_nothing(client, director, glass):
    page = text(save(client, glass, action="preview"))
    assert "nothing is saved yet" in page
    assert "Safety glass." in page
    assert not BusinessProfile.objects.exists()


def test_what_is_unchanged_makes_no_version(client, director, glass):
    save(client, glass)
    assert "Nothing was changed." in text(save(client, glass))
    assert BusinessVersion.objects.count() == 1


def test_nobody_overwrites_unseen_what_a_colleague_saved(client, director, glass):
    save(client, glass)
    first = BusinessVersion.objects.get().pk
    save(client, glass, summary_en="Mirrors.")
    page = text(save(client, glass, summary_en="Bottles.", seen=first))
    assert "While you were writing" in page
    assert "Mirrors." in page
    assert "Bottles." in page
    assert BusinessProfile.objects.get().summary_en == "Mirrors."


def test_one_can_return_to_an_earlier_version(client, director, glass):
    save(client, glass)
    first = BusinessVersion.objects.get()
    save(client, glass, summary_en="Mirrors.", need_service="on")
    address = f"/businesses/{glass.slug}/profile/history/"
    assert "Mirrors." in text(client.get(address))
    latest = BusinessVersion.objects.first().pk
    assert "as it was then" in text(client.post(address, {"version": first.pk, "seen": latest}, follow=True))
    assert editing.content_of(glass) == first.content
    assert "Look at it first" in text(
        client.post(address, {"version": first.pk, "seen": latest}, follow=True)
    )
    for nonsense in ["", "x", "999999999999999999999", "-1"]:
        assert client.post(address, {"version": nonsense}).status_code == 404


def test_a_profile_without_versions_keeps_what_it_said(client, director, glass):
    """Demonstration profiles have none: the first edit keeps what was there before."""
    BusinessProfileFactory(organisation=glass, summary_en="Before.", approved=False)
    save(client, glass)
    assert BusinessVersion.objects.last().content["profile"]["summary_en"] == "Before."


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected", "suspended", "withdrawn"])
def test_nothing_is_public_without_an_approved_member(client, state):
    shown = BusinessProfileFactory(approved=False)
    member = OrganisationMemberFactory(organisation=shown.organisation, state=state)
    address = shown.organisation.get_absolute_url()
    assert client.get(address).status_code == 404
    client.force_login(member.user)
    assert client.get(f"{address}profile/").status_code == 404


def test_a_suspension_hides_the_business_at_once(client, director, glass):
    save(client, glass)
    client.logout()
    assert client.get(glass.get_absolute_url()).status_code == 200
    director.suspend(by=StaffFactory(), note="Under question.")
    assert client.get(glass.get_absolute_url()).status_code == 404


def test_the_page_needs_a_constant_number_of_queries(client):
    few = BusinessProfileFactory(stated={"offer": ["product"]}).organisation
    many = BusinessProfileFactory(
        stated={"offer": ["product", "service", "technology"], "need": ["investment", "service"]}
    ).organisation
    client.get(few.get_absolute_url())
    counts = []
    for one in (few, many):
        page_cache.forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(one.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("activity", "00"),
        ("size", "huge"),
        ("founded", "999"),
        ("founded", "3000"),
        ("founded", "9" * 400),
        ("founded", "x"),
        ("markets", ["XX"]),
        ("markets", ["RU"]),
        ("languages", ["xx1"]),
        ("website", "javascript:alert(1)"),
        ("website", "https://[/"),
        ("contact_email", "nobody"),
        ("contact_phone", "call me"),
        ("summary_en", "x" * 2001),
        ("summary_uk", "a\x00b"),
        ("other_name", "x" * 201),
        ("offer_product_en", "x" * 301),
        ("need_service_en", "Not ticked."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(client, director, glass, field, value):
    page = text(save(client, glass, **{field: value}))
    assert "Nothing was saved yet" in page
    assert not BusinessProfile.objects.exists()


def test_a_hostile_text_is_shown_as_text(client, director, glass):
    page = text(save(client, glass, summary_en="<script>alert(1)</script>"))
    assert "<script>alert" not in page


def test_differences_are_in_words(client, director, glass):
    save(client, glass)
    save(client, glass, size="", markets=["US"], activity="25", need_distribution_en="In Poland.")
    new, old = BusinessVersion.objects.all()
    with translation.override("en"):
        found = {one.label: (one.before, one.after) for one in editing.differences(old.content, new.content)}
    assert found["Size"] == ("50 to 249 people", "-")
    assert found["Export markets"] == ("Germany, United States", "United States")
    assert found["Activity"][1].startswith("25 Manufacture of fabricated metal")
    assert found["Seeks: distribution"] == ("yes", "In Poland.")


def test_a_renamed_business_is_found_by_its_new_name(client, director, glass):
    save(client, glass)
    assert set(BusinessName.objects.values_list("key", flat=True)) == {"halytske sklo", "halychyna glass"}
    glass.name = "Дзеркала"
    glass.save()
    assert set(BusinessName.objects.values_list("key", flat=True)) == {"dzerkala", "halychyna glass"}


def test_financial_partners_have_no_business_profile(client):
    bank = OrganisationMemberFactory(organisation__kind=Organisation.Kind.FINANCIAL_PARTNER)
    client.force_login(bank.user)
    assert client.get(f"/businesses/{bank.organisation.slug}/profile/").status_code == 404


def test_the_desk_leads_to_the_profile(client, director, glass):
    assert f"/businesses/{glass.slug}/profile/" in text(client.get("/desk/"))


def test_nace_is_whole():
    """Eurostat: 21 sections, 88 divisions, 272 groups, 615 classes; each below what it is part of."""
    assert [one.code for one in nace.sections()] == list("ABCDEFGHIJKLMNOPQRSTU")
    assert [len(nace.at(level)) for level in nace.Level] == [21, 88, 272, 615]
    known = nace.activities()
    for one in known.values():
        assert one.title_en
        assert re.fullmatch("[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ’ ,;:.()-]+", one.title_uk), one.title_uk
        above = {nace.Level.CLASS: one.code[:4], nace.Level.GROUP: one.code[:2]}.get(one.level, one.section)
        assert known[above].section == one.section
    assert nace.division_of("62.01") == nace.division_of("62") == "62"
    assert nace.division_of("J") == nace.division_of("62.99") == ""
    assert nace.section_of("23") == nace.section_of("23.13") == "C"
    assert nace.section_of("00") == ""
    with translation.override("uk"):
        assert nace.title("62").startswith("Комп’ютерне програмування")


@pytest.mark.parametrize(
    ("text_", "latin"),
    [
        ("Львів", "lviv"),
        ("Щастя", "shchastia"),
        ("Ґражда", "grazhda"),
        ("Αθήνα", "athina"),
        ("Glass", "glass"),
    ],
)
def test_letters_become_latin(text_, latin):
    assert romanised(text_) == latin


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("23", ["23"]),
        ("c23.13", ["23.13"]),
        ("1.1", ["01.1"]),
        ("62.01", ["62.01"]),
        ("62.01.Z", ["62.01"]),
        ("62.10", ["62"]),
        ("62 anything", ["62"]),
        ("Telecommunications", ["61"]),
        ("telecomunications", ["61"]),
        ("телекомунікації", ["61"]),
        ("Телекомунікаціи", ["61"]),
        ("scientific research", ["72"]),
        ("computer consultancy", ["62"]),
        ("Computer programming activities", ["62.01"]),
        ("wine from grape", ["11.02"]),
        ("морозива", ["10.52"]),
        ("Виробництво меблів", ["31"]),
        ("", []),
        ("00", []),
        ("99x", []),
        ("qwertzuiop", []),
    ],
)
def test_an_activity_is_found_by_its_number_or_words(text, codes):
    assert [one.code for one in nace.found(text)] == codes


def test_an_activity_can_be_typed_in_words(client, director, glass):
    page = text(client.get(f"/businesses/{glass.slug}/profile/"))
    assert '<option value="62 Computer programming' in page
    assert '<option value="62.01 Computer programming activities"' in page
    save(client, glass, activity="Telecommunications")
    assert BusinessProfile.objects.get().activity == "61"
    assert 'value="61 Telecommunications"' in text(client.get(f"/businesses/{glass.slug}/profile/"))
    save(client, glass, activity="62.01")
    assert 'value="62.01 Computer programming activities"' in text(
        client.get(f"/businesses/{glass.slug}/profile/")
    )
    shown = text(client.get(f"/businesses/{glass.slug}/"))
    assert "?division=62" in shown
    assert "(NACE 62.01)" in shown
    page = text(save(client, glass, activity="transport"))
    assert "Several activities fit: 30 Manufacture of other transport equipment; 49 Land transport" in page
    assert 'value="transport"' in page
    page = text(save(client, glass, activity="виробництво"))
    assert "Many activities fit, for instance: 10 Manufacture of food products; 11 Manufacture of bev" in page
    assert "; 28 Manufacture of machinery" not in page
