"""Tables of practices, news and letters to the portal."""

from .contact import ContactMessage, ContactMessageQuerySet
from .news import Article, ArticlePicture, ArticleQuerySet

__all__ = ["Article", "ArticlePicture", "ArticleQuerySet", "ContactMessage", "ContactMessageQuerySet"]
