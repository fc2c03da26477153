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
    """Steps are named by their positions: the numbers of a draft may be anything."""

    new_position: dict[int, int]
    """From the old position to the new one; a step that is gone is not there."""
    moved: frozenset[int]
    """New positions of steps that do not stand in the old order; the fewest that explain it."""

    @property
    def old_position(self) -> dict[int, int]:
        return {new: old for old, new in self.new_position.items()}


_Placed = tuple[int, Langkah]


def pair_steps(old: Sequence[Langkah], new: Sequence[Langkah]) -> StepPairs:
    """Pair by equal uraian first, then by likeness, then what stands at the same place; nothing twice."""
    paired: dict[int, int] = {}
    for pairs in (_equal, _alike, _same_place):
        taken = set(paired.values())
        left = [(position, step) for position, step in enumerate(old) if position not in paired]
        right = [(position, step) for position, step in enumerate(new) if position not in taken]
        for before, after in pairs(left, right):
            if before not in paired and after not in taken:
                paired[before] = after
                taken.add(after)
    return StepPairs(new_position=paired, moved=_out_of_order(paired))


_Pairs = Iterator[tuple[int, int]]


def _equal(old: Sequence[_Placed], new: Sequence[_Placed]) -> _Pairs:
    waiting: dict[str, list[int]] = {}
    for position, step in new:
        waiting.setdefault(spelling_key(step.uraian), []).append(position)
    for position, step in old:
        same = waiting.get(spelling_key(step.uraian))
        if same:
            yield position, same.pop(0)


def _alike(old: Sequence[_Placed], new: Sequence[_Placed]) -> _Pairs:
    before, after = (
        [(position, frozenset(spelling_key(step.uraian).split())) for position, step in placed] for placed in (old, new)
    )
    found = []
    for old_position, old_words in before:
        for new_position, new_words in after:
            likeness = _shared(old_words, new_words)
            if likeness >= _ALIKE:
                found.append((-likeness, abs(old_position - new_position), old_position, new_position))
    yield from ((old_position, new_position) for _, _, old_position, new_position in sorted(found))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Dice coefficient of two sets of words: fast enough for 200 steps against 200."""
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def _same_place(old: Sequence[_Placed], new: Sequence[_Placed]) -> _Pairs:
    positions = {position for position, _ in new}
    yield from ((position, position) for position, _ in old if position in positions)


def _out_of_order(paired: dict[int, int]) -> frozenset[int]:
    """Return what does not belong to the longest rising run of new positions, read in the old order."""
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
