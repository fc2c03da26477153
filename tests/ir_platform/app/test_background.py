"""The heavy part of jobs gives way; whoever hands it over does not."""

import os
import threading

from ir_platform.app.background import NICENESS, background, leftover


def own_niceness() -> int:
    """Return that of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_work_gives_way_while_the_thread_that_waits_for_it_keeps_its_place() -> None:
    before = own_niceness()

    with background() as thread:
        during = thread.submit(own_niceness).result()

    assert (during, own_niceness()) == (min(before + NICENESS, 19), before)


def test_what_holds_nothing_works_only_while_nobody_else_wants_the_processor() -> None:
    with leftover() as thread:
        during = thread.submit(os.sched_getscheduler, 0).result()

    assert (during, os.sched_getscheduler(0)) == (os.SCHED_IDLE, os.SCHED_OTHER)
