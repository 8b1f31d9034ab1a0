#!/usr/bin/env python
"""Measure the matcher on random splits of known ties: partnerships/measuring/data/quality.csv.

    python scripts/measure_matcher.py known.csv --write

In each split HELD_OUT of the ties are laid aside, everything is fitted on the others alone, and the ties laid
aside are asked for from both ends. The queries of all splits are judged together; how far the splits differ
is printed too.
"""

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
from fit_matcher import ROOT, fitted_on

from partnerships.matching.evaluation import CUTS, MATCHER, Quality
from partnerships.measuring.backtest import ALL, NOT_GIVEN_AWAY, UKRAINIAN, Outcome, backtest, read_ties

HELD_OUT, FIRST_SEED = 0.15, 1000
SHOWN = {"matcher": MATCHER, "nearest": "nearest", "nearest_in_size": "nearest in size", "largest": "largest"}
OUTPUT = ROOT / "partnerships" / "measuring" / "data" / "quality.csv"


def measured(ties: np.ndarray, seed: int) -> Outcome:
    """What is reached on one split."""
    order = np.random.default_rng(seed).permutation(len(ties))
    held_out, known = np.split(ties[order], [round(HELD_OUT * len(ties))])
    weights = fitted_on(known, seed)["weights"]
    return backtest(known, held_out, least_population=50_000, weights=weights)


def together(outcomes: list[Outcome], group: str) -> dict[str, Quality]:
    """The figures of each ranking over a group's queries of all splits."""
    return {
        name: Quality.of(np.concatenate([one.ranks.by_ranking[name][one.groups[group]] for one in outcomes]))
        for name in outcomes[0].ranks.by_ranking
    }


def rows(outcomes: list[Outcome]) -> list[list[object]]:
    """The rows of quality.csv, its heading first."""
    everywhere, from_ukraine = together(outcomes, ALL), together(outcomes, UKRAINIAN)[MATCHER]
    found = {code: everywhere[name] for code, name in SHOWN.items()} | {"matcher_from_ukraine": from_ukraine}
    return [
        ["ranking", "queries", "mrr", *(f"recall_{cut}" for cut in CUTS), "median_rank"],
        *([code, one.queries, *figures(one)] for code, one in found.items()),
    ]


def figures(one: Quality) -> list[str]:
    """MRR, recall and median rank as they are shown."""
    return [f"{one.mrr:.3f}", *(f"{one.recall[cut]:.3f}" for cut in CUTS), f"{one.median_rank:.0f}"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("known", type=Path)
    parser.add_argument("--splits", type=int, default=8)
    parser.add_argument("--write", action="store_true", help=f"write {OUTPUT.relative_to(ROOT)} too")
    given = parser.parse_args()
    ties, _ = read_ties(given.known.read_text(encoding="utf-8"))
    outcomes = [measured(ties, FIRST_SEED + number) for number in range(given.splits)]
    for group in (ALL, UKRAINIAN, NOT_GIVEN_AWAY):
        print(f"\n{group}")
        for name, one in together(outcomes, group).items():
            print(f"{name:20}", one.queries, *figures(one))
    splits = [one.quality()[ALL][MATCHER] for one in outcomes]
    for name, each in {"MRR": [q.mrr for q in splits], "recall@50": [q.recall[50] for q in splits]}.items():
        error = np.std(each, ddof=1) / np.sqrt(len(each))
        print(f"{name}: {np.round(each, 3)}, standard error of the mean {error:.4f}")
    table = rows(outcomes)
    csv.writer(sys.stdout).writerows(table)
    if given.write:
        with OUTPUT.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)


if __name__ == "__main__":
    main()
