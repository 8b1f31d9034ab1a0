"""The financial partners to which a city may turn."""

import numpy as np

from cities.directory import Directory
from cities.facets import Rows

from .directory import FinancialDirectory
from .models import Applicants
from .query import FinancialQuery

Fitting = tuple[FinancialQuery, Rows]


def fitting(at_hand: FinancialDirectory, cities: Directory, city: int) -> Fitting:
    """What the directory is asked for a city (a row of `cities`), and the partners found, the best first.

    They work in its country, take applications of cities and, where the city says what it needs, give for at
    least one of these topics. Who gives for more of the needs comes first; those who give for all
    topics stand behind those who name one of the needs.
    """
    needs = cities.statements.need.codes_of(city)
    query = FinancialQuery(default_sort="updated")
    chosen = {
        "served": cities.reference.country.codes_of(city),
        "applicant": (Applicants.CITIES.value,),
        "topic": needs,
    }
    fits = np.ones(len(at_hand), dtype=np.bool_)
    for name, codes in chosen.items():
        query = query.choosing(name, codes)
        if codes:
            facet = at_hand.facets[name]
            fits &= facet.holds(facet.known(codes), facet.sets)
    rows = np.flatnonzero(fits)
    topics = [at_hand.topic.codes_of(row) for row in rows.tolist()]
    every = len(at_hand.topic.codes)
    shared = [0 if len(one) == every else len({*one} & {*needs}) for one in topics]
    return query, rows[np.argsort(-np.array(shared, dtype=np.int64), kind="stable")]
