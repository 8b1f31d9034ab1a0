"""The site map, robots.txt, and the pictures that stand beside links."""

from itertools import chain

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.letters import site
from cities.page_cache import public_page
from cities.photos import FOREVER
from public.kinds import kind_of

from . import indexing, picture, sitemap
from .card import PORTAL, Card, card_of, card_of_portal, image_url

XML = "application/xml; charset=utf-8"


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read."""
    text = indexing.robots(site() + reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@public_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the site map."""
    return HttpResponse(sitemap.index(), content_type=XML)


@login_not_required
@public_page
def sitemap_part(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """One part, sent as it is written. Raises Http404 for one that is not there."""
    try:
        pages = sitemap.entries(code, number)
        first = next(pages)
    except (KeyError, StopIteration) as error:
        raise Http404 from error
    return StreamingHttpResponse(sitemap.written(chain([first], pages)), content_type=XML)


@login_not_required
@require_safe
def share_image(request: HttpRequest, language: str, code: str, key: int, version: str) -> HttpResponseBase:
    """The picture of a public object; that of another version leads to the one of now."""
    with translation.override(language):
        shown = _card(code, key)
        if version != shown.version:
            return redirect(image_url(code, key, shown))
        return HttpResponse(picture.png(shown), content_type="image/png", headers={"Cache-Control": FOREVER})


def _card(code: str, key: int) -> Card:
    """The card of an object. Raises Http404 for what is not public."""
    if code == PORTAL:
        return card_of_portal()
    try:
        kind = kind_of(code)
    except KeyError as error:
        raise Http404 from error
    one = kind.objects().filter(pk=key).first()
    if one is None:
        raise Http404
    return card_of(kind, one)
