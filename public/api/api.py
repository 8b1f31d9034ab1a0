"""The API: an address for the list of every resource, and one for each thing in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from pydantic import ConfigDict, Field, create_model

from cities.exports import LICENCE

from . import answers, problems
from .formats import TYPES
from .problems import BadParameter, Problem
from .resource import Part, Resource, choice
from .resources import PARTS, RESOURCES
from .schema import Record, absolute, said

VERSION = "1.0.0"
USUAL_LIMIT = 100
LONGEST_CURSOR = 500
WRONG = {
    400: "A parameter makes no sense.",
    404: "There is no such thing, or it is not public.",
    429: "Too many requests in this minute.",
}
ONE_OF_THEM = _("One of them")
KEY = _("its key, as lists have it")
SORT = _("order; the usual one is by id, or with q the best match first")
LIMIT = _("records of a page at most")
CURSOR = _("where the page begins: follow the link to the next page rather than making one")
FORMAT = _("how it is written; as a spreadsheet and on a map too a page at a time, with the next in Link")

api = NinjaAPI(
    title="Mayors' Portal", version=VERSION, docs_url=None, openapi_url=None, urls_namespace="api-v1"
)


class Entry(Record):
    """A resource of the API."""

    name: str = said(_("name"))
    url: str = said(_("address of its list"))


class Index(Record):
    """What the API has."""

    version: str = said(_("version of the API"))
    resources: list[Entry] = said(_("what there is"))
    openapi: str = said(_("address of the description in OpenAPI 3.1"))
    documentation: str = said(_("address of the page for people"))
    dumps: str = said(_("address of the page of nightly files"))
    licence: str = said(_("terms of use"))


def formats(resource: Resource[Any]) -> list[str]:
    """In which formats a list can be had."""
    return [name for name in TYPES if name != "geojson" or resource.is_placed]


def _asked(resource: Resource[Any], name: str) -> Any:
    """What can be sent to a list: a model of its parameters, called by a name."""
    fields: dict[str, Any] = {
        name: _field(one.meaning, one.type, one.example) for name, one in resource.filters.items()
    }
    if resource.sorts:
        sorts = [*(["id"] if resource.has_ids else []), *resource.sorts]
        fields["sort"] = _field(SORT, choice(sorts), sorts[-1])
    limit = Annotated[int, Field(ge=1, le=resource.most)]
    fields["limit"] = _field(LIMIT, limit, 10, min(USUAL_LIMIT, resource.most))
    fields["cursor"] = (str, said(CURSOR, default="", max_length=LONGEST_CURSOR))
    fields["format"] = _field(FORMAT, choice(formats(resource)), "csv", "json")
    return create_model(f"{name}Asked", __config__=ConfigDict(extra="forbid"), **fields)


def _field(meaning: Any, kind: Any, example: Any, default: Any = None) -> tuple[Any, Any]:
    shown = {"example": example}
    if isinstance(example, list):
        return kind, said(meaning, default_factory=list, json_schema_extra=shown)
    return kind, said(meaning, default=default, json_schema_extra=shown)


def _responses(others: Mapping[str, Any], *statuses: int) -> dict[int, Any]:
    """How OpenAPI describes the answers: 200 in other formats too, and problems of these statuses."""
    wrong = {problems.TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    told = {status: {"description": WRONG[status], "content": wrong} for status in (400, 429, *statuses)}
    return {
        200: {"content": others},
        304: {"description": "What you have is the present answer."},
        414: {"description": "The address is too long.", "content": {"text/html": {}}},
        **told,
    }


def _add_list(view: Any, path: str, resource: Resource[Any], tag: str, name: str, *statuses: int) -> None:
    others: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}
    if resource.is_placed:
        others[TYPES["geojson"]] = {"schema": {"type": "object"}}
    api.get(
        path,
        response=resource.page,
        operation_id=name,
        url_name=name,
        summary=resource.title,  # type: ignore[arg-type]
        description=resource.meaning,  # type: ignore[arg-type]
        tags=[tag],
        openapi_extra={"responses": _responses(others, *statuses)},
    )(view)


def _serve(resource: Resource[Any]) -> None:
    """Add the addresses of a resource."""

    def many(request: HttpRequest, asked: Any) -> HttpResponseBase:
        return answers.many(request, resource, asked)

    def one(request: HttpRequest, key: Any) -> HttpResponseBase:
        return answers.one(request, resource, key)

    name = resource.name
    many.__annotations__["asked"] = Query[_asked(resource, resource.record.__name__)]  # type: ignore[misc]
    one.__annotations__["key"] = _key(resource)
    _add_list(many, f"/{name}", resource, name, f"list-{name}")
    api.get(
        f"/{name}/{{key}}",
        response=resource.record,
        operation_id=f"one-of-{name}",
        url_name=f"one-of-{name}",
        summary=ONE_OF_THEM,  # type: ignore[arg-type]
        tags=[name],
        openapi_extra={"responses": _responses({}, 404)},
    )(one)


def _serve_part(part: Part[Any]) -> None:
    """Add the address of a list within a thing."""
    like, within = part.like, part.within

    def many(request: HttpRequest, key: Any, asked: Any) -> HttpResponseBase:
        return answers.part(request, part, key, asked)

    many.__annotations__["asked"] = Query[_asked(like, like.record.__name__)]  # type: ignore[misc]
    many.__annotations__["key"] = _key(within)
    path = f"/{within.name}/{{key}}/{like.name}"
    _add_list(many, path, like, within.name, f"list-{within.name}-{like.name}", 404)


def _key(resource: Resource[Any]) -> Any:
    """The annotation of a key in an address."""
    limits = {"ge": 0, "lt": 2**63} if resource.key is int else {"pattern": r"^[A-Za-z0-9-]{1,40}$"}
    return Annotated[resource.key, Path(description=KEY, **limits)]  # type: ignore[name-defined, arg-type]


@api.get("/", response=Index, operation_id="index", url_name="index", tags=["index"])
def index(request: HttpRequest) -> HttpResponse:
    """What there is."""
    found = Index(
        version=VERSION,
        resources=[
            Entry(name=one.name, url=absolute(reverse(f"api-v1:list-{one.name}"))) for one in RESOURCES
        ],
        openapi=absolute(reverse("api-v1:openapi")),
        documentation=absolute(reverse("api")),
        dumps=absolute(reverse("dumps")),
        licence=LICENCE,
    )
    return HttpResponse(found.model_dump_json(), content_type=TYPES["json"])


for _resource in RESOURCES:
    _serve(_resource)
for _one in PARTS:
    _serve_part(_one)


@api.exception_handler(BadParameter)
def _bad_parameter(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.wrong_parameters(error.faults)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.of_validation(request, error)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.not_found(str(error) or "There is no such thing.")
