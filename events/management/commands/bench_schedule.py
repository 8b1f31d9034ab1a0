"""manage.py bench_schedule: how well and how fast meetings are scheduled."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.scheduling.benchmark import SIZES, Measurement, made_up, measure
from events.scheduling.instance import InstanceError, dump, load
from events.scheduling.problem import InvalidProblem, Problem

SECONDS = (10.0, 90.0, 300.0)
"""What the made-up events are given; files get the first."""


class Command(BaseCommand):
    """Schedules made-up events, or those of files, beside a greedy baseline and the bounds."""

    help = (
        "Schedule made-up events of three sizes, or the instances in files (see docs/scheduling.md), and "
        "print meetings, value, idle slots, bounds, gap and time beside a greedy baseline."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="an instance as JSON")
        parser.add_argument("--seconds", type=float, help="for each event, instead of 10, 90 and 300")
        parser.add_argument("--seed", type=int, default=0, help="of the made-up events")
        parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many made-up events: 1 to 3")
        parser.add_argument("--json", action="store_true", help="print JSON, a line an event")
        parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the made-up events as files")

    def handle(
        self,
        *args: Any,
        files: list[Path],
        seconds: float | None,
        seed: int,
        sizes: int,
        json: bool,
        write: Path | None,
        **options: Any,
    ) -> None:
        if files:
            events = [(str(file), _read(file), SECONDS[0]) for file in files]
        else:
            events = [
                ("made up, {:,} / {:,} / {}".format(*size), made_up(*size, seed=seed), usual)
                for size, usual in zip(SIZES[:sizes], SECONDS, strict=False)
            ]
        for name, problem, usual in events:
            if write:
                _write(write, problem)
                continue
            measurement = measure(name, problem, seconds or usual)
            self.stdout.write(_line(measurement) if json else _text(measurement))


def _read(file: Path) -> Problem:
    try:
        return load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, InstanceError, InvalidProblem) as error:
        raise CommandError(f"{file}: {error}") from error


def _write(folder: Path, problem: Problem) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"event-{len(problem.participants)}.json").write_text(dump(problem), encoding="utf-8")


def _line(measurement: Measurement) -> str:
    return json.dumps(measurement.data())


def _text(measurement: Measurement) -> str:
    one, parts = measurement, measurement.schedule.parts
    meetings, value, idle = one.greedy
    bound = one.schedule.bound
    proof = "proven the best" if one.schedule.proven else f"at most {one.schedule.gap:.3%} below the best"
    bounds = ", ".join(f"{bound.value:,} ({bound.method})" for bound in one.schedule.bounds)
    return (
        f"\n{one.name}: {len(one.problem.tables):,} tables, {len(one.problem.interpreters)} interpreters\n"
        f"  {'':10}{'meetings':>9}{'value':>11}{'of the bound':>14}{'idle':>7}\n"
        f"  {'greedy':10}{meetings:9,}{value:11,}{value / (bound or 1):14.3%}{idle:7,}\n"
        f"  {'after 1 s':10}{'':9}{one.value_at(1):11,}{one.share_at(1):14.3%}\n"
        f"  {'at the end':10}{len(one.schedule.meetings):9,}{parts.value:11,}{1 - one.schedule.gap:14.3%}"
        f"{parts.idle:7,}\n"
        f"  bounds: {bounds}\n"
        f"  {proof}, reached after {one.seconds_to_value:.2f} s; {one.schedule.elapsed:.1f} s altogether; "
        f"{len(parts.without)} without a meeting, {parts.table_changes:,} changes of table"
    )
