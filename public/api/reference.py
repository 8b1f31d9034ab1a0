"""The description of the API as tables for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .document import Document
from .problems import ROOT
from .resource import Resource
from .resources import PARTS, RESOURCES

OF_THE_API = {"Entry", "Index", "Problem", "Fault"}
"""Records that are of no resource."""


@dataclass(frozen=True)
class Row:
    """A parameter or a field: its name, what it can be, what it means.

    example: where it can be too many things to list. kind: the record it is, if it is one.
    """

    name: str
    values: list[str]
    meaning: str
    kind: str = ""
    example: str = ""


@dataclass(frozen=True)
class Shown:
    """A list. one: the address of one of them, empty where there is none. example: one to be clicked."""

    name: str
    title: str
    meaning: str
    address: str
    one: str
    example: str
    parameters: list[Row]
    fields: list[Row]
    formats: str


def resources(document: Document) -> list[Shown]:
    """All lists, each before those within its things."""
    made = []
    for resource in RESOURCES:
        made.append(_shown(document, resource, resource.name))
        made += [
            _shown(document, part.like, f"{resource.name}/{{key}}/{part.like.name}")
            for part in PARTS
            if part.within is resource
        ]
    return made


def kinds(document: Document) -> list[tuple[str, list[Row]]]:
    """The records that stand within others, with their fields."""
    schemas = document["components"]["schemas"]
    own = {kind.__name__ for one in _all() for kind in (one.record, one.page)}
    return [
        (name, _fields(schema))
        for name, schema in sorted(schemas.items())
        if name not in own and not name.endswith("Asked") and name not in OF_THE_API
    ]


def _all() -> list[Resource[Any]]:
    return [*RESOURCES, *(part.like for part in PARTS)]


def _shown(document: Document, resource: Resource[Any], path: str) -> Shown:
    paths = document["paths"]
    address = f"{ROOT}{path}"
    operation, one = paths[address]["get"], f"{ROOT}{resource.name}/{{key}}"
    within = [one for one in operation["parameters"] if one["in"] == "path"]
    example = address.replace("{key}", str(within[0].get("example", ""))) if within else address
    return Shown(
        name=path.replace("/{key}/", "-"),
        title=str(resource.title),
        meaning=str(resource.meaning),
        address=address,
        one=one if one in paths else "",
        example="" if example.endswith("//") else f"{example}?limit=3",
        parameters=[_parameter(one) for one in operation["parameters"] if one["in"] == "query"],
        fields=_fields(document["components"]["schemas"][resource.record.__name__]),
        formats=", ".join(operation["responses"]["200"]["content"]),
    )


def _parameter(one: Document) -> Row:
    schema = one["schema"]
    items = schema.get("items", schema)
    values = list(map(str, items.get("enum", [])))
    if "maximum" in items:
        values = [f"{items['minimum']}–{items['maximum']}"]
    repeated = _("can be given several times") if schema.get("type") == "array" else ""
    meaning = "; ".join(filter(None, [one["description"], repeated]))
    return Row(one["name"], values, meaning, example="" if values else _plain(one.get("example", "")))


def _plain(example: Any) -> str:
    return str(example[0] if isinstance(example, list) else example)


def _fields(schema: Document) -> list[Row]:
    return [
        Row(name, _types(field), field.get("description", ""), _kind(field))
        for name, field in schema["properties"].items()
    ]


def _types(field: Document) -> list[str]:
    """What a field can be: codes, or types as JSON Schema has them."""
    if "anyOf" in field:
        return [type for one in field["anyOf"] for type in _types(one)]
    if field.get("type") == "array":
        items = _types(field["items"])
        return items if "enum" in field["items"] else [f"[{' | '.join(items)}]"]
    if "$ref" in field:
        return [_kind(field)]
    if "enum" in field:
        return [code for code in field["enum"] if code]
    return [str(field.get("format") or field["type"])]


def _kind(field: Document) -> str:
    """The record that a field holds one or many of; empty for none."""
    for one in (field, *field.get("anyOf", []), field.get("items", {})):
        if "$ref" in one:
            return str(one["$ref"]).rpartition("/")[2]
    return ""
