"""`python manage.py delete_account NUMBER ...`: what was deleted, and came back with an older backup."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import deletion
from accounts.models import User


class Command(BaseCommand):
    """Delete accounts by their numbers at once, as they are deleted when their time of grace is over."""

    help = "Delete accounts by their numbers, as the log tells them, for instance after restoring a backup."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="+", type=int)

    def handle(self, *args: Any, number: list[int], **options: Any) -> None:
        for one in number:
            with transaction.atomic():
                user = User.objects.select_for_update().filter(pk=one, is_active=True).first()
                if user is None:
                    raise CommandError(f"There is no account {one}, or it is deleted already.")
                if deletion.is_last_administrator(user):
                    raise CommandError(f"Nobody could administer the portal without {one}.")
                deletion.delete(user)
            self.stdout.write(f"{one} deleted")
