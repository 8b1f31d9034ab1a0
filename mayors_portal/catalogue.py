"""The Ukrainian catalogue: every string of the code, extracted and compiled by Babel, without GNU gettext."""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT: Path = settings.BASE_DIR
LOCALE = ROOT / "locale"
CATALOGUE = LOCALE / "uk" / "LC_MESSAGES" / "django.po"
CODE = [*settings.OWN_APPS, "mayors_portal"]
TEMPLATES = ROOT / "templates"
JINJA = TEMPLATES / "jinja2"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CHANGING_HEADERS = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def strings_of_the_code() -> Catalog:
    """Every translatable string of Python code, Django templates and Jinja templates."""
    catalogue = Catalog(locale="uk", project="Mayors' Portal", fuzzy=False)
    for path, method, source in _sources():
        for _line, message, _comments, context in extract(method, io.BytesIO(source), keywords=KEYWORDS):
            flags = ("python-format",) if "%(" in str(message) else ()
            catalogue.add(message, locations=[(str(path.relative_to(ROOT)), 0)], flags=flags, context=context)
    return catalogue


def _sources() -> Iterator[tuple[Path, str, bytes]]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                yield path, "python", path.read_bytes()
    for path in sorted(TEMPLATES.rglob("*")):
        if not path.is_file():
            continue
        if path.is_relative_to(JINJA):
            yield path, "jinja2.ext:babel_extract", path.read_bytes()
        else:
            yield path, "python", templatize(path.read_text(encoding="utf-8")).encode()


def translations() -> Catalog:
    """The Ukrainian catalogue as it is kept."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="uk")


def refresh() -> None:
    """Bring the catalogue in line with the code: new strings come untranslated, old ones go."""
    kept = translations() if CATALOGUE.exists() else Catalog(locale="uk")
    kept.update(strings_of_the_code(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.fuzzy = False
    kept.project, kept.version = "Mayors' Portal", "1"
    kept.header_comment = "# Ukrainian translation of Mayors' Portal."
    written = io.BytesIO()
    write_po(written, kept, width=100, no_location=True, sort_output=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(
        "".join(line for line in lines if not line.startswith(tuple(f'"{h}' for h in CHANGING_HEADERS)))
    )


def compile_catalogues() -> None:
    """Write the .mo file of each catalogue that is newer than its own."""
    for catalogue in LOCALE.glob("*/LC_MESSAGES/django.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            with catalogue.open("rb") as words, compiled.open("wb") as file:
                write_mo(file, read_po(words, locale=catalogue.parts[-3]))


def problems() -> list[str]:
    """What is missing or wrong in the catalogue, a sentence each."""
    catalogue = translations()
    found = []
    for message in strings_of_the_code():
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        if translated is None:
            found.append(f"Not in the catalogue: {message.id!r}")
        else:
            found += [
                f"{problem}: {message.id!r}" for problem in _problems_of(translated, catalogue.num_plurals)
            ]
    return found


def _texts(forms: str | Sequence[str] | None) -> list[str]:
    return [forms or ""] if forms is None or isinstance(forms, str) else list(forms)


def _problems_of(message: Message, plurals: int) -> list[str]:
    strings = _texts(message.string)
    if not all(strings) or (message.pluralizable and len(strings) != plurals):
        return ["Not translated in full"]
    if message.fuzzy:
        return ["Marked fuzzy"]
    ids = _texts(message.id)
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    if (
        any(set(PLACEHOLDER.findall(text)) - wanted for text in strings)
        or set(PLACEHOLDER.findall(strings[-1])) != wanted
    ):
        return ["Other placeholders than the original"]
    return []
