"""Does the heavy part of a job so that people's requests come first."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

NICENESS: Final = 10
"""Whoever has done a step waits for its answer, not for its document."""


def background() -> ThreadPoolExecutor:
    """Return one thread that gives way to everything else on the machine.

    Linux keeps the niceness of each thread by itself. Only the work is nice, not its process: one that was put aside
    in the middle of a transaction would keep everybody from the database meanwhile.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="background", initializer=os.nice, initargs=(NICENESS,))
