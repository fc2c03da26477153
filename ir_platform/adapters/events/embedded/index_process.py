"""The index kept up by a process of its own: the writer's side of it, and what that process does.

It follows the segments on the disk, so nothing but positions is handed over. Either side may be killed at any time: the
index knows itself up to where it has been committed, and a writer that begins anew says where the segments end.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.index import MAX_BEHIND_EVENTS, IndexFollower, IndexStoppedError
from ir_platform.adapters.events.embedded.index_board import IndexBoard
from ir_platform.adapters.events.embedded.layout import Position
from ir_platform.adapters.events.embedded.seen import load_key

POLL_SECONDS: Final = 0.01
WANT_AGAIN_SECONDS: Final = 0.5
AWAY_SECONDS: Final = 5.0
"""A process that has said nothing for so long is not waited for by appends."""
GIVE_UP_SECONDS: Final = 60.0
"""How long a flush waits for a process that says nothing: one that was killed is begun anew meanwhile."""
WRITER_SECONDS: Final = 5.0
"""How long a process that is told to stop waits for the writer to close first."""
_LOCK_NAME: Final = "index.lock"


class IndexProcess:
    """The writer's side; stands where an `IndexFollower` would."""

    def __init__(self, board: IndexBoard, *, end: Callable[[], Position]) -> None:
        self._board, self._end = board, end
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._under_way: deque[tuple[Position, int]] = deque()
        """Where each append ended that was not added when last looked at, and its events."""
        self._behind = 0
        self._opened_ns = time.monotonic_ns()
        board.tell_end(end())

    def appended(self, events: int) -> None:
        """Tell that events were appended; wait while the index is far behind, unless it is failing or away."""
        with self._lock:
            end = self._end()
            self._under_way.append((end, events))
            self._behind += events
            self._board.tell_end(end)
        while self._is_far_behind() and not self._is_failing(AWAY_SECONDS) and not self._stopping.is_set():
            time.sleep(POLL_SECONDS)

    def flush(self) -> None:
        """Return when everything appended so far can be found. Raises: IndexStoppedError."""
        target = self._end()
        began, wanted_at = time.monotonic(), float("-inf")
        while self._board.committed < target:
            now = time.monotonic()
            if now - wanted_at >= WANT_AGAIN_SECONDS:
                if now - began >= WANT_AGAIN_SECONDS and self._is_failing(GIVE_UP_SECONDS):
                    raise IndexStoppedError("the index cannot be written, or its process does not run")
                self._board.want_commit()
                wanted_at = now
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        self._stopping.set()
        self._board.tell_closed()

    def _is_far_behind(self) -> bool:
        with self._lock:
            done = self._board.done
            while self._under_way and self._under_way[0][0] <= done:
                self._behind -= self._under_way.popleft()[1]
            return self._behind > MAX_BEHIND_EVENTS

    def _is_failing(self, away_seconds: float) -> bool:
        silent_ns = time.monotonic_ns() - max(self._board.seen_at_ns, self._opened_ns)
        return self._board.is_failing or silent_ns > away_seconds * 1_000_000_000


class IndexThreadEndedError(Exception):
    """The thread that adds to the index ended by a fault of the program."""


def keep_index(folder: Path, board: IndexBoard, *, stopped: threading.Event) -> None:
    """Keep the index up with what the store's writer has appended until `stopped`.

    Raises: IndexThreadEndedError.
    """
    if not _wait_for_store(board, stopped):
        return
    lock = _only_one(folder, stopped)
    try:
        board.begin()
        follower = IndexFollower(folder, key=load_key(folder), end=lambda: board.end)
        try:
            _tell_both(follower, board, until=stopped.is_set)
            # The writer stops at the same time, and finishes what it was given first.
            deadline = time.monotonic() + WRITER_SECONDS
            _tell_both(follower, board, until=lambda: not board.is_open or time.monotonic() >= deadline)
        finally:
            follower.close()
    finally:
        os.close(lock)


def _wait_for_store(board: IndexBoard, stopped: threading.Event) -> bool:
    """Return whether there is a store, whose key was made by its writer."""
    while not board.is_open:
        if stopped.wait(POLL_SECONDS):
            return False
    return True


def _only_one(folder: Path, stopped: threading.Event) -> int:
    """Wait for the index's process of a group that was killed; the lock goes with the process, however it ends."""
    descriptor = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT, layout.FILE_MODE)
    while not stopped.is_set():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stopped.wait(POLL_SECONDS)
        else:
            break
    return descriptor


def _tell_both(follower: IndexFollower, board: IndexBoard, *, until: Callable[[], bool]) -> None:
    """Pass on what each side says. Raises: IndexThreadEndedError."""
    end, wanted = board.end, board.wanted
    while not until():
        if not follower.is_running:
            raise IndexThreadEndedError
        if board.end != end:
            end = board.end
            follower.look()
        if board.wanted != wanted:
            wanted = board.wanted
            follower.hurry()
        # Whether it fails is asked first: a place that is told with it was reached before.
        is_failing = follower.failure is not None
        board.tell_done(follower.done, follower.committed, is_failing=is_failing, now_ns=time.monotonic_ns())
        time.sleep(POLL_SECONDS)
