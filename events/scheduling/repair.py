"""Placing requests one by one, and making way for one that finds no slot."""

from __future__ import annotations

from collections.abc import Iterable

from .board import Board
from .masks import bits

MOST_TRIED = 12
"""Meetings of a full slot that are asked to go elsewhere."""


def place_greedily(board: Board, requests: Iterable[int]) -> list[int]:
    """Place each request in its turn if a slot is possible; return those that were not placed."""
    left = []
    for request in requests:
        if slots := board.possible(request):
            board.place(request, best_slot(board, request, slots))
        else:
            left.append(request)
    return left


def best_slot(board: Board, request: int, slots: int) -> int:
    """Of several possible slots the earlier schedule's, else that with most free tables, else the first."""
    before = board.masks.previous[request]
    if before >= 0 and slots >> before & 1:
        return before
    return max(bits(slots), key=board.room.__getitem__)


def make_way(board: Board, request: int) -> bool:
    """Place the request, which has no possible slot, after one flip of others. False: no flip does it."""
    one, other = board.masks.ends[request]
    if not board.left[one] or not board.left[other]:
        return False
    return (
        _with_one_busy(board, request, one, other)
        or _with_one_busy(board, request, other, one)
        or _in_a_full_slot(board, request)
    )


def _with_one_busy(board: Board, request: int, free: int, busy: int) -> bool:
    """In a slot where one of the two is free and the other one's meeting can go to another slot."""
    masks = board.masks
    for slot in bits(masks.slots[request] & board.free[free] & ~board.free[busy]):
        meeting = board.at(busy, slot)
        for to in bits(board.free[busy] & masks.slots[meeting]):
            flip = board.flip_of(meeting, to)
            if flip and free not in flip.ends and board.allows(flip, request):
                board.flip(flip)
                board.place(request, slot)
                return True
    return False


def _in_a_full_slot(board: Board, request: int) -> bool:
    """In a slot where both are free, once another meeting has left its table or interpreter."""
    masks = board.masks
    ends = masks.ends[request]
    for slot in bits(board.common(request)):
        if masks.at_table[request] and not board.room[slot]:
            held = [one for one, at in enumerate(board.slot) if at == slot and masks.at_table[one]]
        else:
            held = board.talking[slot]
        for meeting in held[:MOST_TRIED]:
            for to in bits(masks.slots[meeting] & ~(1 << slot)):
                if masks.at_table[request] and not board.room[to]:
                    continue
                flip = board.flip_of(meeting, to)
                if flip and not any(one in ends for one in flip.ends) and board.allows(flip, request):
                    board.flip(flip)
                    board.place(request, slot)
                    return True
    return False
