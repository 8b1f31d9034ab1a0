"""Documents as PDF: asked for on a page, made by the worker once, kept while they say what is there."""

import os
from ctypes.util import find_library

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import ImageFile
from pypdfium2 import PdfDocument
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import deletion
from accounts.tests.factories import StaffFactory
from cities.models import Mayor
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory
from partnerships.city_invitations.inviting import invite
from partnerships.models import Paper
from partnerships.papers.making import make_waiting
from partnerships.tests.factories import partnership_between, side_of

pytestmark = pytest.mark.django_db
PRINTING = "partnerships.papers.printing.printed"


@pytest.fixture
def memorandum():
    """A partnership, the page of its memorandum's PDF, and the address of the file."""
    one = partnership_between(CityFactory(name="Stryi"), CityFactory(name="Sopot"))
    return one, *(reverse(f"desk-partnership-{name}", args=[one.pk]) for name in ("paper", "draft"))


@pytest.fixture
def letter():
    """A letter of Lviv to Gdańsk, the page of its PDF, and the address of the file."""
    sender = side_of(CityFactory(name="Lviv", name_uk="Львів", country=CountryFactory(code="UA")))
    city = CityFactory(name="Gdańsk", name_uk="Гданськ", country=CountryFactory(code="PL"))
    one = invite(sender, city, by=sender.people()[0], language="uk")
    return one, *(reverse(f"city-letter-{name}", args=[one.pk]) for name in ("paper", "pdf"))


@pytest.fixture
def prints(monkeypatch):
    """The pages that were printed, in place of the slow printing."""
    done = []
    monkeypatch.setattr(PRINTING, lambda page: done.append(page) or b"%PDF of it", raising=False)
    return done


needs_pango = pytest.mark.skipif(
    find_library("pangoft2-1.0") is None and os.environ.get("REQUIRE_BROWSER") != "1",
    reason="No Pango found: no PDF can be made here.",
)


@needs_pango
def test_it_is_asked_for_made_and_handed_out_and_kept_while_nothing_changes(client, memorandum, prints):
    made, page, file = memorandum
    client.force_login(made.begun_by)
    assertContains(client.get(made.get_absolute_url()), f'action="{page}"')
    assertContains(client.get(page), "There is no PDF yet.")
    assertRedirects(client.get(file), page)
    for _ in range(2):  # a double click
        assert client.post(page)["Location"] == page
    assertContains(client.get(page), "The PDF is being made")
    assertRedirects(client.get(file), page)
    assert [make_waiting(), make_waiting(), len(prints)] == [1, 0, 1]
    assertContains(client.get(page), f'href="{file}"')
    client.post(page)
    assert make_waiting() == 0  # it is there already
    answer = client.get(file)
    assert (answer.content, answer["Content-Type"]) == (b"%PDF of it", "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="memorandum-stryi-sopot.pdf"'
    made.tasks.create(title_en="Send drawings")
    assertContains(client.get(page), "Something has changed since")
    assertRedirects(client.get(file), page)
    client.post(page)
    assert make_waiting() == Paper.objects.count() == 1
    assert "Send drawings" in prints[1]


@needs_pango
def test_one_that_a_lost_worker_began_is_made_again(monkeypatch, client, memorandum, prints):
    made, page, file = memorandum
    client.force_login(made.begun_by)
    client.post(page)

    def killed(page):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PRINTING, killed)
        with pytest.raises(KeyboardInterrupt):
            make_waiting()
    assertContains(client.get(page), "The PDF is being made")
    assert make_waiting() == 1
    assert client.get(file).content == b"%PDF of it"


@needs_pango
def test_one_that_cannot_be_made_says_so_and_can_be_asked_for_again(monkeypatch, client, memorandum, prints):
    made, page, _file = memorandum
    client.force_login(made.begun_by)
    client.post(page)

    def fails(page):
        raise OSError("no library")

    with monkeypatch.context() as patch:
        patch.setattr(PRINTING, fails)
        assert sum(make_waiting() for _ in range(Paper.MAX_ATTEMPTS + 1)) == Paper.MAX_ATTEMPTS
    assertContains(client.get(page), "could not be made")
    client.force_login(StaffFactory(rights=["view_paper"]))
    for address in (
        reverse("admin:partnerships_paper_changelist"),
        reverse("admin:partnerships_paper_change", args=[Paper.objects.get().pk]),
    ):
        answer = client.get(address)
        assertContains(answer, "no library")
        assertNotContains(answer, "Memorandum of understanding")
    client.force_login(made.begun_by)
    client.post(page)
    make_waiting()
    assertContains(client.get(page), "The PDF is ready")


@pytest.mark.parametrize("document", ["memorandum", "letter"])
def test_others_find_neither_the_page_nor_the_file(request, client, document):
    _one, page, file = request.getfixturevalue(document)
    client.force_login(MayorFactory().user)
    answers = [client.get(page), client.post(page), client.get(file)]
    assert {answer.status_code for answer in answers} == {404}
    assert not Paper.objects.exists()


@needs_pango
def test_a_letter_is_a_pdf_with_a_page_in_each_language_its_own_first(client, letter):
    made, page, file = letter
    client.force_login(made.by)
    assertContains(client.get(made.get_absolute_url()), f'action="{page}"')
    client.post(page)
    make_waiting()
    ukrainian, english = (
        one.get_textpage().get_text_range() for one in PdfDocument(client.get(file).content)
    )
    assert "Львів запрошує" in ukrainian
    assert "Lviv invites Gdańsk" in english
    assert f"/invited/{made.code}/" in english
    assert not ImageFile.LOAD_TRUNCATED_IMAGES  # else damaged uploads would pass from now on


@needs_pango
def test_papers_with_the_name_of_somebody_who_leaves_go(client, letter, memorandum, prints):
    for one, page, _file in (letter, memorandum):
        client.force_login(one.by if one is letter[0] else one.begun_by)
        client.post(page)
    make_waiting()
    assert Paper.objects.count() == 2
    Mayor.objects.update(decided_at=timezone.now())  # as it is of all that were approved
    deletion.delete(letter[0].by)
    assert Paper.objects.get().kind == "memorandum"
    deletion.delete(memorandum[0].begun_by)
    assert not Paper.objects.exists()
