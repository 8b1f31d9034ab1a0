"""What is printed: a page in both languages, and its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils import translation

from accounts.letters import languages


@dataclass(frozen=True)
class Document:
    """What is printed: its kind, the number of what it tells of, its file name, its page (HTML)."""

    kind: str
    number: int
    file_name: str
    page: str

    @classmethod
    def in_both_languages(
        cls, kind: str, number: int, file_name: str, text: Callable[[str], str], *, first: str = "en"
    ) -> Document:
        """A document of texts (HTML, by language code), each on a page of its own, one language first."""
        parts: list[tuple[str, str]] = []
        for code in languages(first):
            with translation.override(code):
                parts.append((code, text(code)))
        context = {"parts": parts, "name": file_name}
        return cls(kind, number, file_name, render_to_string("papers/printed.html", context))

    @cached_property
    def key(self) -> str:
        """Another one when anything that it is made of has changed."""
        return sha256(self.page.encode()).hexdigest()
