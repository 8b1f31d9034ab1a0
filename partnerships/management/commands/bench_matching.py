"""manage.py bench_matching: time and memory of scoring every city against every other."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities import directory
from partnerships.measuring import matching
from partnerships.measuring.matching import FEATURES, OTHERS, Timing, timed
from partnerships.models import CityMatch


class Command(BaseCommand):
    """Times the matcher beside the floor: all products of two plain float32 matrices of equal size."""

    help = (
        "Time the matcher on samples of the directory, beside a plain NumPy matrix product of equal size "
        "and scikit-learn and faiss where they are installed. Compare ratios of one run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cities", type=int, nargs="+", default=[2_000, 20_000, 100_000])
        parser.add_argument(
            "--stated",
            type=float,
            nargs="+",
            default=[0.02, 1.0],
            help="shares of cities with made-up needs and offers, each measured",
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--only", action="store_true", help="the matcher and the floor, nothing else")

    def handle(
        self, *args: Any, cities: list[int], stated: list[float], seed: int, only: bool, **options: Any
    ) -> None:
        at_hand = directory.fresh()
        if not len(at_hand.reference):
            raise CommandError("There are no cities: run load_cities first.")
        matching.engine(
            matching.sample(at_hand, min(100, len(at_hand.reference)), stated[0], seed)
        )  # compiles
        for wanted in cities:
            self.measure(min(wanted, len(at_hand.reference)), stated, seed, only)

    def measure(self, cities: int, stated: list[float], seed: int, only: bool) -> None:
        """Time everything on one number of cities and print it."""
        self.stdout.write(f"\n{cities:,} cities, best {CityMatch.LAST_RANK} of each")
        floor = timed(lambda: matching.floor(cities, seed))
        pairs = cities * (cities - 1)
        for share in stated:
            profiles = matching.sample(directory.fresh(), cities, share, seed)
            matcher = timed(partial(matching.engine, profiles, self.show_progress))
            self.line(
                f"matcher, {share:.0%} with needs",
                matcher,
                floor,
                f"{pairs / matcher.seconds / 1e6:10,.0f} million pairs/s",
            )
        self.line(f"floor: {FEATURES} float32 products", floor, floor)
        for name, search in {} if only else OTHERS.items():
            try:
                self.line(name, timed(partial(search, cities, seed)), floor)
            except ImportError:
                self.stdout.write(f"  {name:32} is not installed")

    def line(self, name: str, one: Timing, floor: Timing, more: str = "") -> None:
        """Print one measurement."""
        self.stdout.write(
            f"  {name:32} {one.seconds:8.2f} s  {one.seconds / floor.seconds:6.2f} x the floor  "
            f"{one.memory / 2**20:7,.0f} MiB{more}"
        )

    def show_progress(self, done: int, total: int) -> None:
        """Rewrite one line on a terminal."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="\r" if done == total else "")
