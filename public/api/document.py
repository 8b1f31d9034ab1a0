"""The description of the API in OpenAPI 3.1, with examples out of what the portal has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja.openapi.schema import REF_TEMPLATE

from cities.exports import LICENCE

from .api import api
from .problems import ROOT, Problem
from .resource import Resource
from .resources import PARTS, RESOURCES
from .schema import absolute

Document = dict[str, Any]
LICENCE_NAME = "CC BY 4.0"


def document() -> Document:
    """The description in the active language. Examples are records that are there now."""
    made = json.loads(
        json.dumps(api.get_openapi_schema(path_prefix=ROOT.strip("/") + "/"), cls=DjangoJSONEncoder)
    )
    made["info"] |= {
        "summary": _("Everything public of the portal, to read."),
        "description": _(
            "Paging, limits, terms of use and the promise about versions: see the page for people."
        ),
        "termsOfService": absolute(reverse("api")),
        "contact": {"name": "Mayors' Portal", "url": settings.SITE_URL},
        "license": {"name": LICENCE_NAME, "url": LICENCE},
    }
    made["servers"] = [{"url": settings.SITE_URL.rstrip("/")}]
    made["externalDocs"] = {"url": absolute(reverse("api"))}
    made["tags"] = [{"name": one.name, "description": str(one.meaning)} for one in RESOURCES]
    problem = Problem.model_json_schema(ref_template=REF_TEMPLATE)
    made["components"]["schemas"] |= {**problem.pop("$defs"), Problem.__name__: problem}
    for operation in operations(made):
        for parameter in operation["parameters"]:
            _tidy(parameter)
    for resource in RESOURCES:
        _exemplify(made["paths"], resource)
    return made


def operations(document: Document) -> Iterator[Document]:
    """All operations that a document describes."""
    for methods in document["paths"].values():
        yield from methods.values()


def _tidy(parameter: Document) -> None:
    """Without what pydantic says beside: titles made of names, and defaults that stand for nothing."""
    schema = parameter["schema"]
    for name in ("title", "description", "example"):
        schema.pop(name, None)
    if schema.get("default") in (None, "", []):
        schema.pop("default", None)


def _exemplify(paths: Document, resource: Resource[Any]) -> None:
    """Put a record that is there into the addresses of one thing, and into its answer."""
    keys = resource.keys(QueryDict(resource.example))
    if not len(keys):
        keys = resource.keys(QueryDict())
    if not (records := resource.made(keys[:1].tolist())):
        return
    path = f"{ROOT}{resource.name}/{{key}}"
    listed = [path, *(f"{path}/{part.like.name}" for part in PARTS if part.within is resource)]
    for one in listed:
        paths[one]["get"]["parameters"][0]["example"] = keys[:1].tolist()[0]
    answer = paths[path]["get"]["responses"]["200"]["content"]["application/json"]
    answer["example"] = records[0].model_dump(mode="json")
