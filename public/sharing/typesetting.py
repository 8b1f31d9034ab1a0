"""Text in pictures: all scripts of the portal's own fonts in one line, broken into lines that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from PIL import ImageDraw, ImageFont

from cities.romanised import romanised

FONTS = Path(settings.BASE_DIR, "static", "vendor", "inter")
ELLIPSIS = "…"

_FACE = re.compile(r"url\(([^)]+)\).*?unicode-range: ([^;]+);", re.DOTALL)


class Style(NamedTuple):
    """Size in pixels, and weight from 100 to 900."""

    size: int
    weight: int = 400


@lru_cache(maxsize=1)
def faces() -> dict[str, list[range]]:
    """The font files, each with the letters it is for, as inter.css says."""
    found = _FACE.findall((FONTS / "inter.css").read_text())
    return {name: [_letters(part) for part in ranges.split(",")] for name, ranges in reversed(found)}


def _letters(text: str) -> range:
    first, _dash, last = text.strip().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


@lru_cache(maxsize=2000)
def _face(letter: str) -> str:
    """The font file that has a letter; empty where none has."""
    return next((name for name, ranges in faces().items() if any(ord(letter) in one for one in ranges)), "")


@lru_cache(maxsize=100)
def _font(name: str, style: Style) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / name, style.size)
    font.set_variation_by_axes([style.weight])
    return font


def printable(text: str) -> str:
    """The text on one line; letters that no font has become Latin ones, or are left out."""
    line = " ".join(text.split())
    known = ((letter if _face(letter) else romanised(letter)) for letter in line)
    return "".join(letter for part in known for letter in part if _face(letter))


def _runs(text: str, style: Style) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """The parts of a printable text that one font has."""
    for name, letters in groupby(text, key=_face):
        yield "".join(letters), _font(name, style)


def width(text: str, style: Style) -> float:
    """How wide a printable text is, in pixels."""
    return sum(font.getlength(part) for part, font in _runs(text, style))


def draw(on: ImageDraw.ImageDraw, x: float, baseline: float, text: str, style: Style, colour: str) -> None:
    """Write a printable text."""
    for part, font in _runs(text, style):
        on.text((x, baseline), part, font=font, fill=colour, anchor="ls")
        x += font.getlength(part)


def fitted(text: str, styles: Sequence[Style], wide: float, most: int) -> tuple[Style, list[str]]:
    """The largest style in which a text has so many lines at most, and the lines.

    `styles` are in order; where not even the last one will do, its text is cut.
    """
    line = printable(text)
    for style in styles:
        fits = partial(_fits, style, wide)
        lines = _lines(line, fits)
        if len(lines) <= most and all(map(fits, lines)):
            return style, lines
    lines = _lines(_with_short_words(line, fits), fits)
    if len(lines) > most:
        last = lines[most - 1]
        while not fits(last + ELLIPSIS):
            last = last[:-1].rstrip()
        lines = [*lines[: most - 1], last + ELLIPSIS]
    return style, lines


def _fits(style: Style, wide: float, text: str) -> bool:
    return width(text, style) <= wide


def _with_short_words(text: str, fits: Callable[[str], bool]) -> str:
    """The text with a space inside of each word that is too long for a line."""
    made = ""
    for letter in text:
        made += letter if fits(made.rpartition(" ")[2] + letter) else f" {letter}"
    return made


def _lines(text: str, fits: Callable[[str], bool]) -> list[str]:
    """As many words on a line as fit; a word that is too long has one of its own."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
