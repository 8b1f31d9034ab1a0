"""What administrators write becomes HTML that can do no harm."""

import re

import pytest

from knowledge.news.text import as_html, strange_pictures

OWN = "/news/pictures/" + "0a" * 16 + ".webp"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("# One\n\n### Two\n\n# Three", ["h2", "h3", "h2"]),
        ("### One\n\n#### Two", ["h2", "h3"]),
        ("###### Six\n\n# One", ["h3", "h2"]),
    ],
)
def test_headings_begin_below_that_of_the_page_and_leave_no_gap(written, expected):
    assert re.findall(r"<(h\d)>", as_html(written)) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://evil.example/pixel.gif)",
        "![x](//evil.example/pixel.gif)",
        "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
        "![x](/news/pictures/../../accounts/logout/)",
        "[![x](https://evil.example/a.png)](/events/)",
        "<style>body{display:none}</style>",
        '<a href="https://evil.example" style="position:fixed" onclick="x()">x</a>',
        "[x]: https://evil.example/a.png\n\n![x]",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(hostile):
    made = as_html(hostile)
    assert not re.search(r"<(?!/?(p|a|em|br)\b)", made), made
    assert not re.search(r"<[^>]*\b(src|on\w+|style)=", made), made
    assert not re.search(r'href="(?!/|https?:)', made), made


def test_what_is_meant_stays():
    made = as_html(
        f"A [link](https://example.org) and ![a *bridge*]({OWN})\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~x~~"
    )
    assert '<a href="https://example.org" rel="nofollow noopener noreferrer">link</a>' in made
    assert f'src="{OWN}"' in made
    assert 'alt="a bridge"' in made
    assert '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>' in made
    assert "<td>1</td>" in made
    assert "<s>x</s>" in made


def test_pictures_from_elsewhere_are_named():
    text = f"![a]({OWN}) [![b](https://example.org/b.png)](/) ![c](/media/c.webp)"
    assert strange_pictures(text) == ["https://example.org/b.png", "/media/c.webp"]
