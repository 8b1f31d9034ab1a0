"""Pages of the news, and their feed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.page_cache import public_page
from cities.photos import photo_file
from knowledge.models import Article, ArticlePicture

from .feed import NewsFeed

A_PAGE = 12


@login_not_required
@public_page
def news(request: HttpRequest) -> HttpResponse:
    """The public articles, the latest first; of one year where that is asked for."""
    articles = Article.objects.public()
    years = [day.year for day in articles.dates("publish_at", "year", order="DESC")]
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted in map(str, years) else None
    if year is not None:
        articles = articles.filter(publish_at__year=year)
    page = Paginator(articles, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "years": years, "year": year, "query": f"year={year}" if year else ""}
    return render(request, "news/news.html", context)


@login_not_required
@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article, with the ones before and after it. Administrators see it before it is public."""
    shown = get_object_or_404(Article.objects.seen_by(request.user), slug=slug)
    public = Article.objects.public()
    has_day = shown.publish_at is not None
    context = {
        "article": shown,
        "older": public.published_before(shown).first() if has_day else None,
        "newer": public.published_after(shown).first() if has_day else None,
    }
    return render(request, "news/article.html", context)


@login_not_required
@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of an article, above it or in its text. Raises Http404 for one that nobody may see."""
    shown = Article.objects.seen_by(request.user).with_picture(name).first()
    if shown is None:
        raise Http404
    in_text = ArticlePicture.objects.filter(article=shown, file__endswith=f"/{name}.webp").first()
    return photo_file(in_text.file if in_text else shown.picture, is_public=shown.is_public)


@login_not_required
@public_page
def feed(request: HttpRequest) -> HttpResponseBase:
    """The latest articles in the language of the address, for feed readers."""
    return NewsFeed()(request)
