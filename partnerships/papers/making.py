"""Asking for papers, and making those that wait.

A pending paper is its own outbox row. A killed worker leaves it pending, and the next one makes it.
"""

from __future__ import annotations

from django.db import transaction

from accounts.hints import hint
from accounts.jobs import claim_job, failure_noted
from accounts.locks import Lock, only_one

from .documents import Document
from .models import Paper


def ask(document: Document) -> None:
    """Ask the worker for the paper of a document, unless it is there or waits already; earlier ones go."""
    with transaction.atomic():
        earlier = Paper.objects.about(document.kind, document.number)
        (earlier.exclude(key=document.key) | earlier.filter(state=Paper.State.FAILED)).delete()
        Paper.objects.get_or_create(
            kind=document.kind, number=document.number, key=document.key, defaults={"page": document.page}
        )
        transaction.on_commit(_wake_worker)


def _wake_worker() -> None:
    from partnerships.tasks import make_papers

    hint(make_papers)


def make_waiting() -> int:
    """Make every paper that waits, each once; how many were begun. Only one process does so."""
    Paper.objects.outdated().delete()
    begun: set[int] = set()
    with only_one(Lock.PAPERS) as mine:
        while mine and (paper := claim_job(Paper.objects.all(), begun)):
            with failure_noted(paper):
                from .printing import printed  # raises OSError without Pango

                paper.keep(printed(paper.page))
    return len(begun)
