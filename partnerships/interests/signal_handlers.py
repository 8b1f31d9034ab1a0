"""What the accounts announce: data asked for, an account that goes."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account
from partnerships.models import Attachment, Block, Interest, LastRead, Message, Report


@receiver(collecting_own_data)
def own_words(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """What the person wrote and decided for their sides."""
    return {
        "expressions of interest": [row(one) for one in Interest.objects.filter(by=user)],
        "expressions of interest answered": [row(one) for one in Interest.objects.filter(answered_by=user)],
        "messages": [row(one) for one in Message.objects.filter(by=user)],
        "files in messages": [row(one) for one in Attachment.objects.filter(message__by=user)],
        "blocks": [row(one) for one in Block.objects.filter(by=user)],
        "reports": [_reported(one) for one in Report.objects.filter(by=user)],
    }


def _reported(report: Report) -> dict[str, Any]:
    """What the person said, without what the administrators noted for themselves."""
    return {name: value for name, value in row(report).items() if name != "note"}


@receiver(deleting_account)
def forget_what_was_read(user: User, **kwargs: Any) -> None:
    """What the person wrote for a side stays with both sides, by an account without a name."""
    LastRead.objects.filter(user=user).delete()
