"""A schedule being worked on: always feasible, changed step by step.

The step that changes most is a flip, known from the colouring of edges (Kempe 1879, Vizing 1964): the
meetings of two slots form paths and circles through people; along one of them every meeting goes to the other
slot, and nobody is in two places. Only the people at the two ends of a path are busy at other times then.
"""

from __future__ import annotations

from dataclasses import dataclass

from .masks import Masks, bits, mask_of


@dataclass(frozen=True)
class Flip:
    """Meetings that change between slots a and b together; `ends`: the people whose busy slots change."""

    a: int
    b: int
    meetings: list[int]
    ends: tuple[int, ...]


class Board:
    """Which request is held when.

    slot (R): or -1; free (P): slots without a meeting; left (P): how many more meetings are possible;
    room (S): free tables; talking (S): the requests held that need an interpreter.
    """

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        slots, people = len(masks.room), len(masks.time)
        self.slot = [-1] * len(masks.ends)
        self.free = masks.time.copy()
        self.left = masks.limit.copy()
        self.room = masks.room.copy()
        self.talking: list[list[int]] = [[] for _ in range(slots)]
        self.value = 0
        self._at = [[-1] * slots for _ in range(people)]
        self._with_room = sum(1 << slot for slot, room in enumerate(self.room) if room)
        self._can_talk: dict[tuple[int, tuple[int, ...]], bool] = {}

    def at(self, person: int, slot: int) -> int:
        """The request the person is held up by in this slot, or -1."""
        return self._at[person][slot]

    def held(self) -> dict[int, int]:
        """The slots of the requests that are held."""
        return {request: slot for request, slot in enumerate(self.slot) if slot >= 0}

    def idle(self) -> int:
        """How many slots everybody idles together."""
        return sum(self.masks.idle(person, self.busy(person)) for person in range(len(self.free)))

    def busy(self, person: int) -> int:
        """The slots of the person's meetings."""
        return self.masks.time[person] & ~self.free[person]

    def common(self, request: int) -> int:
        """The slots that would do and in which both are free, whatever tables and interpreters do."""
        one, other = self.masks.ends[request]
        if not self.left[one] or not self.left[other]:
            return 0
        return self.masks.slots[request] & self.free[one] & self.free[other]

    def possible(self, request: int) -> int:
        """The slots in which the request can be placed at once."""
        mask = self.common(request)
        if self.masks.at_table[request]:
            mask &= self._with_room
        if mask and self.masks.speakers[request]:
            for slot in bits(mask):
                if not self.can_talk(slot, [*self.talking[slot], request]):
                    mask ^= 1 << slot
        return mask

    def place(self, request: int, slot: int) -> None:
        """Hold the request, which is not held, in a possible slot."""
        self.slot[request] = slot
        self.value += self.masks.value[request]
        for person in self.masks.ends[request]:
            self._at[person][slot] = request
            self.free[person] ^= 1 << slot
            self.left[person] -= 1
        if self.masks.at_table[request]:
            self._add_room(slot, -1)
        if self.masks.speakers[request]:
            self.talking[slot].append(request)

    def remove(self, request: int) -> int:
        """Do not hold the request any more; return the slot it had."""
        slot = self.slot[request]
        self.slot[request] = -1
        self.value -= self.masks.value[request]
        for person in self.masks.ends[request]:
            self._at[person][slot] = -1
            self.free[person] ^= 1 << slot
            self.left[person] += 1
        if self.masks.at_table[request]:
            self._add_room(slot, 1)
        if self.masks.speakers[request]:
            self.talking[slot].remove(request)
        return slot

    def flip_of(self, request: int, to: int) -> Flip | None:
        """The flip that takes a held request to another slot; None if one of its meetings cannot go.

        Those on the way have meetings in both slots, so they are available. Tables and interpreters are not
        looked at: `allows` does.
        """
        masks, at, a = self.masks, self._at, self.slot[request]
        if not masks.slots[request] >> to & 1:
            return None
        meetings, ends = [request], []
        for person in masks.ends[request]:
            wanted, other = to, a
            while (following := at[person][wanted]) >= 0:
                if following == request:
                    return Flip(a, to, meetings, ())
                meetings.append(following)
                one, two = masks.ends[following]
                person = two if one == person else one
                wanted, other = other, wanted
            if not masks.time[person] >> wanted & 1:
                return None
            ends.append(person)
        return Flip(a, to, meetings, (ends[0], ends[1]))

    def allows(self, flip: Flip, then: int = -1) -> bool:
        """There are tables and interpreters for it, and for the request `then` in slot a afterwards."""
        masks, a, b = self.masks, flip.a, flip.b
        moved = 0
        for meeting in flip.meetings:
            if masks.at_table[meeting]:
                moved += 1 if self.slot[meeting] == a else -1
        more = 1 if then >= 0 and masks.at_table[then] else 0
        if (moved > 0 and moved > self.room[b]) or (more > moved and more - moved > self.room[a]):
            return False
        talking = [meeting for meeting in flip.meetings if masks.speakers[meeting]]
        also = [then] if then >= 0 and masks.speakers[then] else []
        if not talking and not also:
            return True
        going = set(talking)
        for here, there, more_here in ((a, b, also), (b, a, [])):
            held = [one for one in self.talking[here] if one not in going]
            held += [one for one in talking if self.slot[one] == there]
            if not self.can_talk(here, held + more_here):
                return False
        return True

    def flip(self, flip: Flip) -> None:
        """Do it."""
        held = [(meeting, self.remove(meeting)) for meeting in flip.meetings]
        for meeting, slot in held:
            self.place(meeting, flip.a + flip.b - slot)

    def can_talk(self, slot: int, requests: list[int]) -> bool:
        """The interpreters free in the slot can serve all these requests, one each."""
        speakers = tuple(sorted(self.masks.speakers[request] for request in requests))
        key = self.masks.interpreting[slot], speakers
        if key not in self._can_talk:
            self._can_talk[key] = len(match(*key)) == len(speakers)
        return self._can_talk[key]

    def _add_room(self, slot: int, tables: int) -> None:
        self.room[slot] += tables
        if self.room[slot]:
            self._with_room |= 1 << slot
        else:
            self._with_room &= ~(1 << slot)


def match(free: int, wanted: tuple[int, ...], kept: dict[int, int] | None = None) -> dict[int, int]:
    """Give as many as possible one of those they want (bits), each to one: by place of the wish (Kuhn 1955).

    kept: who (bit) already serves which wish; that lasts where nobody else would go without.
    """
    holder = dict(kept or {})

    def find(place: int, seen: int) -> int:
        """Serve a wish, with the help of those not seen yet; all seen by now, or -1 for success."""
        able = wanted[place] & free
        for one in bits(able & ~mask_of(holder)):
            holder[one] = place
            return -1
        while reach := able & ~seen:
            one = (reach & -reach).bit_length() - 1
            seen = find(holder[one], seen | 1 << one)
            if seen < 0:
                holder[one] = place
                break
        return seen

    for place in sorted(set(range(len(wanted))) - set(holder.values())):
        find(place, 0)
    return {place: one for one, place in holder.items()}
