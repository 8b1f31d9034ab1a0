"""`manage.py doctor`: say what is wrong with this installation and how to mend it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mayors_portal import doctor

WORDS = {doctor.Level.OK: "ok", doctor.Level.WARNING: "warning", doctor.Level.ERROR: "ERROR"}


class Command(BaseCommand):
    """Prints one line for each finding and, under it, what to do. Exit code 1 where there is an error."""

    help = "Say what is wrong with this installation and how to mend it. Exit code 1 where there is an error."
    requires_system_checks = []  # it makes them itself

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("checks", nargs="*", metavar="check", help=f"one of: {', '.join(doctor.CHECKS)}")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args: Any, checks: list[str], **options: Any) -> None:
        if unknown := [name for name in checks if name not in doctor.CHECKS]:
            raise CommandError(f"No such check: {', '.join(unknown)}. There are: {', '.join(doctor.CHECKS)}.")
        found = doctor.examine(checks)
        levels = [finding.level for findings in found.values() for finding in findings]
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=2))
        else:
            for name, findings in found.items():
                for finding in findings:
                    self.stdout.write(f"{WORDS[finding.level]:<8} {name}: {finding.what}")
                    if finding.mend:
                        self.stdout.write(f"         -> {finding.mend}")
        if errors := levels.count(doctor.Level.ERROR):
            raise CommandError(f"{errors} to mend.")


def as_json(found: dict[str, list[doctor.Finding]]) -> list[dict[str, str]]:
    """One object a finding: check, level (ok, warning, error), what, mend."""
    return [
        {"check": name, "level": finding.level.name.lower(), "what": finding.what, "mend": finding.mend}
        for name, findings in found.items()
        for finding in findings
    ]
