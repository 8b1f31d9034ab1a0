"""Files of projects: checked by what is in them, whatever they are called."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts import evidence

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 5000
WEBP = "image/webp"
ODT, ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"
CSV = "text/csv"
ENDINGS = {
    **evidence.ENDINGS,
    WEBP: ".webp",
    ODT: ".odt",
    ODS: ".ods",
    DOCX: ".docx",
    XLSX: ".xlsx",
    CSV: ".csv",
}
ACCEPTED = ",".join(sorted(set(ENDINGS.values()) | {".jpeg"}))
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
BROKEN = (*evidence.BROKEN, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, csv.Error)


@dataclass(frozen=True)
class Checked:
    """What a file was found to be: its type, size in bytes, digest, and name with a true ending."""

    type: str
    size: int
    sha256: str
    name: str


def check(file: File) -> Checked:
    """What an uploaded file is by its content. Raises ValidationError for what is not taken."""
    size = file.size or 0
    if size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."), code="too-large")
    if not size:
        raise ValidationError(_("The file is empty."), code="empty")
    try:
        found = _type_of(file)
    except BROKEN as error:
        raise ValidationError(
            _("The file cannot be read: it is damaged, or protected by a password."), code="broken"
        ) from error
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Checked(found, size, digest.hexdigest(), _true_name(file.name or "", found))


def _type_of(file: File) -> str:
    file.seek(0)
    beginning = file.read(1024)
    if b"%PDF-" in beginning:
        evidence.preview(file, evidence.PDF)
        return evidence.PDF
    if beginning.startswith(b"PK\x03\x04"):
        return _type_of_archive(file)
    if beginning.startswith((b"\x89PNG", b"\xff\xd8\xff", b"RIFF")):
        return _type_of_picture(file)
    _read_table(file)
    return CSV


def _type_of_picture(file: File) -> str:
    file.seek(0)
    opened = Image.open(file, formats=["PNG", "JPEG", "WEBP"])
    if opened.width * opened.height > evidence.MOST_PIXELS:
        raise ValidationError(_("The picture has too many pixels."), code="too-many-pixels")
    opened.load()
    return {"PNG": evidence.PNG, "JPEG": evidence.JPEG, "WEBP": WEBP}[opened.format or ""]


def _type_of_archive(file: File) -> str:
    file.seek(0)
    with zipfile.ZipFile(file.file) as archive:  # type: ignore[arg-type]
        members = archive.infolist()
        names = {one.filename for one in members}
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
            raise ValidationError(_("The file unpacks to far more than it should."), code="bomb")
        if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
            raise ValidationError(_("The document has macros in it. Save it without them."), code="macros")
        found = _declared(archive, names)
        for one in members:
            _unpack(archive.open(one), one.file_size)
    return found


def _declared(archive: zipfile.ZipFile, names: set[str]) -> str:
    """The type that an archive says it is of, where it has the part that such a document needs."""
    if "[Content_Types].xml" in names:
        for part, kind in MAIN_PARTS.items():
            if part in names:
                return kind
    if {"mimetype", "content.xml"} <= names:
        with archive.open("mimetype") as opened:
            said = opened.read(100).decode("ascii", "replace")
        if said in (ODT, ODS):
            return said
    raise _other_type()


def _unpack(opened: IO[bytes], promised: int) -> None:
    """Read a member to its end: its checksum must be right, and it may not be longer than it says."""
    read = 0
    with opened:
        while chunk := opened.read(1 << 20):
            read += len(chunk)
            if read > promised:
                raise zipfile.BadZipFile("longer than it says")


def _read_table(file: File) -> None:
    """Raises ValidationError unless the file is text in rows of two columns at least."""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _other_type() from error
    if (
        any(ord(letter) < 32 and letter not in "\r\n\t" for letter in text[:100_000])
        or text.lstrip()[:1] == "<"
    ):
        raise _other_type()
    separator = max(",;\t", key=text[:10_000].count)
    for number, row in enumerate(csv.reader(io.StringIO(text[:100_000]), delimiter=separator)):
        if row and len(row) < 2:
            raise _other_type()
        if number > 20:
            break


def _other_type() -> ValidationError:
    return ValidationError(
        _("Only PDF, PNG, JPEG, WebP, ODT, ODS, DOCX, XLSX and CSV (UTF-8) files can be taken."),
        code="other-type",
    )


def _true_name(name: str, kind: str) -> str:
    """The name people gave it, without paths and control characters, with the ending of what it is."""
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(letter for letter in base if letter.isprintable() and letter not in '"<>|:*?')
    stem = base.rpartition(".")[0] or base
    return f"{stem.strip('. ')[:120] or 'document'}{ENDINGS[kind]}"
