"""A bounded stretch of disk between who writes packets and the pipe that a dissector reads them from.

Without it the pass over the capture would run at the pace of the slowest dissector: a pipe holds 64 KiB.
"""

import os
import tempfile
import threading
from typing import IO

ROOM_BYTES = 384 * 1024 * 1024
_MOVE_BYTES = 1024 * 1024


class Room:
    """How many bytes may wait on disk in all spools of a capture together."""

    def __init__(self, size_bytes: int = ROOM_BYTES) -> None:
        self._left = size_bytes
        self._changed = threading.Condition()

    def take(self, count: int, *, wait_seconds: float) -> bool:
        """Say whether so many bytes may wait as well; then they are counted."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._left >= count, timeout=wait_seconds):
                return False
            self._left -= count
        return True

    def overdraw(self, count: int) -> None:
        """Count bytes that must not wait for room."""
        with self._changed:
            self._left -= count

    def give_back(self, count: int) -> None:
        with self._changed:
            self._left += count
            self._changed.notify_all()


class Spool:
    """What one dissector has to be given, in a file without a name. One thread puts, one pumps."""

    def __init__(self, room: Room) -> None:
        self.is_broken = False
        """The reader has gone; what is put is lost."""
        self._room = room
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._put = self._taken = 0
        self._is_ended = False
        self._changed = threading.Condition()

    def put(self, data: bytes, *, wait_seconds: float | None) -> bool:
        """Add the bytes; False where there is no room for them within the time, or no reader any more.

        None: they are let in, room or not, because those who take room may be waiting for what is done with them.
        """
        if wait_seconds is None:
            self._room.overdraw(len(data))
        elif self.is_broken or not self._room.take(len(data), wait_seconds=wait_seconds):
            return False
        with self._changed:
            if self.is_broken:
                self._room.give_back(len(data))
                return False
            view, place = memoryview(data), self._put
            while view:
                written = os.pwrite(self._file.fileno(), view, place)
                view, place = view[written:], place + written
            self._put = place
            self._changed.notify_all()
        return True

    @property
    def is_empty(self) -> bool:
        return self._taken == self._put

    @property
    def moved(self) -> tuple[int, int]:
        """How many bytes have gone through the pipe, and how many were put."""
        with self._changed:
            return self._taken, self._put

    def end(self) -> None:
        """Say that nothing more will be put; the pipe is closed once all has gone through."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def break_off(self) -> None:
        """End now, whatever is left."""
        with self._changed:
            if not self.is_broken:
                self._room.give_back(self._put - self._taken)
            self.is_broken = self._is_ended = True
            self._changed.notify_all()

    def pump(self, pipe: IO[bytes]) -> None:
        """Move what is put into the pipe, until it ends or its reader goes; then close the pipe."""
        try:
            while (ready := self._ready()) > 0:
                moved = os.splice(self._file.fileno(), pipe.fileno(), min(ready, _MOVE_BYTES), offset_src=self._taken)
                with self._changed:
                    self._taken += moved
                    if not self.is_broken:
                        self._room.give_back(moved)
        except BrokenPipeError:
            self.break_off()
        finally:
            pipe.close()

    def close(self) -> None:
        """Give the disk back; only when nobody puts or pumps any more."""
        self._file.close()

    def _ready(self) -> int:
        """Wait until there is something to move; return how much, 0 at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._put > self._taken or self._is_ended)
            return 0 if self.is_broken else self._put - self._taken
