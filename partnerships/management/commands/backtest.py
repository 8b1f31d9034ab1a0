"""manage.py backtest: how well the matcher finds real ties that were held back from it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities.importers.twinnings import TwinningFileError
from partnerships.matching.components import COMPONENTS
from partnerships.matching.evaluation import CUTS, MATCHER, WITHOUT, Quality
from partnerships.measuring.backtest import (
    ALL,
    NOT_GIVEN_AWAY,
    UKRAINIAN,
    Outcome,
    Pairs,
    backtest,
    read_ties,
)

TITLES = {
    ALL: "All queries",
    UKRAINIAN: "Queries from Ukrainian cities",
    NOT_GIVEN_AWAY: "Queries whose partner the list of candidates does not give away",
}
BASELINES = ("random", "nearest", "nearest in size", "largest")


class Command(BaseCommand):
    """Ranks for every held-out tie, from both ends; prints MRR, recall and median rank. Tunes nothing."""

    help = (
        "Measure the matcher: rank all candidates for every held-out tie, from both ends, on public data and "
        "the known ties alone. Both files: columns geonameid_a and geonameid_b (docs/data.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--known", type=Path, required=True, help="ties that the matcher may know")
        parser.add_argument("--held-out", type=Path, required=True, help="ties it must find")
        parser.add_argument(
            "--min-population",
            type=int,
            default=50_000,
            help="candidates are cities of so many inhabitants, and all that the files name (default: 50000)",
        )
        parser.add_argument("--seed", type=int, default=0, help="of the random baseline")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(
        self, *args: Any, known: Path, held_out: Path, min_population: int, seed: int, **options: Any
    ) -> None:
        ties, wanted = self.read(known), self.read(held_out)
        if not len(wanted):
            raise CommandError(
                f"{held_out} holds no tie between cities of the directory. Was load_cities run?"
            )
        outcome = backtest(ties, wanted, min_population, seed, self.show_progress)
        for problem in outcome.left_out:
            self.stderr.write(f"{held_out}: left out: {problem}")
        self.stdout.write(as_json(outcome) if options["json"] else as_text(outcome))

    def read(self, file: Path) -> Pairs:
        """The ties of a file; lines that cannot be used are listed. Raises CommandError."""
        try:
            ties, problems = read_ties(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, TwinningFileError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        for problem in problems:
            self.stderr.write(f"{file}: {problem}")
        return ties

    def show_progress(self, done: int, total: int) -> None:
        """Rewrite one line on a terminal."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} queries", ending="\n" if done == total else "")


def as_json(outcome: Outcome) -> str:
    """All figures, for programs."""
    figures = {
        group: {name: asdict(quality) for name, quality in rankings.items()}
        for group, rankings in outcome.quality().items()
    }
    size = {name: getattr(outcome, name) for name in ("known", "held_out", "candidates", "left_out")}
    return json.dumps(size | figures, indent=2)


def as_text(outcome: Outcome) -> str:
    """All figures as tables."""
    queries, quality = 2 * outcome.held_out, outcome.quality()
    return "\n".join(
        [
            f"{outcome.known:,} known ties, {outcome.held_out:,} held out: {queries:,} queries over "
            f"{outcome.candidates:,} candidates",
            *(line for code, title in TITLES.items() for line in _table(title, quality[code])),
        ]
    )


def _table(title: str, quality: Mapping[str, Quality]) -> list[str]:
    codes = [component.code for component in COMPONENTS]
    queries = quality[MATCHER].queries
    lines = ["", f"{title} ({queries:,})", _HEAD, _line(MATCHER, quality)]
    for heading, names in [
        ("baselines", list(BASELINES)),
        ("single components", codes),
        ("one component left out", [WITHOUT + code for code in codes]),
    ]:
        lines += [f"- {heading}", *(_line(name, quality) for name in names)]
    return lines if queries else [*lines[:2], "no such query"]


_HEAD = (
    f"{'ranking':28}{'MRR':>7}" + "".join(f"{f'recall@{cut}':>12}" for cut in CUTS) + f"{'median rank':>13}"
)


def _line(name: str, quality: Mapping[str, Quality]) -> str:
    one = quality[name]
    recall = "".join(f"{one.recall[cut]:12.3f}" for cut in CUTS)
    return f"{name:28}{one.mrr:7.3f}{recall}{one.median_rank:13,.0f}"
