"""manage.py bench_businesses: time and memory of scoring every business against every other."""

import time
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities import directory
from partnerships.businesses import benchmark
from partnerships.matching.trade_scoring import scores_with
from partnerships.matching.trade_topk import TradeMatcher
from partnerships.measuring.matching import timed
from partnerships.models import BusinessMatch

LIVE = 20  # rankings of one business that are timed


class Command(BaseCommand):
    """Times the best fifty of all, and the ranking of one, on businesses made up in memory."""

    help = "Time the exact matching of so many made-up businesses over the real cities; nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", type=int, nargs="*", default=[2_000, 20_000])
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, numbers: list[int], seed: int, **options: Any) -> None:
        at_hand = directory.fresh()
        if not len(at_hand.reference):
            raise CommandError("There are no cities: run load_cities first.")
        self.measure(at_hand, 100, seed, is_shown=False)  # compiles
        for number in numbers:
            self.measure(at_hand, number, seed)

    def measure(self, at_hand: directory.Directory, number: int, seed: int, *, is_shown: bool = True) -> None:
        """Time one number of businesses and print it."""
        businesses = benchmark.sample(at_hand, number, seed)
        matcher = TradeMatcher.of(businesses)
        found: list[int] = []

        def run() -> None:
            found.extend(len(block.rows) for block in matcher.run(BusinessMatch.LAST_RANK))

        full = timed(run)
        live = []
        for row in range(min(LIVE, number)):
            began = time.perf_counter()
            partners = matcher.possible_partners(row)
            scores, _values = scores_with(businesses, row, partners, matcher.weights)
            np.argsort(-scores, kind="stable")
            live.append(time.perf_counter() - began)
        if is_shown:
            self.stdout.write(
                f"{sum(found):,} businesses in {len(businesses.places):,} cities, best "
                f"{BusinessMatch.LAST_RANK} of each: {full.seconds:.1f} s, "
                f"{sum(found) / full.seconds:,.0f} businesses/s, {full.memory / 2**20:,.0f} MiB more; "
                f"ranking of one: {1000 * np.median(live):.1f} ms"
            )
