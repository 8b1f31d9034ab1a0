"""News on pages of other apps."""

from typing import Any

from django import template

from knowledge.models import Article

register = template.Library()

MOST = 3


@register.inclusion_tag("news/latest.html")
def latest_news() -> dict[str, Any]:
    """The latest public articles, nothing where there is none: `{% latest_news %}`. Needs news.css."""
    return {"articles": Article.objects.public()[:MOST]}
