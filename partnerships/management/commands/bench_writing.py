"""manage.py bench_writing: time of storing all matches, of reading a city's, of bringing them up to date."""

from statistics import median
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partnerships.matching.topk import MatchBlock
from partnerships.measuring import writing
from partnerships.measuring.writing import Change, Writing, own_tables
from partnerships.scoring import profiles

MIB = 2**20


class Command(BaseCommand):
    """Uses tables of its own: neither the portal's matches nor those who read them notice anything."""

    help = (
        "Time writing the matches of the directory's cities beside a bare binary COPY of the same rows, "
        "reading one city's, and scoring one changed city beside a full run. Compare ratios of one run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cities", type=int, help="write the lists of so many cities (default: all)")
        parser.add_argument("--reads", type=int, default=200, help="cities whose matches are read")
        parser.add_argument("--changes", type=int, default=20, help="cities that change, one after the other")
        parser.add_argument("--seed", type=int, default=0)

    def handle(
        self, *args: Any, cities: int | None, reads: int, changes: int, seed: int, **options: Any
    ) -> None:
        at_hand = profiles.fresh()
        if not len(at_hand):
            raise CommandError("There are no cities: run load_cities first.")
        dice = np.random.default_rng(seed)
        changing = writing.some_cities(at_hand, min(changes, len(at_hand)), dice)
        reading = dice.permutation(at_hand.ids)[:reads].tolist()
        with own_tables():
            full, blocks = writing.full_run(at_hand, self.show_progress)
            self.stdout.write(f"full run: {len(at_hand):,} cities scored and stored in {full:.1f} s")
            writing.change(changing[0], dice)  # compiles
            self.print_changes([writing.change(city, dice) for city in changing], full)
            self.print_reads(writing.read(reading))
        with own_tables():  # anew, or the swap would wait for the vacuum of what the full run wrote
            self.print_writing(writing.write(at_hand, first(blocks, cities or len(at_hand))))

    def print_writing(self, found: Writing) -> None:
        """Print the time beside that of the bare COPY, and what lies on disk."""
        self.stdout.write(
            f"writing {found.rows:,} matches: {found.portal:.1f} s with indexes and visible, "
            f"{found.bare:.1f} s by a bare binary COPY: {found.portal / found.bare:.2f} x\n"
            f"on disk: table {found.table_size / MIB:,.0f} MiB, indexes {found.index_size / MIB:,.0f} MiB"
        )

    def print_reads(self, found: list[float]) -> None:
        """Print the time in the database."""
        self.stdout.write(
            f"reading the matches of one city: median {median(found):.2f} ms in the database, slowest of "
            f"{len(found)} {max(found):.2f} ms"
        )

    def print_changes(self, found: list[Change], full: float) -> None:
        """Print the time of a change beside that of a full run."""
        self.stdout.write(f"one changed city, {len(found)} of them: median and slowest")
        for what, times in [
            ("row and column computed", [one.computed for one in found]),
            ("all lists stored", [one.stored for one in found]),
        ]:
            self.stdout.write(
                f"  {what:24} {1000 * median(times):7.1f} ms  1/{full / median(times):,.0f} of a full run"
                f"  {1000 * max(times):9.1f} ms"
            )
        lists = [one.lists for one in found]
        self.stdout.write(f"  {'lists renewed':24} {median(lists):7,.0f}     {max(lists):33,}")

    def show_progress(self, done: int, total: int) -> None:
        """Rewrite one line on a terminal."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="\r" if done == total else "")


def first(blocks: list[MatchBlock], cities: int) -> list[MatchBlock]:
    """The blocks that hold the first so many cities; whole blocks."""
    ends = np.cumsum([len(block.rows) for block in blocks])
    return blocks[: 1 + int(np.searchsorted(ends, cities))]
