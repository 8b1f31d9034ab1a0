"""The administration of the directory: search, files with a dry run, empty pages."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cities.models import Topic, Twinning
from cities.tests.factories import CityFactory, CountryFactory, TwinningFactory
from partnerships.models import ScoringJob

pytestmark = pytest.mark.django_db

TWINNINGS = "/admin/cities/twinning/"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def pair():
    return CityFactory(), CityFactory(country=CountryFactory(code="PL"))


def upload(client, rows, language=""):
    file = SimpleUploadedFile("ties.csv", "\n".join(["city_a,city_b,source,since", *rows]).encode())
    return client.post(
        language + TWINNINGS + "import/", {"import_file": file, "format": "0", "resource": "0"}
    )


def confirm(client, answer):
    hidden = answer.context["confirm_form"].initial
    return client.post(TWINNINGS + "process_import/", hidden, follow=True)


def test_a_file_is_shown_row_by_row_before_anything_changes(admin_client, pair):
    lower, higher = pair
    kept = TwinningFactory(city_a=lower, city_b=CityFactory(), since=1999)
    rows = [f"{higher.pk},{lower.pk},csv,2001", f"{lower.pk},{kept.city_b.pk},csv,1999"]
    answer = upload(admin_client, rows)
    assert "<ins" in text(answer)
    assert [row.import_type for row in answer.context["result"].rows] == ["new", "skip"]
    assert Twinning.objects.count() == 1
    ScoringJob.objects.all().delete()
    assert confirm(admin_client, answer).status_code == 200
    made = Twinning.objects.get(city_a=lower, city_b=higher)
    assert made.since == 2001
    assert set(ScoringJob.objects.values_list("city", flat=True)) == {lower.pk, higher.pk, None}


@pytest.mark.parametrize(
    "row",
    ["1,2,csv,", "x,y,csv,", "{0},{1},nonsense,", "{0},{1},csv,99999", "{0},{0},csv,2000", "{0}"],
)
def test_bad_rows_are_explained_and_nothing_is_kept(admin_client, pair, row):
    answer = upload(admin_client, [row.format(*(city.pk for city in pair))])
    result = answer.context["result"]
    assert result.has_errors() or result.has_validation_errors()
    assert not Twinning.objects.exists()


@pytest.mark.parametrize("number", ["1", "x", "9" * 30, ""])
def test_a_city_that_is_not_there_is_named_in_the_reader_s_language(admin_client, pair, number):
    file = SimpleUploadedFile("ties.csv", f"city_a,city_b\n{pair[0].pk},{number}".encode())
    data = {"import_file": file, "format": "0", "resource": "0"}
    shown = text(admin_client.post("/uk" + TWINNINGS + "import/", data))
    assert f"Немає міста з номером GeoNames «{number}»" in shown
    assert "З файлу читаються такі колонки" in shown


def test_the_heading_of_a_list_says_what_it_lists(admin_client):
    assert "<h1>Побратимства</h1>" in text(admin_client.get("/uk" + TWINNINGS))


def test_what_is_no_table_is_refused(admin_client):
    file = SimpleUploadedFile("ties.xlsx", b"\x00\xff not a spreadsheet")
    data = {"import_file": file, "format": "1", "resource": "0"}
    assert text(admin_client.post(TWINNINGS + "import/", data))


@pytest.mark.parametrize("language", ["", "/uk"])
def test_years_have_no_separators_in_files_and_dry_runs(admin_client, pair, language):
    TwinningFactory(city_a=pair[0], city_b=pair[1], since=1999)
    wanted = {"format": "0", "resource": "0", "twinningresource_since": "on"}
    exported = admin_client.post(language + TWINNINGS + "export/", wanted)
    assert exported.content.decode().split() == ["since", "1999"]
    CityFactory(pk=5)
    assert ">2001</ins>" in text(upload(admin_client, [f"{pair[0].pk},5,csv,2001"], language))


def test_lists_are_exported_as_spreadsheets(admin_client):
    answer = admin_client.post(
        "/admin/cities/topic/export/", {"format": "1", "resource": "0", "topicresource_code": "on"}
    )
    [sheet] = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert sheet.max_row == 1 + Topic.objects.count()


def test_cities_are_found_by_any_name_and_cannot_be_changed(admin_client):
    city = CityFactory(name="Lviv", names=["Lemberg"])
    assert "Lviv" in text(admin_client.get("/admin/cities/city/?q=lemb"))
    assert admin_client.post(f"/admin/cities/city/{city.pk}/change/", {"name": "x"}).status_code == 403


def test_an_empty_page_says_what_it_is(admin_client):
    assert "Nothing waits here" in text(admin_client.get("/admin/cities/mayor/"))
    assert "Nothing is here yet" in text(admin_client.get("/admin/accounts/letter/"))
    assert "Nothing fits" in text(admin_client.get("/admin/cities/mayor/?q=nobody"))
