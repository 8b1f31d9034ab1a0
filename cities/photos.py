"""Photos that members upload: read, turned upright, and written again without what cameras hide in them."""

import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
LARGEST = (1600, 1600)  # pixels
FOREVER = "public, max-age=31536000, immutable"


def clean_photo(file: File) -> ContentFile:
    """The photo as WebP, LARGEST at most. Raises ValidationError for what is no JPEG, PNG or WebP picture."""
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The photo is larger than 8 MB."), code="too-large")
    try:
        file.seek(0)
        opened = Image.open(file, formats=["JPEG", "PNG", "WEBP"])
        if opened.width * opened.height > MOST_PIXELS:
            raise ValidationError(_("The photo has too many pixels."), code="too-many-pixels")
        picture = ImageOps.exif_transpose(opened).convert("RGB")
        picture.thumbnail(LARGEST)
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=82)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is no photo that can be read: JPEG, PNG and WebP are."), code="broken"
        ) from error
    return ContentFile(written.getvalue(), name="photo.webp")


def photo_file(file: FieldFile, *, is_public: bool) -> FileResponse:
    """A photo as it is kept. Its address is never used again, so a public one may be kept for ever.

    Raises Http404 for a file that is gone.
    """
    if not file.storage.exists(file.name or ""):
        raise Http404
    response = FileResponse(file.open("rb"), content_type="image/webp")
    if is_public:
        response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
