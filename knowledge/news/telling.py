"""The newsletter: members are told of an article once it is public, each once."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.claims import one_by_one
from accounts.models import Notification, Pace, User
from accounts.notifications import notify, register
from knowledge.models import Article

NEWS = "news"
register(NEWS, _("News of the portal"), default=Pace.WEEKLY, about=_("Articles on the page of news."))

AT_A_TIME = 500
"""People told in one transaction, so that nobody who edits the article waits for long."""


def tell_all() -> int:
    """Tell of the articles that became public, whoever else is at it; how many steps were done."""
    return one_by_one(Article.objects.to_be_told, _tell_some)


def _tell_some(article: Article) -> None:
    """Tell some of those who do not know of it; once there is nobody left, note that all were told."""
    told = Notification.objects.filter(user=OuterRef("pk"), kind=NEWS, key=article.slug)
    people = User.objects.filter(is_active=True, emailaddress__primary=True, emailaddress__verified=True)
    left = list(people.exclude(Exists(told)).order_by("pk")[:AT_A_TIME])
    if left:
        title = {"en": article.title_en, "uk": article.title_uk}
        summary = {"en": article.summary_en, "uk": article.summary_uk}
        notify(left, NEWS, "news", article.get_absolute_url(), key=article.slug, title=title, summary=summary)
    else:
        Article.objects.filter(pk=article.pk).update(told_at=timezone.now())


def take_back(article: Article) -> None:
    """Tell nobody any more of an article that is not public; what letters said already stays said.

    If it becomes public again, those are told who do not know of it.
    """
    Notification.objects.unread().filter(kind=NEWS, key=article.slug, mailed_at=None).delete()
    Article.objects.filter(pk=article.pk).update(told_at=None)
