"""The pictures that stand beside links to the portal: drawn by Pillow, in the portal's colours and fonts."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from django.conf import settings
from django.core.cache import caches
from PIL import Image, ImageDraw

from cities import mapping

from . import typesetting
from .card import Card, Point
from .typesetting import Style

WIDTH, HEIGHT = 1200, 630  # what Open Graph asks for
MARGIN = 72
SEA, LAND, BORDER = "#12357f", "#1a4bb5", "#12357f"
INK, SOFT, SUN = "#ffffff", "#d3dff7", "#f2b705"
TITLES = [Style(size, 700) for size in (84, 72, 62, 54, 46)]
MOST_LINES, LINE = 4, 1.18  # of a title; line height
TEXT = Style(34, 450)
MAP_SCALE, MAP_LEFT, MAP_TOP = 1.02, 300.0, -90.0  # of the map of Europe behind the words
SMOOTHER = 2  # the map is drawn so many times as large, then made smaller
COLOURS = 64

_one_at_a_time = Lock()  # FreeType's fonts are not for several threads


def png(card: Card) -> bytes:
    """The picture of a card: WIDTH x HEIGHT pixels. Each is drawn once and kept."""
    kept = caches["pictures"]
    if made := kept.get(card.version):
        return bytes(made)
    made = drawn(card)
    kept.set(card.version, made)
    return made


def drawn(card: Card) -> bytes:
    """The picture, drawn anew: some 60 ms."""
    with _one_at_a_time:
        picture = _map().copy()
        on = ImageDraw.Draw(picture)
        _points(on, card.points)
        _head(on, card.portal)
        _words(on, card)
        on.rectangle((0, HEIGHT - 14, WIDTH, HEIGHT), fill=SUN)
    written = io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=False)
    return written.getvalue()


@lru_cache(maxsize=1)
def _map() -> Image.Image:
    """Europe, behind everything."""
    picture = Image.new("RGB", (WIDTH * SMOOTHER, HEIGHT * SMOOTHER), SEA)
    on = ImageDraw.Draw(picture)
    outlines = json.loads(Path(settings.BASE_DIR, "static", "geo", "europe.json").read_text())
    for feature in outlines["features"]:
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for ring, *_holes in parts:
            places = [(x * SMOOTHER, y * SMOOTHER) for x, y in _placed([(lat, lon) for lon, lat in ring])]
            on.polygon(places, fill=LAND, outline=BORDER, width=SMOOTHER)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _placed(points: list[Point]) -> list[Point]:
    """Where places in degrees are in the picture."""
    latitude, longitude = np.array(points, dtype=np.float64).T
    x, y = mapping.project(latitude, longitude)
    return list(zip((MAP_LEFT + MAP_SCALE * x).tolist(), (MAP_TOP + MAP_SCALE * y).tolist(), strict=True))


def _points(on: ImageDraw.ImageDraw, points: tuple[Point, ...]) -> None:
    places = _placed(list(points)) if points else []
    if len(places) > 1:
        on.line(places, fill=SUN, width=4)
    for x, y in places:
        on.circle((x, y), 13, fill=SUN, outline=SEA, width=4)


def _head(on: ImageDraw.ImageDraw, portal: str) -> None:
    """The portal's mark, as in static/img/mark.svg, and its name."""
    x, y, one = MARGIN, 56, 64 / 48  # one unit of the mark's viewBox
    thick = round(4 * one)

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return x + left * one, y + top * one, x + right * one, y + bottom * one

    on.rounded_rectangle(box(0, 0, 48, 48), 11 * one, fill=LAND, outline=INK, width=2)
    on.arc(box(6, 15, 42, 51), 180, 360, fill=SUN, width=thick)
    on.arc(box(15, 24, 33, 42), 180, 360, fill=INK, width=thick)
    on.rounded_rectangle(box(4, 35, 44, 39), thick / 2, fill=INK)
    on.circle((x + 8 * one, y + 14 * one), 3.4 * one, fill=INK)
    on.circle((x + 40 * one, y + 14 * one), 3.4 * one, fill=SUN)
    typesetting.draw(on, x + 84, y + 44, typesetting.printable(portal), Style(34, 650), INK)


def _words(on: ImageDraw.ImageDraw, card: Card) -> None:
    """Kind, title and place, from the bottom upwards."""
    wide = WIDTH - 2 * MARGIN
    _style, place = typesetting.fitted(card.place, [TEXT], wide, 2)
    style, title = typesetting.fitted(card.title, TITLES, wide, MOST_LINES)
    baseline = HEIGHT - 66.0
    for lines, written, colour in ((place, TEXT, SOFT), (title, style, INK)):
        for line in reversed(lines):
            typesetting.draw(on, MARGIN, baseline, line, written, colour)
            baseline -= written.size * LINE
        baseline -= 18
    if card.kind:
        typesetting.draw(on, MARGIN, baseline, typesetting.printable(card.kind), Style(32, 650), SUN)
