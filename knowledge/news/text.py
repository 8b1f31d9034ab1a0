"""What administrators write: Markdown, made into HTML that can do no harm.

Headings begin below that of the page. Pictures are those uploaded for the news: no page asks another site.
"""

import re
from collections.abc import Iterator, Sequence

import nh3
from django.utils.html import format_html
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

OWN_PICTURE = re.compile(r"/news/pictures/[0-9a-f]{32}\.webp")
HIGHEST, LOWEST = 2, 6
TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
    *("strong", "em", "s", "a", "img", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "div": {"class", "tabindex", "role", "aria-label"},
}
SCHEMES = {"http", "https", "mailto"}

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_markdown.add_render_rule("table_open", lambda *_given: _scrolled())
_markdown.add_render_rule("table_close", lambda *_given: "</table></div>")


def as_html(text: str) -> str:
    """The text as HTML. HTML in it is shown as it is written; a picture from elsewhere is left out."""
    tokens = _markdown.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = [one for one in token.children if one.type != "image" or is_own(one)]
    written = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        written,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_own_pictures,
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def _scrolled() -> str:
    """The beginning of a table that moves sideways where it is too wide, by keyboard too."""
    frame = '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table>'
    return format_html(frame, _("Table"))


def strange_pictures(text: str) -> list[str]:
    """The addresses of pictures in a text that were not uploaded for the news."""
    return [str(image.attrs["src"]) for image in _images(_markdown.parse(text)) if not is_own(image)]


def is_own(image: Token) -> bool:
    """Whether a picture in a text was uploaded for the news."""
    return OWN_PICTURE.fullmatch(str(image.attrs.get("src", ""))) is not None


def _images(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield token
        yield from _images(token.children or [])


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src") and not OWN_PICTURE.fullmatch(value):
        return None
    return value


def _lower_headings(tokens: Sequence[Token]) -> None:
    """Number the levels of headings that are used from HIGHEST on, without a gap."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    levels = {tag: f"h{min(level, LOWEST)}" for level, tag in enumerate(used, start=HIGHEST)}
    for heading in headings:
        heading.tag = levels[heading.tag]
