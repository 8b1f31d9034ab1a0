"""What the API answers where it cannot do what is asked: problem details (RFC 9457), in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.errors import ValidationError
from pydantic import BaseModel, Field

TYPE = "application/problem+json"
ROOT = "/api/v1/"
LONGEST_SHOWN = 80


class Fault(BaseModel):
    """What is wrong with one parameter."""

    parameter: str = Field(description="name of the parameter")
    detail: str = Field(description="what is wrong with it")


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    title: str = Field(description="the kind of problem")
    status: int = Field(description="status code of the answer")
    detail: str = Field(description="what to do about it")
    errors: list[Fault] = Field(default=[], description="what is wrong, parameter by parameter")


class BadParameter(Exception):
    """A parameter that cannot be used; `detail` is a sentence for people."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"{parameter}: {detail}")
        self.faults = [Fault(parameter=parameter, detail=detail)]


def problem(status: int, detail: str, faults: Iterable[Fault] = ()) -> HttpResponse:
    """The answer."""
    said = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(faults))
    return HttpResponse(said.model_dump_json(exclude_defaults=True), status=status, content_type=TYPE)


def is_of_programs(request: HttpRequest) -> bool:
    """Whether the address is one of the API, whose errors are read by programs."""
    return request.path.startswith(ROOT)


def wrong_parameters(faults: list[Fault]) -> HttpResponse:
    """400: what is asked makes no sense."""
    names = ", ".join(dict.fromkeys(fault.parameter for fault in faults))
    return problem(400, f"Look at what is sent as: {names}. The parameters are described at /api/.", faults)


def of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """400 for what Ninja found wrong; 404 for a key that nothing can have."""
    if any(fault["loc"][0] == "path" for fault in error.errors):
        return not_found("No thing has such a key.")
    return wrong_parameters([_fault(request, fault) for fault in error.errors])


def not_found(
    detail: str = "There is nothing at this address. /api/v1/ lists what there is.",
) -> HttpResponse:
    """404."""
    return problem(404, detail)


def _fault(request: HttpRequest, fault: dict[str, Any]) -> Fault:
    """In the words of pydantic, with what was sent."""
    name = next(part for part in fault["loc"] if part not in ("query", "asked"))
    place = next((part for part in fault["loc"] if isinstance(part, int)), -1)
    sent = request.GET.getlist(name)
    given = sent[place][:LONGEST_SHOWN] if sent else ""
    message = str(fault["msg"]).removeprefix("Value error, ")
    return Fault(parameter=name, detail=f"“{given}” cannot be used: {message[:1].lower()}{message[1:]}.")
