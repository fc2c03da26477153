"""Does the heavy part of a job so that people's requests come first."""

import fcntl
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

Made = TypeVar("Made")

NICENESS: Final = 10
CALM_SHARE: Final = 0.75
"""Of the clock's time: who had the processor for so much of it was hardly asked for it by anybody else."""
LEFTOVER_LOCK: Final = "leftover.lock"
"""In the data folder."""
REST_FACTOR: Final = 4.0
REST_LIMIT_SECONDS: Final = 2.0


def background() -> ThreadPoolExecutor:
    """Return one thread that gives way to everything else on the machine; for work that writes to the database.

    Linux keeps the niceness of each thread by itself. Only the work is nice, not its process: one that was put aside
    in the middle of a transaction would keep everybody from the database meanwhile.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="background", initializer=os.nice, initargs=(NICENESS,))


class Leftover:
    """One thread that has the processor only while nobody else wants it; for work that holds nothing meanwhile.

    Not even a file it is about to write: whoever is put aside within a change of the file system keeps the database's
    own writes waiting for the end of that change.

    A step on PostgreSQL is some forty journeys, and whoever comes back from one waits for the end of the slice of a
    thread that is only nice, up to 3 ms each time; an idle one is put aside at once (sched(7), SCHED_IDLE). Putting
    aside has its price too: a step takes half as long again while every processor is busy with leftovers. So there is
    one at a time, whichever process it is in, and after one that had to give way there is a rest. Whoever has done a
    step waits for its answer, not for its document.
    """

    def __init__(self, lock: Path) -> None:
        """`lock` is the file that all who take turns name."""
        self._lock = lock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="leftover", initializer=_idle)

    def do(self, work: Callable[[], Made]) -> Made:
        """Return what the work returns, and raise what it raises. Raises: OSError where there is no such lock."""
        turn = self._thread.submit(self._begin).result()
        try:
            return self._thread.submit(work).result()
        finally:
            self._thread.submit(self._end, turn)

    def _begin(self) -> "Turn":
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return Turn(descriptor=descriptor, clock=time.monotonic(), processor=time.process_time())

    def _end(self, turn: "Turn") -> None:
        clock, processor = time.monotonic() - turn.clock, time.process_time() - turn.processor
        time.sleep(rest_after(clock=clock, processor=processor))
        os.close(turn.descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    descriptor: int
    """Of the lock; closing it gives the turn to the next."""
    clock: float
    processor: float
    """When it began, in seconds of the process."""


def rest_after(*, clock: float, processor: float) -> float:
    """Return how long to rest after work of so many seconds, by the clock and of the processor's time; in seconds."""
    if processor >= CALM_SHARE * clock:
        return 0.0
    return min(REST_LIMIT_SECONDS, REST_FACTOR * (clock - processor))


def _idle() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
