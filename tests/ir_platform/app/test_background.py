"""The heavy part of jobs gives way; whoever hands it over does not."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.app.background import CALM_SHARE, NICENESS, REST_LIMIT_SECONDS, Leftover, background, rest_after


def own_niceness() -> int:
    """Return that of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_work_gives_way_while_the_thread_that_waits_for_it_keeps_its_place() -> None:
    before = own_niceness()

    with background() as thread:
        during = thread.submit(own_niceness).result()

    assert (during, own_niceness()) == (min(before + NICENESS, 19), before)


def test_what_holds_nothing_works_only_while_nobody_else_wants_the_processor(tmp_path: Path) -> None:
    during = Leftover(tmp_path / "lock").do(lambda: os.sched_getscheduler(0))

    assert (during, os.sched_getscheduler(0)) == (os.SCHED_IDLE, os.SCHED_OTHER)


def test_what_goes_wrong_in_a_leftover_reaches_whoever_asked_for_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        Leftover(tmp_path / "lock").do(lambda: 1 // 0)


def test_leftovers_that_share_a_lock_are_done_one_at_a_time(tmp_path: Path) -> None:
    """As those of several processes are; a lock belongs to whoever opened the file."""
    busy: list[int] = []
    most: list[int] = []

    def work() -> None:
        busy.append(1)
        most.append(len(busy))
        time.sleep(0.02)
        busy.pop()

    several = [Leftover(tmp_path / "lock") for _ in range(3)]
    with ThreadPoolExecutor(len(several)) as people:
        list(people.map(lambda one: one.do(work), several))

    assert most == [1, 1, 1]


@given(clock=st.floats(0.001, 100), share=st.floats(0, 1))
def test_a_rest_follows_only_who_had_to_give_way_and_ends_soon(clock: float, share: float) -> None:
    rest = rest_after(clock=clock, processor=share * clock)

    assert 0 <= rest <= REST_LIMIT_SECONDS
    assert (rest == 0) == (share * clock >= CALM_SHARE * clock)


def test_who_waited_twice_as_long_rests_longer() -> None:
    assert rest_after(clock=0.3, processor=0.1) > rest_after(clock=0.2, processor=0.1) > 0
