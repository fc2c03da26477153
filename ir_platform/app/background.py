"""Does the heavy part of a job so that people's requests come first."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

NICENESS: Final = 10


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


def _idle() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
