"""manage.py bench_search: how fast the search for everything answers, beside an empty answer."""

from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities import directory
from public.search import benchmark
from public.search.benchmark import SEARCHED, TYPED, Timed, measure


class Command(BaseCommand):
    """Asks through the whole portal but the web server, in this process."""

    help = (
        "Time suggestions and searches on the data at hand, and beside so many made-up businesses, which "
        "are not kept. Compare ratios of one run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--businesses", type=int, default=0, help="made-up ones, in a transaction undone")
        parser.add_argument("--rounds", type=int, default=10)
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, businesses: int, rounds: int, seed: int, **options: Any) -> None:
        at_hand = directory.fresh()
        if not len(at_hand):
            raise CommandError("There are no cities: run load_cities first.")
        more = benchmark.made_up_businesses(at_hand, businesses, seed) if businesses else nullcontext()
        with more:
            empty = measure("search-suggestions", [""], 10 * rounds)
            self.stdout.write(f"an empty answer: {empty.percentile(50):.1f} ms")
            self.print("suggestions", measure("search-suggestions", TYPED, rounds), empty)
            self.print("searches", measure("search-all", SEARCHED, rounds), empty)

    def print(self, what: str, timed: Timed, empty: Timed) -> None:
        """Print the median, what one in twenty exceeds, and the slowest text."""
        median, (text, slowest) = timed.percentile(50), timed.slowest
        self.stdout.write(
            f"{what}: {len(timed.all)}, p50 {median:.1f} ms, {median / empty.percentile(50):.1f} times an "
            f"empty answer; p95 {timed.percentile(95):.1f} ms; slowest “{text}”, {slowest:.1f} ms; "
            f"{timed.own / len(timed.all):.1f} ms of processor time in this process each"
        )
