"""The compiled functions: components, score, bounds and the search for the best partners.

All of them stand in this one file, with the constants they use, because Numba's cache on disk looks for
changes only in the file of the function it compiled, not in the files of those it calls. They check nothing:
the callers do.

Cities are records of dtype `profiles.CITY`, blocks of dtype `blocks.BLOCK`; `ties` is `profiles.Ties`,
`patterns` is `patterns.Patterns`, `index` is `blocks.Blocks`; weights and neutral have shape
(len(COMPONENTS),).
"""

from __future__ import annotations

from math import asin, exp, isnan, log, nan, pi, sqrt

import numpy as np
from numba import njit

NEEDS, SIZE, DISTANCE, LANGUAGE, CLOSENESS, AFFINITY, ABROAD, PLACE, PROMINENCE = range(9)
"""Where each component stands in `components.COMPONENTS`."""
EARTH_RADIUS_KM = 6371.0088
UNKNOWN_COVERAGE = 0.25
"""What a direction of `needs` counts when unknown: its mean if cities name a quarter of the topics."""
FIRST_KM = 15.0
"""Below this many km distance hardly counts."""
FARTHEST = log(1 + pi * EARTH_RADIUS_KM / FIRST_KM)
LARGEST_RATIO = 10_000
"""Of two populations; beyond it size is not alike at all."""
ONE_CAPITAL_ONLY = 0.75
UNSHARED_LANGUAGE = 0.25
SLACK = 2e-6
"""Added to every bound: far above the rounding of float64, and of the few steps that are done in float32."""
FIRST_BLOCKS = 16
"""Blocks a city visits first, those with the highest bounds."""
GROUP = 32
"""Cities that visit all other blocks together, so that a block is read from memory once for all of them."""
BINS = 1024
"""Steps by which blocks are ordered by their bounds; finer costs time, coarser visits more blocks."""

compiled = njit(nogil=True, cache=True)


@compiled
def component_values(a, b, near, affinity, abroad, values):
    """Write the components of two cities into `values`, shape (len(COMPONENTS),).

    near: how close they are, 0 where neither is in the circle of the other; affinity: of their countries;
    abroad: see `ties_abroad`.
    """
    values[NEEDS] = needs_met(a.needs, a.offers, b.needs, b.offers)
    values[SIZE] = size_likeness(a.root_size, b.root_size)
    values[DISTANCE] = nearness(chord(a, b))
    values[LANGUAGE] = shared_languages(a, b)
    values[CLOSENESS] = near if a.has_ties and b.has_ties else nan
    values[AFFINITY] = affinity
    values[ABROAD] = nan if isnan(affinity) else abroad
    values[PLACE] = place_likeness(a.standing, a.is_capital, b.standing, b.is_capital)
    values[PROMINENCE] = (a.prominence + b.prominence) / 2


@compiled
def bit_count(word):
    """The number of bits set in a uint64 (Hamming weight)."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def needs_met(needs_a, offers_a, needs_b, offers_b):
    """Geometric mean of the shares of needs met in both directions.

    A direction is known when the one city has stated needs and the other offers; if only one
    direction is known the other counts UNKNOWN_COVERAGE, if none is, the component is unknown.
    """
    a_known = needs_a != 0 and offers_b != 0
    b_known = needs_b != 0 and offers_a != 0
    if not a_known and not b_known:
        return nan
    met_a, met_b = UNKNOWN_COVERAGE, UNKNOWN_COVERAGE
    if a_known:
        met_a = bit_count(needs_a & offers_b) / bit_count(needs_a)
    if b_known:
        met_b = bit_count(needs_b & offers_a) / bit_count(needs_b)
    return sqrt(met_a * met_b)


@compiled
def size_likeness(root_a, root_b):
    """1 - |ln of the ratio of populations| / ln LARGEST_RATIO, at least 0; unknown if one is 0.

    From the square roots of the populations.
    """
    if root_a == 0 or root_b == 0:
        return nan
    return ratio_likeness(min(root_a, root_b) / max(root_a, root_b))


@compiled
def ratio_likeness(ratio):
    """Likeness from the ratio of the square roots of two populations, the smaller to the larger."""
    return max(0.0, 1 + 2 * log(ratio) / log(LARGEST_RATIO))


@compiled
def chord(a, b):
    """Straight distance of two cities through the globe, in radii, from 0 to 2."""
    x, y, z = a.x - b.x, a.y - b.y, a.z - b.z
    return sqrt(x * x + y * y + z * z)


@compiled
def great_circle_km(chord_length):
    """Distance over the surface, in km, that belongs to a chord (the haversine formula)."""
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, chord_length / 2))


@compiled
def nearness(chord_length):
    """1 - ln(1 + d / FIRST_KM) / FARTHEST of the great-circle distance d, 0 for the farthest there is."""
    return max(0.0, 1 - log(1 + great_circle_km(chord_length) / FIRST_KM) / FARTHEST)


@compiled
def shared_languages(a, b):
    """1 - UNSHARED_LANGUAGE ** (number of shared languages); unknown if no language of one city is known."""
    missing, any_a, any_b = 1.0, np.uint64(0), np.uint64(0)
    for word in range(len(a.languages)):
        any_a |= a.languages[word]
        any_b |= b.languages[word]
        for _ in range(bit_count(a.languages[word] & b.languages[word])):
            missing *= UNSHARED_LANGUAGE
    return nan if any_a == 0 or any_b == 0 else 1 - missing


@compiled
def ties_abroad(abroad, row, partner, country, partner_country):
    """How far the ties of two cities and of those around them point to each other's country."""
    return np.float64(abroad[row, partner_country]) + np.float64(abroad[partner, country])


@compiled
def closeness_of(starts, others, closeness, row, partner):
    """How close two cities (rows) are by the arrays of `closeness.Circle`, 0 outside the circle."""
    start, end = starts[row], starts[row + 1]
    if start == end:
        return 0.0
    place = start + np.searchsorted(others[start:end], partner)
    return closeness[place] if place < end and others[place] == partner else 0.0


@compiled
def place_likeness(standing_a, capital_a, standing_b, capital_b):
    """1 for two capitals, else 1 - |difference of standing|, times ONE_CAPITAL_ONLY if one is a capital.

    Unknown if the standing of one is (its population is not known).
    """
    if capital_a and capital_b:
        return 1.0
    likeness = 1 - abs(standing_a - standing_b)
    return likeness * ONE_CAPITAL_ONLY if capital_a != capital_b else likeness


@compiled
def weighted_sum(values, weights, neutral):
    """The score of one pair; `values` with NaN for unknown."""
    total = 0.0
    for c in range(len(values)):
        total += weights[c] * (neutral[c] if isnan(values[c]) else values[c])
    return total


@compiled
def values_of_rows(cities, patterns, row, partners):
    """The components of a city with m others (rows), shape (m, len(COMPONENTS)), float64."""
    matrix = np.empty((len(partners), PROMINENCE + 1))
    city, affinities, abroad = cities[row], patterns.affinity, patterns.abroad
    starts, others, closeness = patterns.circle.starts, patterns.circle.others, patterns.circle.closeness
    for i in range(len(partners)):
        other = cities[partners[i]]
        near = closeness_of(starts, others, closeness, row, partners[i])
        towards = ties_abroad(abroad, row, partners[i], city.country, other.country)
        component_values(city, other, near, affinities[city.country, other.country], towards, matrix[i])
    return matrix


@compiled
def score_rows(cities, patterns, weights, neutral, row, partners):
    matrix = values_of_rows(cities, patterns, row, partners)
    scores = np.empty(len(partners), dtype=np.float32)
    for i in range(len(partners)):
        scores[i] = weighted_sum(matrix[i], weights, neutral)
    return scores, matrix.astype(np.float32)


@compiled
def score_bound(city, block, nearest, affinity, abroad, weights, neutral):
    """No city of the block has a higher score with the city than this.

    nearest: the highest closeness of a city of the block to the city; affinity: of the two countries; abroad:
    the city's share of `ties_abroad`, and the highest of the block's.
    """
    x, y, z = city.x - block.x, city.y - block.y, city.z - block.z
    away = max(0.0, sqrt(x * x + y * y + z * z) - block.radius)
    is_silent = isnan(affinity)
    return (
        SLACK
        + weights[NEEDS] * _needs_bound(city, block, neutral[NEEDS])
        + _size_and_place_bound(city, block, weights, neutral)
        + weights[DISTANCE] * _nearness_bound(away)
        + weights[LANGUAGE] * _languages_bound(city, block, neutral[LANGUAGE])
        + weights[CLOSENESS] * _closeness_bound(city, block, nearest, neutral[CLOSENESS])
        + weights[AFFINITY] * (neutral[AFFINITY] if is_silent else affinity)
        + weights[ABROAD] * (neutral[ABROAD] if is_silent else abroad)
        + weights[PROMINENCE] * (city.prominence + block.highest_prominence) / 2
    )


@compiled
def _needs_bound(city, block, neutral):
    city_known = city.needs != 0 and block.offers != 0
    other_known = city.offers != 0 and block.needs != 0
    if not city_known and not other_known:
        return neutral
    met_city, met_other = UNKNOWN_COVERAGE, UNKNOWN_COVERAGE
    if city_known:
        met_city = bit_count(city.needs & block.offers) / bit_count(city.needs)
    if other_known:
        met_other = 1.0 if city.offers & block.needs else 0.0
    return sqrt(met_city * met_other)


@compiled
def _size_and_place_bound(city, block, weights, neutral):
    capitals = city.is_capital and block.some_capital
    unknown = weights[SIZE] * neutral[SIZE] + weights[PLACE] * (1.0 if capitals else neutral[PLACE])
    if city.root_size == 0 or block.largest_root == 0:
        return unknown
    size, gap = 1.0, 0.0
    if city.root_size < block.smallest_root:
        size = ratio_likeness(city.root_size / block.smallest_root)
    elif city.root_size > block.largest_root:
        size = ratio_likeness(block.largest_root / city.root_size)
    if city.standing < block.lowest_standing:
        gap = block.lowest_standing - city.standing
    elif city.standing > block.highest_standing:
        gap = city.standing - block.highest_standing
    place = 1 - gap
    if capitals:
        place = 1.0
    elif city.is_capital or not block.some_not_capital:
        place *= ONE_CAPITAL_ONLY
    best = weights[SIZE] * size + weights[PLACE] * place
    return max(best, unknown) if block.some_size_unknown else best


@compiled
def _nearness_bound(chord_length):
    """`nearness` with the chord in place of the arc, which is never shorter."""
    return 1 - log(1 + EARTH_RADIUS_KM * chord_length / FIRST_KM) / FARTHEST


@compiled
def _languages_bound(city, block, neutral):
    missing, any_city = 1.0, np.uint64(0)
    for word in range(len(city.languages)):
        any_city |= city.languages[word]
        for _ in range(bit_count(city.languages[word] & block.languages[word])):
            missing *= UNSHARED_LANGUAGE
    if any_city == 0:
        return neutral
    return max(1 - missing, neutral) if block.some_without_languages else 1 - missing


@compiled
def _closeness_bound(city, block, nearest, neutral):
    return max(nearest, neutral) if block.some_without_ties or not city.has_ties else nearest


@compiled
def search(cities, ties, patterns, index, weights, neutral, wanted, k):
    kept_partners = np.full((len(wanted), k), -1, dtype=np.int32)
    kept_scores = np.full((len(wanted), k), np.nan, dtype=np.float32)
    kept_components = np.full((len(wanted), k, len(weights)), np.nan, dtype=np.float32)
    bounds = np.empty((GROUP, len(index.blocks)))
    nearest, in_order = np.zeros(len(index.blocks)), np.empty(len(index.blocks), dtype=np.int32)
    pair_bounds, values = np.empty(index.largest, dtype=np.float32), np.empty(len(weights))
    for start in range(0, len(wanted), GROUP):
        end = min(start + GROUP, len(wanted))
        for i in range(start, end):
            _bound_blocks(index, wanted[i], weights, neutral, nearest, bounds[i - start])
            abroad = _highest_first(bounds[i - start], in_order)
            for b in in_order[: min(abroad, FIRST_BLOCKS)]:
                _visit(
                    ties, index, weights, neutral, b, wanted[i : i + 1], bounds[i - start : i - start + 1],
                    pair_bounds, values, kept_scores[i : i + 1], kept_partners[i : i + 1],
                )  # fmt: skip
        for b in range(len(index.blocks)):
            _visit(
                ties, index, weights, neutral, b, wanted[start:end], bounds,
                pair_bounds, values, kept_scores[start:end], kept_partners[start:end],
            )  # fmt: skip
    for i in range(len(wanted)):
        found = int((kept_partners[i] >= 0).sum())
        kept_components[i, :found] = values_of_rows(cities, patterns, wanted[i], kept_partners[i, :found])
    return kept_partners, kept_scores, kept_components


@compiled
def _bound_blocks(index, row, weights, neutral, nearest, bounds):
    """Write the bound of each block into `bounds`, -1 for blocks of the city's own country."""
    city, circle, blocks = index.cities[index.slots[row]], index.patterns.circle, index.blocks
    nearest[:] = 0.0
    for t in range(circle.starts[row], circle.starts[row + 1]):
        block = index.block_of[circle.others[t]]
        nearest[block] = max(nearest[block], circle.closeness[t])
    for b in range(len(blocks)):
        if blocks[b].country == city.country:
            bounds[b] = -1.0
        else:
            affinity = index.patterns.affinity[city.country, blocks[b].country]
            abroad = np.float64(index.patterns.abroad[index.slots[row], blocks[b].country]) + np.float64(
                index.highest_abroad[b, city.country]
            )
            bounds[b] = score_bound(city, blocks[b], nearest[b], affinity, abroad, weights, neutral)


@compiled
def _highest_first(bounds, in_order):
    """Sort the blocks by bound, highest first, to within 1 / BINS; how many blocks are not -1."""
    counts = np.zeros(BINS + 1, dtype=np.int32)
    for b in range(len(bounds)):
        if bounds[b] >= 0:
            counts[BINS - min(int(bounds[b] * BINS), BINS - 1)] += 1
    for place in range(BINS):
        counts[place + 1] += counts[place]
    for b in range(len(bounds)):
        if bounds[b] >= 0:
            place = BINS - 1 - min(int(bounds[b] * BINS), BINS - 1)
            in_order[counts[place]] = b
            counts[place] += 1
    return counts[BINS]


@compiled
def _visit(ties, index, weights, neutral, b, wanted, bounds, pair_bounds, values, scores, partners):
    """Bring the best of block b into the lists of m cities, `scores` and `partners`, both (m, k).

    bounds (m, blocks): below 0 where a city has nothing to look for, so afterwards in this block. A pair is
    scored in full only if its needs and prominence, with the bound of all else in its block, could bring it
    in. What the loops read is taken out of the tuples first: in a loop that costs more than reading it.
    """
    block, rows, slots, cities = index.blocks[b], index.rows, index.slots, index.cities
    affinities, abroad, circle = index.patterns.affinity, index.patterns.abroad, index.patterns.circle
    starts, others, closeness = circle.starts, circle.others, circle.closeness
    first, end = np.int64(block.start), np.int64(block.end)
    needs, offers = index.needs[first:end], index.offers[first:end]
    share, prominence = index.share[first:end], index.prominence[first:end]
    for i in range(len(wanted)):
        bound, last = bounds[i, b], _last(scores, i)
        bounds[i, b] = -1.0
        if bound < 0 or np.float32(bound) < last:
            continue
        row, slot = wanted[i], slots[wanted[i]]
        city = cities[slot]
        all_else = (
            bound
            - weights[NEEDS] * _needs_bound(city, block, neutral[NEEDS])
            - weights[PROMINENCE] * block.highest_prominence / 2
        )
        known = _known_needs(city, block, neutral[NEEDS])
        if not _bound_pairs(
            city.needs, city.offers, known, needs, offers, share, prominence,
            all_else, weights, last, pair_bounds,
        ):  # fmt: skip
            continue
        affinity = affinities[city.country, block.country]
        for place in range(first, end):
            if pair_bounds[place - first] < last:
                continue
            partner = rows[place]
            near = closeness_of(starts, others, closeness, row, partner)
            towards = ties_abroad(abroad, slot, place, city.country, block.country)
            component_values(city, cities[place], near, affinity, towards, values)
            score = np.float32(weighted_sum(values, weights, neutral))
            if _before(score, partner, last, partners[i, -1]) and not _tied(ties, row, partner):
                _insert(score, partner, scores[i], partners[i])
                last = _last(scores, i)


@compiled
def _last(scores, i):
    """The score that a partner must reach: the last of a full list, else one below all."""
    return np.float32(-1.0) if isnan(scores[i, -1]) else scores[i, -1]


@compiled
def _bound_pairs(
    wanted, on_offer, known, needs, offers, share, prominence, all_else, weights, last, pair_bounds
):
    """Write the bounds of a city's pairs with those of a block; how many are not below `last`.

    wanted, on_offer: the needs and offers of the city; known: see `_known_needs`; all_else: the bound of all
    but needs and prominence. The loop is such that it compiles to vector instructions.
    """
    share_here, met_here, share_there, met_there = known
    base = np.float32(all_else)
    needs_weight, prominence_weight = np.float32(weights[NEEDS]), np.float32(weights[PROMINENCE] / 2)
    enough = np.int32(0)
    for i in range(len(needs)):
        here = np.float32(np.int32(bit_count(wanted & offers[i])))
        there = np.float32(np.int32(bit_count(on_offer & needs[i]))) * share[i]
        met = np.sqrt((met_here + share_here * here) * (met_there + share_there * there))
        pair_bounds[i] = base + needs_weight * met + prominence_weight * prominence[i]
        enough += np.int32(pair_bounds[i] >= last)
    return enough


@compiled
def _known_needs(city, block, neutral):
    """The numbers with which `needs_met` of any city of a block is sqrt((met + share * common) * (...)).

    share and met of the city's needs, where `common` counts those offered, then of the other's, where
    `common` is the part of those that the city offers. All in float32.
    """
    none, some, all_of = np.float32(0), np.float32(UNKNOWN_COVERAGE), np.float32(1)
    city_known = city.needs != 0 and block.offers != 0
    other_known = city.offers != 0 and block.needs != 0
    if not city_known and not other_known:
        return none, np.float32(neutral), none, np.float32(neutral)
    share = all_of / np.float32(bit_count(city.needs)) if city_known else none
    return share, none if city_known else some, all_of if other_known else none, none if other_known else some


@compiled
def _before(score, partner, other_score, other_partner):
    return score > other_score or (score == other_score and partner < other_partner)


@compiled
def _tied(ties, row, partner):
    """Whether two cities (rows) are twinned."""
    return (ties.partners[ties.starts[row] : ties.starts[row + 1]] == partner).any()


@compiled
def _insert(score, partner, scores, partners):
    """Put a partner in its place of the sorted list, of which the last, or an unused place, falls out."""
    place = len(scores) - 1
    while place > 0 and not _before(scores[place - 1], partners[place - 1], score, partner):
        scores[place] = scores[place - 1]
        partners[place] = partners[place - 1]
        place -= 1
    scores[place] = score
    partners[place] = partner


@compiled
def _drawn(cities, i, j, weights, neutral, values):
    """e to the sum of weights times what two cities have in size, distance and place."""
    a, b = cities[i], cities[j]
    values[SIZE] = size_likeness(a.root_size, b.root_size)
    values[DISTANCE] = nearness(chord(a, b))
    values[PLACE] = place_likeness(a.standing, a.is_capital, b.standing, b.is_capital)
    return exp(weighted_sum(values, weights, neutral))


@compiled
def expected_by_country(cities, mass, weights, neutral, countries):
    """Sums over the cities of other countries of mass times how much they draw each city, by their country.

    Shape (n, countries).
    """
    sums, values = np.zeros((len(cities), countries)), np.zeros(len(weights))
    for i in range(len(cities)):
        for j in range(i):
            if cities[i].country != cities[j].country:
                drawn = _drawn(cities, i, j, weights, neutral, values)
                sums[i, cities[j].country] += mass[j] * drawn
                sums[j, cities[i].country] += mass[i] * drawn
    return sums


@compiled
def spread_around(middles, points, cell_of, values, deviation_km):
    """Sums of values (k, p, c) around the middles of m cells, shape (k, m, c), and each value's share, (p,).

    A value counts exp(-d^2 / 2 deviation_km^2) at a distance of d km; its share is what it counts in the cell
    (cell_of, shape (p,)) in which it lies itself.
    """
    sums, shares = np.zeros((values.shape[0], len(middles), values.shape[2])), np.zeros(len(points))
    for m in range(len(middles)):
        for p in range(len(points)):
            away = middles[m] - points[p]
            distance = great_circle_km(sqrt((away * away).sum()))
            if distance > 4 * deviation_km:
                continue
            share = exp(-0.5 * (distance / deviation_km) ** 2)
            for kind in range(values.shape[0]):
                for c in range(values.shape[2]):
                    sums[kind, m, c] += share * values[kind, p, c]
            if cell_of[p] == m:
                shares[p] = share
    return sums, shares


@compiled
def paths_of_two_and_three(starts, partners, share_of_two):
    """For each city the others that two or three ties lead to, no city met twice, and the sums of the paths.

    Begins (n + 1,), others and sums as in `closeness.Circle`. A path counts the product over its ties of
    1 / sqrt(d e), where d and e are the numbers of ties of a tie's ends, one of two ties times share_of_two.
    """
    n = len(starts) - 1
    root = np.sqrt((starts[1:] - starts[:-1]).astype(np.float64))
    begins = np.zeros(n + 1, dtype=np.int64)
    others, sums = np.empty(1024, dtype=np.int32), np.empty(1024)
    total, is_met = np.zeros(n), np.zeros(n, dtype=np.bool_)
    for row in range(n):
        count = begins[row]
        for t in range(starts[row], starts[row + 1]):
            first = partners[t]
            for u in range(starts[first], starts[first + 1]):
                second = partners[u]
                if second == row:
                    continue
                two = 1 / (root[row] * root[first] * root[first] * root[second])
                count, others, sums = _meet(second, count, others, sums, is_met)
                total[second] += share_of_two * two
                for v in range(starts[second], starts[second + 1]):
                    third = partners[v]
                    if third != first and third != row:
                        count, others, sums = _meet(third, count, others, sums, is_met)
                        total[third] += two / (root[second] * root[third])
        found = np.sort(others[begins[row] : count])
        others[begins[row] : count] = found
        for place in range(len(found)):
            sums[begins[row] + place] = total[found[place]]
            total[found[place]], is_met[found[place]] = 0.0, False
        begins[row + 1] = count
    return begins, others[: begins[n]].copy(), sums[: begins[n]].copy()


@compiled
def _meet(other, count, others, sums, is_met):
    """Note a city that is met for the first time; the arrays grow as they must."""
    if is_met[other]:
        return count, others, sums
    is_met[other] = True
    if count == len(others):
        others = np.concatenate((others, np.empty(len(others), dtype=np.int32)))
        sums = np.concatenate((sums, np.empty(len(sums))))
    others[count] = other
    return count + 1, others, sums
