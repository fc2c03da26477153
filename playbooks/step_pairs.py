"""Which step of a new version is which of the old one: numbers change when a step is put in, the work does not."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from playbooks.sop import Langkah, spelling_key

_ALIKE: Final = 0.6
"""From this share of equal words on, two descriptions tell of the same work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPairs:
    new_number: dict[int, int]
    """From the old number to the new one; a step that is gone is not there."""
    moved: frozenset[int]
    """New numbers of steps that do not stand in the old order; the fewest that explain it."""

    @property
    def old_number(self) -> dict[int, int]:
        return {new: old for old, new in self.new_number.items()}


def pair_steps(old: Sequence[Langkah], new: Sequence[Langkah]) -> StepPairs:
    """Pair by equal uraian first, then by likeness, then what stands at the same place; nothing twice."""
    paired: dict[int, int] = {}
    for pairs in (_equal, _alike, _same_place):
        left = [step for step in old if step.no not in paired]
        right = [step for step in new if step.no not in paired.values()]
        for before, after in pairs(left, right):
            if before not in paired and after not in paired.values():
                paired[before] = after
    return StepPairs(new_number=paired, moved=_out_of_order(paired))


_Pairs = Iterator[tuple[int, int]]


def _equal(old: Sequence[Langkah], new: Sequence[Langkah]) -> _Pairs:
    waiting: dict[str, list[int]] = {}
    for step in new:
        waiting.setdefault(spelling_key(step.uraian), []).append(step.no)
    for step in old:
        same = waiting.get(spelling_key(step.uraian))
        if same:
            yield step.no, same.pop(0)


def _alike(old: Sequence[Langkah], new: Sequence[Langkah]) -> _Pairs:
    words = {id(step): frozenset(spelling_key(step.uraian).split()) for step in (*old, *new)}
    found = []
    for before in old:
        for after in new:
            likeness = _shared(words[id(before)], words[id(after)])
            if likeness >= _ALIKE:
                found.append((-likeness, abs(before.no - after.no), before.no, after.no))
    yield from ((before, after) for _, _, before, after in sorted(found))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Dice coefficient of two sets of words: fast enough for 200 steps against 200."""
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def _same_place(old: Sequence[Langkah], new: Sequence[Langkah]) -> _Pairs:
    numbers = {step.no for step in new}
    yield from ((step.no, step.no) for step in old if step.no in numbers)


def _out_of_order(paired: dict[int, int]) -> frozenset[int]:
    """Return what does not belong to the longest rising run of new numbers, read in the old order."""
    order = [paired[before] for before in sorted(paired)]
    ends: list[int] = []
    at: list[int] = []
    for number in order:
        position = bisect_left(ends, number)
        ends[position : position + 1] = [number]
        at.append(position)
    kept, wanted = set[int](), len(ends) - 1
    for number, position in reversed(list(zip(order, at, strict=True))):
        if position == wanted:
            kept.add(number)
            wanted -= 1
    return frozenset(order) - kept
