"""Files as people upload them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(kind="PNG", size=(60, 40), **options):
    """The bytes of a picture in one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, "navy").save(written, kind, **options)
    return written.getvalue()


def upload(name="appointment.pdf", content=None):
    """An uploaded file; a PDF of one page unless `content` says otherwise."""
    return SimpleUploadedFile(name, picture("PDF") if content is None else content)
