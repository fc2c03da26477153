"""The heavy part of jobs gives way; whoever hands it over does not."""

import os
import threading
from pathlib import Path

import pytest

from ir_platform.app.background import NICENESS, background, leftover, sparing


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


@pytest.mark.parametrize(("processors", "together"), [(2, 1), (3, 2)])
def test_on_few_processors_one_at_a_time_does_what_gives_way(tmp_path: Path, processors: int, together: int) -> None:
    within, entered, leave = [0], threading.Semaphore(0), threading.Event()

    def work() -> None:
        with sparing(tmp_path / "lock", processors=processors):
            within[0] += 1
            entered.release()
            leave.wait()
            within[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    met = sum(entered.acquire(timeout=0.3) for _ in range(2))
    leave.set()
    for thread in threads:
        thread.join()

    assert (met, within) == (together, [0])
