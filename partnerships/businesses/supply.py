"""Which activities usually supply which: a table by NACE divisions.

data/supply.csv was written by hand for this portal, from what the titles and notes of NACE say of activities;
no input-output table of this detail was at hand. A strength of 3 says that the buyer needs the supplier for
what it does, 2 that it often buys there, 1 that it sometimes does; services that everybody buys have 0.5. It
says nothing of amounts of money. A division that is not named supplies itself a little, as subcontractor.
"""

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cities import nace

FILE = Path(__file__).resolve().parent / "data" / "supply.csv"
STRONGEST = 3.0
EVERYBODY = "*"
ITSELF = 1.0


@lru_cache(maxsize=1)
def supply_table() -> npt.NDArray[np.float64]:
    """How far a division supplies another, in [0, 1], shape (d + 1, d + 1): see `Businesses.supply`."""
    codes = [one.code for one in nace.divisions()]
    place = {code: number for number, code in enumerate(codes, 1)}
    table = np.zeros((len(codes) + 1, len(codes) + 1))
    np.fill_diagonal(table[1:, 1:], ITSELF)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            buyers = codes if row["buyers"] == EVERYBODY else row["buyers"].split()
            for supplier in row["supplier"].split():
                for buyer in buyers:
                    here = place[supplier], place[buyer]
                    table[here] = max(table[here], float(row["strength"]))
    return table / STRONGEST
