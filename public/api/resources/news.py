"""News, by the filter of their list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from knowledge.models import Article as Row
from public.api.resource import Filter, Keys, Resource, in_order
from public.api.schema import Record, absolute, said


class Article(Record):
    """A piece of news."""

    id: int = said(_("number"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    summary_en: str = said(_("summary in English"))
    summary_uk: str = said(_("summary in Ukrainian"))
    body_en: str = said(_("text in English, as Markdown"))
    body_uk: str = said(_("text in Ukrainian, as Markdown"))
    demonstration: bool = said(_("yes: invented for demonstration"))
    published: datetime = said(_("moment from which it is public (ISO 8601)"))
    updated: datetime = said(_("moment of the last change (ISO 8601)"))
    url: str = said(_("address of its page"))


def _listed(data: QueryDict) -> Keys:
    found = Row.objects.public()
    if year := data.get("year"):
        found = found.filter(publish_at__year=int(year))
    return list(found.values_list("pk", flat=True))


def _made(keys: Sequence[int]) -> list[Article]:
    return in_order(keys, {one.pk: _record(one) for one in Row.objects.public().filter(pk__in=keys)})


def _record(one: Row) -> Article:
    assert one.publish_at is not None, "it is public"
    return Article.taken_from(
        one,
        id=one.pk,
        demonstration=one.is_demonstration,
        published=one.publish_at,
        updated=one.updated_at,
        url=absolute(one.get_absolute_url()),
    )


RESOURCE = Resource(
    name="news",
    single="article",
    title=_("News"),
    meaning=_("Articles of the portal, from the moment on at which they are public."),
    record=Article,
    listed=_listed,
    made=_made,
    filters={"year": Filter(_("Year"), Annotated[str, Field(pattern=r"^20[0-9]{2}$")], "2026")},
    sorts=["newest"],
    changed="updated",
    is_counted=False,
)
