"""The news as an Atom feed, one for each language."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.letters import link, site
from cities.directory import reader_language
from knowledge.models import Article, ArticleQuerySet

MOST = 30


class NewsFeed(Feed):
    """The latest public articles that are written in the active language.

    Its addresses are those of the portal, whichever host name was asked: the feed is kept in memory.
    """

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Mayors' Portal: news")

    def subtitle(self) -> str:
        return _("News of the platform of the Mayors' Club Ukraine and the Alliance of European Mayors.")

    def link(self) -> str:
        return link("news")

    def feed_url(self) -> str:
        return link("news-feed")

    def author_name(self) -> str:
        return _("Mayors' Portal")

    def items(self) -> ArticleQuerySet:
        """The articles, the latest first."""
        return Article.objects.public().in_language(reader_language())[:MOST]

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        """The summary; that of an invented article says so."""
        label = _("Demonstration data: this article is invented.") + " " if item.is_demonstration else ""
        return str(escape(label + item.summary))

    def item_link(self, item: Article) -> str:
        return site() + item.get_absolute_url()

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Article) -> datetime:
        """When it was changed last since it became public."""
        return max(item.updated_at, item.publish_at or item.updated_at)
