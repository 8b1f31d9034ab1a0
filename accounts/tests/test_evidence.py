"""Uploaded evidence is judged by its content, whatever its name says."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from accounts import evidence
from accounts.tests.files import picture, upload


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/pdf", picture("PDF")),
        ("image/png", picture("PNG")),
        ("image/jpeg", picture("JPEG")),
    ],
)
def test_three_kinds_are_taken_and_drawn_anew(kind, content):
    file = upload("whatever.exe", content)
    assert evidence.kind_of(file) == kind
    drawn = evidence.preview(file, kind)
    assert drawn.startswith(b"\x89PNG")
    assert Image.open(io.BytesIO(drawn)).size[0] <= evidence.PREVIEW_SIZE[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "other-type"),
        (b"<html><script>alert(1)</script>", "other-type"),
        (picture("GIF"), "other-type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "other-type"),
        (b"%PDF-1.7 and nothing more", "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "broken"),
        (picture("JPEG")[:200], "broken"),
        (picture("PNG", (10_000, 10_000)), "broken"),
        (picture("PDF") + b"0" * evidence.MOST_BYTES, "too-large"),
    ],
)
def test_everything_else_is_refused_with_a_reason(content, code):
    with pytest.raises(ValidationError) as refusal:
        evidence.kind_of(upload("evidence.pdf", content))
    assert refusal.value.code == code
