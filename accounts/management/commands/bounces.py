"""manage.py bounces [FILE ...]: reads reports of letters that came back."""

import email
import mailbox
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import bounces


class Command(BaseCommand):
    """Notes the addresses that mail servers know nobody at; says which and how many."""

    help = "Read delivery reports (RFC 3464): mbox files, single messages, or one from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        read = noticed = 0
        try:
            for report in _messages(files):
                read += 1
                for address in bounces.take(report):
                    noticed += 1
                    self.stdout.write(address)
        except OSError as error:
            raise CommandError(f"This cannot be read: {error}") from error
        self.stdout.write(f"{read:,} messages read: {noticed:,} letters had come back")


def _messages(files: list[Path]) -> Iterator[Message]:
    if not files:
        yield email.message_from_binary_file(sys.stdin.buffer)
    for file in files:
        content = file.read_bytes()
        if content.startswith(b"From "):
            yield from mailbox.mbox(file, create=False)
        else:
            yield email.message_from_bytes(content)
