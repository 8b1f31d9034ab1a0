"""The compiled functions of the matcher of businesses: the score of one with many, and the best of all.

What depends on a trait that many share (a city, an activity, a set of languages) is worked out once for each
value of the trait (`trade_scoring.Values`) and looked up here; texts alone are compared pair by pair. They
check nothing: the callers do. They stand in one file for the reason told in `kernels`.

`traits` is `trade_scoring.Traits`, `parts` is `trade_scoring.Parts`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

compiled = njit(nogil=True, cache=True)


@compiled
def dot(one, row, two, other):
    """The product of a row of one matrix and a row of another, both of int8: exact."""
    total = np.int32(0)
    for i in range(one.shape[1]):
        total += np.int32(one[row, i]) * np.int32(two[other, i])
    return total


@compiled
def likeness(product, unlike, alike):
    """0 up to `unlike`, 1 from `alike` on; `product` of two vectors of int8."""
    return min(1.0, max(0.0, (product - unlike) / (alike - unlike)))


@compiled
def text_value(seeks, does, texts, row, other, unlike, alike):
    """The component of texts; -1 where neither direction is known."""
    total, known = 0.0, 0
    a, b = texts[row], texts[other]
    if a & 1 and b & 2:
        total += likeness(dot(seeks, row, does, other), unlike, alike)
        known += 1
    if a & 2 and b & 1:
        total += likeness(dot(does, row, seeks, other), unlike, alike)
        known += 1
    return total / known if known else -1.0


@compiled
def with_texts(rest, value, weight, neutral):
    """The score of a pair, from all but its texts and from what `text_value` says of them."""
    return np.float32(rest + weight * (neutral if value < 0 else value))


@compiled
def score_some(traits, parts, row, others):
    """The scores of a business with others (rows), shape (m,) float32."""
    stated, kind, language, market, country, city, texts, seeks, does = traits
    by_stated, by_kind, by_language, by_market, by_city, state, weight, neutral, unlike, alike = parts
    scores = np.empty(len(others), dtype=np.float32)
    for i in range(len(others)):
        b = others[i]
        rest = (
            by_stated[stated[b]]
            + by_kind[kind[b]]
            + by_language[language[b]]
            + by_market[country[b], state[market[b]]]
            + by_city[city[b]]
        )
        value = text_value(seeks, does, texts, row, b, unlike, alike)
        scores[i] = with_texts(rest, value, weight, neutral)
    return scores


@compiled
def text_values(traits, row, others, unlike, alike):
    """The component of texts with each of others (rows), shape (m,), NaN for unknown."""
    values = np.empty(len(others))
    for i in range(len(others)):
        value = text_value(traits.seeks, traits.does, traits.texts, row, others[i], unlike, alike)
        values[i] = np.nan if value < 0 else value
    return values


@compiled
def find_best(traits, order, parts, row, start, end, rest, scores, partners):
    """Put the businesses start to end into the best so far, best first; equal scores by the lower order.

    order (n,): the rows of the businesses, as they are numbered outside. scores, partners, shape (k,): what
    was found before, with -inf and -1 for unused places. rest: room for end - start numbers. A pair is passed
    over only if it were too low with the best of texts.
    """
    stated, kind, language, market, country, city, texts, seeks, does = traits
    by_stated, by_kind, by_language, by_market, by_city, state, weight, neutral, unlike, alike = parts
    most, last = weight * max(1.0, neutral), len(scores) - 1
    lowest = scores[last]
    for i in range(end - start):
        b = start + i
        rest[i] = (
            by_stated[stated[b]]
            + by_kind[kind[b]]
            + by_language[language[b]]
            + by_market[country[b], state[market[b]]]
            + by_city[city[b]]
        )
    for i in range(end - start):
        b = start + i
        if rest[i] == -np.inf or np.float32(rest[i] + most) < lowest or b == row:
            continue
        value = text_value(seeks, does, texts, row, b, unlike, alike)
        score = with_texts(rest[i], value, weight, neutral)
        if score < lowest or (score == lowest and order[b] > partners[last]):
            continue
        place = last
        while place > 0 and (
            scores[place - 1] < score or (scores[place - 1] == score and partners[place - 1] > order[b])
        ):
            scores[place], partners[place] = scores[place - 1], partners[place - 1]
            place -= 1
        scores[place], partners[place] = score, order[b]
        lowest = scores[last]
