"""The history of a project in words: what was changed, from what to what, by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import formats
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from cities.models import City, Mayor, Topic, in_active_language

from .amounts import amount_in_words
from .editing import PROJECT
from .models import Project, ProjectChange
from .models.money import MoneyField

NOTHING_SAID = "-"


@dataclass(frozen=True)
class Told:
    """A change in words."""

    at: datetime
    who: str
    label: str
    before: str
    after: str


class Names:
    """Names that changes refer to by number, found by two queries at most, when first asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._people: dict[int, str] | None = None
        self._topics: dict[str, str] | None = None

    def person(self, by: User | None) -> str:
        """What a person who edits is called in public: by the name the city's page shows, if any."""
        if by is None:
            return _("The portal")
        if self._people is None:
            mayors = Mayor.objects.filter(city=self.project.city_id).exclude(public_name="")
            self._people = dict(mayors.values_list("user_id", "public_name"))
        if name := self._people.get(by.pk):
            return name
        if by.is_staff:
            return _("The portal's administration")
        return _("A representative of the city")

    def topic(self, code: str) -> str:
        """The name of a topic."""
        if self._topics is None:
            self._topics = {one.code: one.name for one in Topic.objects.all()}
        return self._topics.get(code, code)


def told(changes: Iterable[ProjectChange], project: Project) -> list[Told]:
    """Changes in words, in their order; they need `by` selected."""
    names = Names(project)
    return [_told(one, names) for one in changes]


def _told(change: ProjectChange, names: Names) -> Told:
    model = apps.get_model("projects", change.part)
    about = Truncator(in_active_language(change.about_en, change.about_uk)).chars(80)
    if change.field:
        label = field_label(model, change.field)
        before, after = (in_words(model, change.field, value, names) for value in (change.old, change.new))
    else:
        label = _("added") if change.old is None else _("removed")
        before, after = (_all_in_words(model, value, names) for value in (change.old, change.new))
    if change.part == PROJECT and about:
        label = _("imported from the file “%(file)s”") % {"file": about}
    elif change.part != PROJECT:
        label = f"{capfirst(model._meta.verbose_name)} “{about}”: {label}"
    return Told(change.at, names.person(change.by), str(label), before, after)


def field_label(model: type[models.Model], name: str) -> str:
    """What a field is called."""
    if name == "file":
        return _("File")
    return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _all_in_words(model: type[models.Model], values: dict[str, Any] | None, names: Names) -> str:
    if values is None:
        return NOTHING_SAID
    said = [(name, in_words(model, name, value, names)) for name, value in values.items() if name != "file"]
    return "; ".join(f"{field_label(model, name)}: {text}" for name, text in said if text != NOTHING_SAID)


def in_words(model: type[models.Model], name: str, value: Any, names: Names) -> str:
    """A value of the history for people."""
    if value is None or value in ("", []):
        return NOTHING_SAID
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "file":
        return value["name"] if isinstance(value, dict) else _("yes")
    field = model._meta.get_field(name)
    match field:
        case MoneyField():
            return amount_in_words(Decimal(value), names.project.currency)
        case models.DateField():
            return formats.date_format(date.fromisoformat(value))
        case models.ForeignKey() if field.related_model is Topic:
            return names.topic(value)
        case models.ForeignKey() if field.related_model is City:
            return str(City.objects.filter(pk=value).first() or value)
    if isinstance(value, list):
        return ", ".join(_choice(field.base_field, one) for one in value)  # type: ignore[union-attr]
    return _choice(field, value)


def _choice(field: Any, value: Any) -> str:
    return str(dict(field.flatchoices).get(value, value))
