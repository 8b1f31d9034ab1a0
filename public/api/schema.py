"""What the records of the API are made of. Texts stand in both languages, empty where none was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Self, get_args

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, create_model

from cities.exports import LICENCE
from cities.models import City

WGS84 = _("degrees (WGS 84)")


class Record(BaseModel):
    """What the API says of one thing. Its fields are its columns in spreadsheets, see `formats`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def taken_from(cls, one: Any, **others: Any) -> Self:
        """The record of something: what `others` gives, and of the other fields its attributes so called."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields.keys() - others.keys()}, **others)


def said(meaning: Any, **more: Any) -> Any:
    """A field with what it means, translated when it is shown; `more` as pydantic's Field takes it."""
    return Field(description=meaning, **more)


def one_of(meaning: Any, codes: Iterable[str]) -> Any:
    """A field of one of these codes, or of a list of them."""

    def add(schema: dict[str, Any]) -> None:
        schema.get("items", schema)["enum"] = list(codes)

    return said(meaning, json_schema_extra=add)


class Money(Record):
    """A sum."""

    amount: Decimal = said(_("decimal number as text, so that no digit is lost"))
    currency: str = said(_("ISO 4217 code"))

    @classmethod
    def of(cls, amount: Decimal | None, currency: str) -> Money | None:
        """The sum; None where it is not known."""
        return None if amount is None else cls(amount=amount, currency=currency)


class CityReference(Record):
    """A city that something else names."""

    id: int = said(_("number of the city in GeoNames"))
    name: str = said(_("name of the city in Latin letters"))
    name_uk: str = said(_("name in Ukrainian"))
    country: str = said(_("ISO 3166-1 code"))

    @classmethod
    def of(cls, city: City) -> CityReference:
        """The reference to a city."""
        return cls(id=city.pk, name=city.name, name_uk=city.name_uk, country=city.country_id)


class Note(Record):
    """A code that is stated, with a sentence about it."""

    code: str = said(_("code"))
    note_en: str = said(_("note in English"))
    note_uk: str = said(_("note in Ukrainian"))


@cache
def list_of(record: type[Record]) -> Any:
    """The kind of record that a page of these is."""
    return create_model(
        f"{record.__name__}List",
        __base__=Record,
        items=(list[record], said(_("the records of this page"))),  # type: ignore[valid-type]
        total=(int, said(_("how many are listed on all pages"))),
        next=(str | None, said(_("address of the next page; null on the last one"))),
        licence=(str, said(_("terms of use"), default=LICENCE)),
    )


def absolute(path: str) -> str:
    """The whole address of a path of the portal."""
    return settings.SITE_URL.rstrip("/") + path


def columns(record: type[BaseModel], before: str = "") -> Iterator[str]:
    """The columns of a record in a spreadsheet: what it holds that is a record itself has several."""
    for name, field in record.model_fields.items():
        inner = record_in(field.annotation)
        if inner is None:
            yield before + name
        else:
            yield from columns(inner, f"{before}{name}_")


def record_in(annotation: Any) -> type[BaseModel] | None:
    """The kind of record that a field holds one of at most; None for every other field."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return None if getattr(annotation, "__origin__", None) is list else one
    return None
