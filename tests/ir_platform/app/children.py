"""One child of `irp serve` by itself: a real process in a data folder of the test's own."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ir_platform.config import Settings, environment_of
from tests.support.require import REPOSITORY

STOP_SECONDS = 15


@contextmanager
def a_child(
    settings: Settings, name: str, *arguments: str, descriptors: Sequence[int] = (), ends_with: int = 0
) -> Iterator["subprocess.Popen[bytes]"]:
    """`ends_with`: uvicorn ends by the signal that it was sent, `-signal.SIGTERM`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ir_platform.app.child", name, *arguments],
        cwd=REPOSITORY,
        env=environment_of(settings),
        pass_fds=descriptors,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=STOP_SECONDS)
    assert status == ends_with
