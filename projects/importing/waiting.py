"""The work of the worker: checking files that were sent, and making drafts of those that were confirmed."""

from django.db import transaction

from accounts.jobs import claim_job, failure_noted
from accounts.locks import Lock, only_one
from projects.models.imports import ProjectImport

from .drafts import make
from .findings import find

CHECKS_BETWEEN_REPORTS = 20


def work_on_waiting() -> int:
    """Work on every list that waits, each once; return how many were begun. Only one process does so."""
    begun: set[int] = set()
    lists = ProjectImport.objects.select_related("city")
    with only_one(Lock.PROJECT_IMPORTS) as mine:
        while mine and (listed := claim_job(lists, begun)):
            with failure_noted(listed):
                _work_on(listed)
    return len(begun)


def _work_on(listed: ProjectImport) -> None:
    """Make its drafts if it is confirmed, and check what is in it then. It may be forgotten meanwhile."""
    kept = ProjectImport.objects.filter(pk=listed.pk)
    if listed.is_to_be_made:
        make(listed)
        listed.refresh_from_db()

    def went_on(done: int, total: int) -> None:
        if done % CHECKS_BETWEEN_REPORTS == 0:
            kept.update(percent=100 * done // total)

    found = find(listed, went_on)
    with transaction.atomic():
        if kept.update(findings=found, percent=100):
            listed.finish()
