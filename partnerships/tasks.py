"""Celery tasks of the matcher, of invitations, expressions of interest and partnerships."""

from celery import shared_task

from .discoveries import looking
from .interests import waiting
from .invitations import inviting
from .models import CityInvitation
from .papers import making
from .partnership import renewal
from .rounds import solving
from .scoring import outbox
from .weights import previewing


@shared_task
def run_pending_scoring_jobs() -> None:
    """Do the scoring that waits in the outbox."""
    outbox.run_pending_jobs()


@shared_task
def solve_matching_rounds() -> None:
    """Solve the matching rounds that wait."""
    solving.solve_waiting_rounds()


@shared_task
def preview_weights() -> None:
    """Work out the previews of weights that wait."""
    previewing.work_out_waiting()


@shared_task
def send_invitations() -> None:
    """Write the letters of invitations that wait."""
    inviting.send_waiting()


@shared_task
def tidy_invitations() -> None:
    """Note which invitations are too old, and forget lists and addresses that are."""
    inviting.tidy()
    CityInvitation.objects.forget_addresses()


@shared_task
def pass_time() -> None:
    """Remind of expressions of interest that wait, and let those expire that nobody answered."""
    waiting.pass_time()


@shared_task
def remind_of_renewals() -> None:
    """Remind both sides of memoranda that end soon."""
    renewal.remind()


@shared_task
def look_for_news() -> None:
    """Tell everybody of new strong matches, calls and projects."""
    looking.look()


@shared_task
def make_papers() -> None:
    """Make the documents as PDF that wait."""
    making.make_waiting()
