"""Ends a process when its parent has ended, even by `kill -9`, or a child that it cannot do without."""

import os
import signal
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()

PARENT_CHECK_SECONDS = 1.0
CHILD_CHECK_SECONDS = 1.0


def follow_parent() -> None:
    """End this forked process at once when its parent has ended; for one that keeps nothing to finish."""
    parent = os.getppid()

    def wait_for_the_end() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=wait_for_the_end, name="parent", daemon=True).start()


def follow_child(name: str, *, is_alive: Callable[[], bool], is_stopping: Callable[[], bool]) -> None:
    """Send this process SIGTERM once the child has ended while nobody told this process to stop."""

    def wait_for_the_end() -> None:
        while is_alive():
            time.sleep(CHILD_CHECK_SECONDS)
        if not is_stopping():
            log.error("needed_child_died", child=name)
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, name=f"follow-{name}", daemon=True).start()


def follow(descriptor: int) -> None:
    """Send this process SIGTERM once nobody holds the other end of the pipe any more."""

    def wait_for_the_end() -> None:
        while os.read(descriptor, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, name="lifeline", daemon=True).start()
