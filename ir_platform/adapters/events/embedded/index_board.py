"""What the store's writer and the process that keeps its index tell each other: a page of memory that both see.

Each word has one writer and is written whole. Nothing in it outlives the group of processes: where the index is, the
index itself knows, and where the segments end, the segments.
"""

import mmap
import os
from typing import Final

from ir_platform.adapters.events.embedded.layout import Position

_WORDS: Final = 8
_WORD_BYTES: Final = 8
_OPEN, _END, _WANTED, _DONE, _COMMITTED, _SEEN_AT, _FAILING = range(7)
_OFFSET_BITS: Final = 32


def open_index_board() -> int:
    """Return the descriptor of the page; children inherit it."""
    descriptor = os.memfd_create("index", 0)
    os.ftruncate(descriptor, _WORDS * _WORD_BYTES)
    return descriptor


class IndexBoard:
    """One side's view of the page."""

    def __init__(self, descriptor: int) -> None:
        self._words = memoryview(mmap.mmap(descriptor, 0)).cast("Q")

    # --- the store's writer writes ---

    def tell_end(self, end: Position) -> None:
        """Everything before `end` is whole and on the disk, and the store is open."""
        self._words[_END] = _packed(end)
        self._words[_OPEN] = 1

    def tell_closed(self) -> None:
        """Nothing more will be appended by this writer."""
        self._words[_OPEN] = 0

    def want_commit(self) -> None:
        """Ask for what is there to be found soon."""
        self._words[_WANTED] += 1

    # --- the index's process writes ---

    def begin(self) -> None:
        """A new process looks first how far the index is; what another said before is forgotten."""
        self._words[_DONE] = self._words[_COMMITTED] = self._words[_FAILING] = 0

    def tell_done(self, done: Position, committed: Position, *, is_failing: bool, now_ns: int) -> None:
        """`now_ns`: the clock that only goes forward, of which all processes have the same."""
        self._words[_DONE], self._words[_COMMITTED] = _packed(done), _packed(committed)
        self._words[_FAILING] = is_failing
        self._words[_SEEN_AT] = now_ns

    # --- both read ---

    @property
    def is_open(self) -> bool:
        return bool(self._words[_OPEN])

    @property
    def end(self) -> Position:
        return _unpacked(self._words[_END])

    @property
    def wanted(self) -> int:
        """Changes with each `want_commit`."""
        return self._words[_WANTED]

    @property
    def done(self) -> Position:
        """Everything before it was added."""
        return _unpacked(self._words[_DONE])

    @property
    def committed(self) -> Position:
        """Everything before it can be found."""
        return _unpacked(self._words[_COMMITTED])

    @property
    def is_failing(self) -> bool:
        return bool(self._words[_FAILING])

    @property
    def seen_at_ns(self) -> int:
        """When the index's process last said how far it is; 0: never."""
        return self._words[_SEEN_AT]


def _packed(position: Position) -> int:
    return position.segment << _OFFSET_BITS | position.offset


def _unpacked(word: int) -> Position:
    return Position(word >> _OFFSET_BITS, word & (1 << _OFFSET_BITS) - 1)
