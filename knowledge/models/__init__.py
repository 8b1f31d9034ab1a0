"""Tables of practices, news and letters to the portal."""

from .contact import ContactMessage, ContactMessageQuerySet
from .news import Article, ArticlePicture, ArticleQuerySet
from .practices import Adoption, Practice, PracticeDocument, PracticeQuestion, PracticeResult

__all__ = [
    "Adoption",
    "Article",
    "ArticlePicture",
    "ArticleQuerySet",
    "ContactMessage",
    "ContactMessageQuerySet",
    "Practice",
    "PracticeDocument",
    "PracticeQuestion",
    "PracticeResult",
]
