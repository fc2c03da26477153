"""How many connections each API process holds, in memory that all of them see."""

import mmap
import os
from typing import Final

COUNT_BYTES: Final = 4
NOT_THERE: Final = 2**32 - 1


def open_board(processes: int) -> int:
    """Return the descriptor of memory that holds how many connections each process has; children inherit it."""
    descriptor = os.memfd_create("turns", 0)
    os.write(descriptor, NOT_THERE.to_bytes(COUNT_BYTES, "little") * processes)
    return descriptor


class Board:
    """One process' view of what all of them hold. A count is written whole and by one process only."""

    def __init__(self, descriptor: int, *, number: int) -> None:
        """`number` counts from 0."""
        self._counts = memoryview(mmap.mmap(descriptor, 0)).cast("I")
        self._number = number

    def note(self, held: int) -> None:
        self._counts[self._number] = held

    def is_least(self, held: int) -> bool:
        """Whether nobody else has fewer."""
        return held <= min(count for number, count in enumerate((*self._counts, NOT_THERE)) if number != self._number)
