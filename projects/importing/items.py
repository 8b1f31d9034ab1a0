"""A project as a file has it, in the words of the forms that check it."""

import re
from dataclasses import dataclass, field
from typing import Any

Typed = dict[str, Any]
CYRILLIC = re.compile("[\u0400-\u04ff]")


@dataclass
class Item:
    """What was found of one project, whatever the file.

    project: what would be typed into the form of a project. parts: the same for each of its parts, by
    models' names; "city" of a funder is the number of a city. errors: what could not be understood.
    unused: the names of what the portal has no place for.
    """

    project: Typed = field(default_factory=dict)
    parts: dict[str, list[Typed]] = field(default_factory=dict)
    identifier: str = ""
    city: int | None = None
    is_demonstration: bool = False
    errors: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.project.get("title_en") or self.project.get("title_uk") or "")


def bilingual(name: str, text: str) -> Typed:
    """A text of one language as the field of that language: Ukrainian where it has Cyrillic letters."""
    return {f"{name}_uk" if CYRILLIC.search(text) else f"{name}_en": text}
