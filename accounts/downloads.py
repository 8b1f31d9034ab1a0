"""Files that people uploaded, handed back to be saved: never shown as a page of the portal."""

from typing import Any, Protocol

from django.http import FileResponse, Http404

from .review import NOTHING_RUNS


class Stored(Protocol):
    """A row with a file: what it was called, and the type that was found in it."""

    file: Any
    file_name: Any
    type: Any


def download(stored: Stored) -> FileResponse:
    """The file, to keep and not to open in the browser. Raises Http404 where it is gone."""
    try:
        opened = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=stored.file_name, content_type=stored.type)
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response
