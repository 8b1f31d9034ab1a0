"""HTML as PDF. Needs the system's Pango: without it importing this raises OSError."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import segno
from django.conf import settings
from PIL import ImageFile
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it, for all: damaged uploads are to be refused

FONTS = Path(settings.BASE_DIR, "static", "vendor", "inter")
SCHEME, QR = "font:", "qr:"
SVG = "image/svg+xml"


class OwnThings(URLFetcher):  # type: ignore[misc]
    """The portal's own fonts, and QR codes of texts; what people wrote loads nothing from anywhere."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The font that font:<file name> means, the code of qr:<text>. Raises ValueError for all else."""
        if url.startswith(QR):
            drawn = segno.make(unquote(url.removeprefix(QR)), error="m", micro=False)
            return URLFetcherResponse(url, drawn.svg_inline(border=2).encode(), {"Content-Type": SVG})
        name = url.removeprefix(SCHEME)
        if name not in {path.name for path in FONTS.glob("*.woff2")}:
            raise ValueError(f"Not a font of the portal: {url}")
        return URLFetcherResponse(url, Path(FONTS, name).read_bytes(), {"Content-Type": "font/woff2"})


def printed(page: str) -> bytes:
    """A page as PDF."""
    made: bytes = HTML(string=page, url_fetcher=OwnThings()).write_pdf()
    return made
