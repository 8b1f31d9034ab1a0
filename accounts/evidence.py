"""Evidence that an applicant uploads: checked by its content, shown to reviewers as a picture made anew.

The file itself never reaches a reviewer's browser as a page: it is offered for download only, under a
policy that lets nothing in it run.
"""

import io
from typing import BinaryIO

import pypdfium2
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
PREVIEW_SIZE = (1000, 1400)
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg"}
BROKEN = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, pypdfium2.PdfiumError)


def kind_of(file: File) -> str:
    """The type of an uploaded file by its content: PDF, PNG or JPEG. Raises ValidationError otherwise."""
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 10 MB."), code="too-large")
    file.seek(0)
    beginning = file.read(1024)
    file.seek(0)
    kind = PDF if b"%PDF-" in beginning else _kind_of_picture(beginning)
    try:
        _render(file, kind)
    except BROKEN as error:
        raise ValidationError(
            _("The file cannot be read: it is damaged, or protected by a password."), code="broken"
        ) from error
    finally:
        file.seek(0)
    return kind


def _kind_of_picture(beginning: bytes) -> str:
    if beginning.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if beginning.startswith(b"\xff\xd8\xff"):
        return JPEG
    raise ValidationError(_("Only PDF, PNG and JPEG files can be taken."), code="other-type")


def preview(file: File, kind: str) -> bytes:
    """The first page or the picture as PNG, PREVIEW_SIZE at most. Raises ValueError if it cannot be drawn."""
    try:
        picture = _render(file, kind)
    except BROKEN as error:
        raise ValueError(str(error)) from error
    drawn = io.BytesIO()
    picture.save(drawn, "PNG")
    return drawn.getvalue()


def _render(file: File | BinaryIO, kind: str) -> Image.Image:
    file.seek(0)
    if kind == PDF:
        return _first_page(file.read())
    opened = Image.open(file, formats=["PNG", "JPEG"])
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    opened.draft("RGB", PREVIEW_SIZE)
    picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail(PREVIEW_SIZE)
    return picture


def _first_page(data: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        width, height = page.get_size()
        scale = min(PREVIEW_SIZE[0] / max(width, 1), PREVIEW_SIZE[1] / max(height, 1))
        picture = page.render(scale=scale).to_pil().convert("RGB")
        picture.thumbnail(PREVIEW_SIZE)
        return picture
    finally:
        document.close()
