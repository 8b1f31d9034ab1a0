"""Editing what a city says of itself."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import AuditEntry
from accounts.tests.files import picture
from cities.models import CityProfile, ProfileVersion, TopicStatement
from cities.profile import editing
from cities.tests.factories import CityFactory, CityProfileFactory, MayorFactory, TopicStatementFactory
from partnerships.models import ScoringJob

pytestmark = pytest.mark.django_db

TYPED = {
    "summary_en": "A city on the Stryi.",
    "summary_uk": "Місто на Стрию.",
    "goals": ["experience", "funding"],
    "kinds_of_place": ["river"],
    "languages": ["uk", "en"],
    "website": "stryi.example",
    "public_email": "office@stryi.example",
    "public_phone": "+380 32 455 0000",
    "is_open": "on",
    "need_water": "on",
    "need_water_en": "Old pipes.",
    "need_water_uk": "Старі труби.",
    "offer_culture": "on",
    "seen": "",
    "action": "save",
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def stryi():
    return CityFactory(name="Stryi")


@pytest.fixture
def mayor(client, stryi):
    one = MayorFactory(city=stryi, full_name="Olena", user__name="Olena")
    client.force_login(one.user)
    return one.user


def address(city, more=""):
    return f"{city.get_absolute_url()}profile/{more}"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def save(client, city, **changes):
    latest = ProfileVersion.objects.filter(city=city).first()
    data = {**TYPED, "seen": latest.pk if latest else "", **changes}
    return client.post(
        address(city), {name: value for name, value in data.items() if value is not None}, follow=True
    )


def test_saving_writes_everything_and_asks_for_scoring(client, mayor, stryi):
    assert "Saved." in text(save(client, stryi))
    profile = CityProfile.objects.get()
    assert (profile.summary_en, profile.languages, profile.website) == (
        "A city on the Stryi.",
        ["uk", "en"],
        "https://stryi.example",
    )
    assert editing.content_of(stryi)["statements"] == {
        "need": {"water": ["Old pipes.", "Старі труби."]},
        "offer": {"culture": ["", ""]},
    }
    assert ScoringJob.objects.get().city == stryi
    version = ProfileVersion.objects.get()
    assert (version.by, version.content) == (mayor, editing.content_of(stryi))
    assert AuditEntry.of(stryi).get().actor == mayor
    page = text(client.get(stryi.get_absolute_url()))
    for shown in (
        "A city on the Stryi.",
        "River city",
        "office@stryi.example",
        "Old pipes.",
        "Edit the profile",
    ):
        assert shown in page


def test_saving_without_a_change_does_nothing(client, mayor, stryi):
    save(client, stryi)
    ScoringJob.objects.all().delete()
    assert "Nothing was changed." in text(save(client, stryi))
    assert ProfileVersion.objects.count() == 1
    assert not ScoringJob.objects.exists()


def test_only_statements_that_change_are_touched(client, mayor, stryi):
    save(client, stryi)
    kept = TopicStatement.objects.get(kind="offer").pk
    save(client, stryi, need_water=None, need_waste="on")
    assert {(one.kind, one.topic_id) for one in TopicStatement.objects.all()} == {
        ("offer", "culture"),
        ("need", "waste"),
    }
    assert TopicStatement.objects.get(kind="offer").pk == kept


def test_a_failure_saves_nothing(client, mayor, stryi, monkeypatch):
    ScoringJob.objects.all().delete()  # what the new member asked for
    monkeypatch.setattr(AuditEntry, "note", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(client, stryi)
    assert not CityProfile.objects.exists()
    assert not TopicStatement.objects.exists()
    assert not ScoringJob.objects.exists()


def test_a_preview_shows_what_was_typed_and_saves_nothing(client, mayor, stryi):
    page = text(save(client, stryi, action="preview"))
    assert "Preview: nothing is saved yet" in page
    assert page.count("A city on the Stryi.") == 2  # in the preview and in the form
    assert not CityProfile.objects.exists()


def test_two_editors_do_not_overwrite_each_other(client, mayor, stryi):
    save(client, stryi)
    first = ProfileVersion.objects.get()
    save(client, stryi, summary_en="Theirs.")
    page = text(save(client, stryi, summary_en="Mine.", seen=first.pk))
    assert "saved another version" in page
    assert "Theirs." in page
    assert "Mine." in page
    assert CityProfile.objects.get().summary_en == "Theirs."
    assert "Saved." in text(save(client, stryi, summary_en="Mine."))
    assert CityProfile.objects.get().summary_en == "Mine."


def test_every_version_can_be_returned_to(client, mayor, stryi):
    CityProfileFactory(city=stryi, summary_en="As it was.", is_demonstration=True)
    TopicStatementFactory(city=stryi, topic_id="waste")
    before = editing.content_of(stryi)
    save(client, stryi)
    page = text(client.get(address(stryi, "history/")))
    for shown in ("As it was.", "A city on the Stryi.", "Looks for: Waste", "Olena"):
        assert shown in page
    latest, first = ProfileVersion.objects.all()
    ScoringJob.objects.all().delete()
    client.post(address(stryi, "history/"), {"version": first.pk, "seen": latest.pk})
    assert editing.content_of(stryi) == before
    assert ProfileVersion.objects.count() == 3
    assert ScoringJob.objects.filter(city=stryi).exists()
    assert CityProfile.objects.get().is_demonstration


def test_differences_are_in_words(stryi):
    before = editing.content_of(stryi)
    after = {**before, "profile": {**before["profile"], "languages": ["pl"], "is_open": False}}
    assert editing.differences(before, after) == [
        ("Working languages", "-", "Polish"),
        ("Open to new partners", "yes", "no"),
    ]


def test_a_city_that_is_not_looking_says_so(client, mayor, stryi):
    save(client, stryi, is_open=None)
    assert "not looking for new partners" in text(client.get(stryi.get_absolute_url()))


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content)


def photo_with_place():
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (3000, 2000), "green").save(written, "JPEG", exif=exif)
    return written.getvalue()


def test_a_photo_is_made_anew_without_the_place_it_was_taken(client, mayor, stryi):
    save(client, stryi, photo=upload(photo_with_place()))
    profile = CityProfile.objects.get()
    with Image.open(profile.photo) as made:
        assert (made.format, made.size, dict(made.getexif())) == ("WEBP", (1067, 1600), {})
    client.logout()
    answer = client.get(profile.photo_address)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert profile.photo_address in text(client.get(stryi.get_absolute_url()))


def test_a_photo_can_be_removed(client, mayor, stryi):
    save(client, stryi, photo=upload(picture()))
    shown = CityProfile.objects.get().photo_address
    save(client, stryi, remove_photo="on")
    assert not CityProfile.objects.get().photo
    assert client.get(shown).status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", picture("GIF"), picture("JPEG")[:100], picture("PNG", (9000, 9000))]
)
def test_what_is_no_photo_is_refused_and_what_was_typed_kept(client, mayor, stryi, content):
    page = text(save(client, stryi, photo=upload(content)))
    assert "Nothing was saved yet" in page
    assert "A city on the Stryi." in page
    assert not CityProfile.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"summary_en": "\x00"},
        {"summary_uk": "ї" * 10_000},
        {"goals": ["world domination"]},
        {"languages": ["xx"]},
        {"website": "javascript:alert(1)"},
        {"public_email": "nobody"},
        {"public_phone": "call me"},
        {"need_water_en": "x" * 301},
        {"need_waste_en": "A sentence, but not ticked."},
    ],
)
def test_bad_input_is_explained_and_nothing_saved(client, mayor, stryi, changes):
    page = text(save(client, stryi, **changes))
    assert "Nothing was saved yet" in page
    assert "office@stryi.example" in page or "public_email" in changes
    assert not CityProfile.objects.exists()


@pytest.mark.parametrize("seen", ["x", "9" * 30, "-1", "\x00"])
def test_a_version_that_is_none_is_no_error(client, mayor, stryi, seen):
    text(save(client, stryi, seen=seen))
    assert client.post(address(stryi, "history/"), {"version": seen}).status_code == 404


def test_fields_that_are_not_in_the_form_change_nothing(client, mayor, stryi):
    other = CityFactory()
    CityProfileFactory(city=stryi, is_demonstration=True)
    save(client, stryi, city_id=other.pk, is_demonstration="", by="1")
    profile = CityProfile.objects.get()
    assert (profile.city, profile.is_demonstration) == (stryi, True)


@pytest.mark.parametrize("state", ["submitted", "suspended", "withdrawn", "draft"])
def test_whoever_is_no_approved_mayor_of_it_finds_nothing(client, stryi, state):
    one = MayorFactory(city=stryi, state=state)
    MayorFactory(user=one.user)  # of another city
    client.force_login(one.user)
    for page in (address(stryi), address(stryi, "history/")):
        assert client.get(page).status_code == 404
        assert client.post(page, TYPED).status_code == 404
    assert not CityProfile.objects.exists()
    assert "Edit the profile" not in text(client.get(stryi.get_absolute_url()))


def test_the_number_of_queries_does_not_grow(client, mayor, stryi):
    def queries(page):
        with CaptureQueriesContext(connection) as context:
            text(client.get(page))
        return len(context)

    save(client, stryi)
    save(client, stryi, summary_en="Version")
    pages = [address(stryi), address(stryi, "history/"), "/desk/"]
    few = [queries(page) for page in pages]
    for number in range(5):
        save(client, stryi, summary_en=f"Version {number}", need_waste="on", offer_energy="on")
    assert [queries(page) for page in pages] == few
