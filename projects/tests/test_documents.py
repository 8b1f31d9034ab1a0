"""Files of projects: taken by what is in them, versioned, and served so that nothing runs."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.tests.files import picture
from cities.tests.factories import MayorFactory
from projects import documents
from projects.documents import CSV, DOCX, ODS, WEBP, XLSX, check
from projects.models import Document, DocumentVersion, Photo
from projects.tests.factories import ProjectFactory
from projects.tests.test_editing import page, rows, send


def archive(*members, first=()):
    """A ZIP archive of (name, content)."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in [*first, *members]:
            zipped.writestr(name, content)
    return written.getvalue()


def office(part, *more):
    return archive(("[Content_Types].xml", "<Types/>"), (part, "<x/>"), *more)


def open_document(kind):
    return archive(("mimetype", kind), ("content.xml", "<x/>"))


def lying_archive():
    """Says that it unpacks to ten bytes, and unpacks to a million."""
    data = office("word/document.xml", ("word/media/x", b"0" * 1_000_000))
    return data.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def upload(content, name="file.bin"):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("content", "name", "kind", "kept"),
    [
        (picture("PDF"), "study.exe", "application/pdf", "study.pdf"),
        (picture("PNG"), "plan.html", "image/png", "plan.png"),
        (picture("WEBP"), "plan", WEBP, "plan.webp"),
        (office("word/document.xml"), "../../minutes.docm", DOCX, "minutes.docx"),
        (office("xl/workbook.xml"), 'a"b<c>.xlsx', XLSX, "abc.xlsx"),
        (open_document(ODS), "budget.ods", ODS, "budget.ods"),
        ("рядок;сума\nдах;5\n".encode(), "кошторис.csv", CSV, "кошторис.csv"),
    ],
)
def test_what_a_file_is_shows_in_its_content_and_its_name_follows(content, name, kind, kept):
    found = check(upload(content, name))
    assert (found.type, found.name, found.size) == (kind, kept, len(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" * 50, "other-type"),
        (b"<html><script>alert(1)</script>, </html>", "other-type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1), 2'/>", "other-type"),
        (b"just a sentence", "other-type"),
        (picture("GIF"), "other-type"),
        (b"%PDF-1.7 and nothing else", "broken"),
        (picture("PNG")[:60], "broken"),
        (archive(("evil.exe", "MZ")), "other-type"),
        (office("word/document.xml", ("word/vbaProject.bin", "x")), "macros"),
        (office("word/document.xml")[:-30], "broken"),
        (office("word/document.xml", ("word/media/zeros", b"0" * (documents.MOST_UNPACKED + 1))), "bomb"),
        (lying_archive(), "broken"),
        (open_document("application/x-evil"), "other-type"),
    ],
)
def test_hostile_files_are_refused(content, code):
    with pytest.raises(ValidationError) as refusal:
        check(upload(content, "innocent.pdf"))
    assert refusal.value.code == code


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch):
    monkeypatch.setattr(documents, "MOST_BYTES", 10)
    with pytest.raises(ValidationError, match="20 MB"):
        check(upload(b"x" * 11))


@pytest.mark.django_db
def test_versions_and_photos_are_kept_served_safely_and_leave_with_their_row(
    client, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path
    project = ProjectFactory(published=True)
    client.force_login(MayorFactory(city=project.city).user)
    study = {"kind": "feasibilityStudy", "title_en": "Study"}
    shown = page(send(client, project, "documents", rows(Document, {**study, "upload": upload(b"MZ")})))
    assert "can be taken" in shown
    send(client, project, "documents", rows(Document, {**study, "upload": upload(picture("PDF"), "one.pdf")}))
    document = project.documents.get()
    second = {**study, "pk": document.pk, "upload": upload(b"a,b\n1,2\n", "two.csv")}
    send(client, project, "documents", rows(Document, second, initial=1))
    photo = {"stage": "before", "alt_en": "A ruin", "upload": upload(picture("JPEG"), "x.jpg")}
    send(client, project, "photos", rows(Photo, photo))
    assert list(document.versions.values_list("number", "file_name")) == [(2, "two.csv"), (1, "one.pdf")]
    told = project.changes.filter(part="document", field="file").order_by("id")
    assert [(one.old and one.old["name"], one.new["name"]) for one in told] == [
        (None, "one.pdf"),
        ("one.pdf", "two.csv"),
    ]
    client.logout()
    shown = page(client.get(project.get_absolute_url()))
    for words in ["two.csv", "one.pdf", "older version", 'alt="A ruin"']:
        assert words in shown
    answer = client.get(DocumentVersion.objects.get(number=2).get_absolute_url())
    assert answer.getvalue() == b"a,b\n1,2\n"
    assert answer["Content-Disposition"] == 'attachment; filename="two.csv"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (CSV, "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    address = project.photos.get().get_absolute_url()
    assert client.get(address).getvalue()[8:12] == b"WEBP"
    draft = ProjectFactory(city=project.city)
    for name, more in [("project-document", document.versions.first().pk), ("project-photo", "x.webp")]:
        assert client.get(reverse(name, args=[draft.slug, more])).status_code == 404
    client.force_login(project.city.mayors.get().user)
    with django_capture_on_commit_callbacks(execute=True):
        send(client, project, "documents", rows(Document, {"pk": document.pk, "DELETE": "on"}, initial=1))
        send(
            client, project, "photos", rows(Photo, {"pk": project.photos.get().pk, "DELETE": "on"}, initial=1)
        )
    assert client.get(address).status_code == 404
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
