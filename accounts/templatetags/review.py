"""Counts of what waits for a decision, for the administration's home page."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

register = template.Library()


@dataclass(frozen=True)
class Queue:
    """Something to decide: how many wait, and for how many days the oldest of them."""

    label: str
    url: str
    count: int
    days: int


@register.simple_tag(takes_context=True)
def review_queues(context: dict[str, Any]) -> list[Queue]:
    """The queues this person may decide: `{% review_queues as queues %}`."""
    return queues_of(context["request"])


def queues_of(request: HttpRequest) -> list[Queue]:
    """The queues a person may decide, empty ones included.

    A queue is an administration with `is_queue`; its rows have `.waiting()`, oldest first, `waiting_days`.
    """
    return [
        _queue(model)
        for model, model_admin in admin.site._registry.items()
        if getattr(model_admin, "is_queue", False) and model_admin.has_change_permission(request)
    ]


def _queue(model: type[Model]) -> Queue:
    waiting = model._default_manager.waiting()  # type: ignore[attr-defined]
    oldest = waiting.first()
    return Queue(
        label=str(model._meta.verbose_name_plural),
        url=reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        count=waiting.count(),
        days=oldest.waiting_days if oldest else 0,
    )
