"""Telling somebody why something is not possible."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from .models.project import NotPossible


@contextmanager
def told_why_not(request: HttpRequest) -> Iterator[None]:
    """Where what is done inside is not possible, the person's next page says why; nothing is raised."""
    try:
        yield
    except NotPossible as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
