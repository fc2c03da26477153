"""Ends a child when its parent has ended, even by `kill -9`: the pipe between them closes."""

import os
import signal
import threading


def follow(descriptor: int) -> None:
    """Send this process SIGTERM once nobody holds the other end of the pipe any more."""

    def wait_for_the_end() -> None:
        while os.read(descriptor, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, name="lifeline", daemon=True).start()
