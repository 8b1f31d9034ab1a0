"""What the head of a page says to search engines and to places where links are shared."""

from typing import Any

from django import template
from django.utils.safestring import mark_safe

from public.kinds import kind_of
from public.sharing import structured
from public.sharing.card import PORTAL, card_of, card_of_portal, image_url

register = template.Library()


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Keep what is inside under a name, to be written more than once.

    `{% kept as page_title %}{% block title %}{% endblock %}{% endkept %}`
    """
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("Write {% kept as name %} ... {% endkept %}.")
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(inside, words[2])


class KeptNode(template.Node):
    """Renders nothing; see `kept`."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> str:
        text = self.nodelist.render(context).strip()
        context[self.name] = mark_safe(text)  # noqa: S308 - rendered with escaping
        return ""


@register.inclusion_tag("sharing/head.html")
def sharing(code: str, one: Any) -> dict[str, Any]:
    """The picture and the schema.org data of a public object: `{% sharing "cities" city %}`.

    `code` is the word of its kind, see public.kinds. For what is not public yet, nothing.
    """
    if not getattr(one, "is_public", True):
        return {}
    kind = kind_of(code)
    shown = card_of(kind, one)
    return {
        "image": image_url(code, one.pk, shown),
        "card": shown,
        "blocks": [
            structured.block(structured.about(kind, one)),
            structured.block(structured.path_to(kind, one)),
        ],
    }


@register.inclusion_tag("sharing/head.html")
def sharing_portal(is_home: bool = False) -> dict[str, Any]:
    """The picture of a page about nothing in particular; on the first page the portal's data too."""
    shown = card_of_portal()
    blocks = [structured.block(structured.portal())] if is_home else []
    return {"image": image_url(PORTAL, 0, shown), "card": shown, "blocks": blocks}
