"""Does the heavy part of a job so that people's requests come first."""

import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NICENESS: Final = 10
FEW_PROCESSORS: Final = 2


def background() -> ThreadPoolExecutor:
    """Return one thread that gives way to everything else on the machine; for work that writes to the database.

    Linux keeps the niceness of each thread by itself. Only the work is nice, not its process: one that was put aside
    in the middle of a transaction would keep everybody from the database meanwhile.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="background", initializer=os.nice, initargs=(NICENESS,))


def leftover() -> ThreadPoolExecutor:
    """Return one thread that has the processor only while nobody else wants it; for work that holds nothing meanwhile.

    A step on PostgreSQL is some forty journeys, and whoever comes back from one waits for the end of the slice of a
    thread that is only nice, up to 3 ms each time; an idle one is put aside at once (sched(7), SCHED_IDLE). Whoever has
    done a step waits for its answer, not for its document.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="leftover", initializer=_idle)


@contextmanager
def sparing(lock: Path, *, processors: int) -> Iterator[None]:
    """Leave a processor to people: on a machine of few, one process at a time is within, the others wait.

    Even what gives way at once costs those it gives way to: each finds the processor's caches full of something else.
    A step on PostgreSQL takes half as long again while both of two processors draw documents. `lock` is a file that all
    name. Raises: OSError where it cannot be made.
    """
    if processors > FEW_PROCESSORS:
        yield
        return
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _idle() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
