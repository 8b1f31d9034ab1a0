"""The files of messages as they leave the portal."""

from urllib.parse import quote

from django.http import FileResponse, Http404

from accounts.review import NOTHING_RUNS

from .models import Attachment


def saved(attachment: Attachment) -> FileResponse:
    """A file to be saved and never shown by the portal's own address. Raises Http404 where it is gone."""
    try:
        opened = attachment.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=attachment.type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment.file_name)}"
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response
