"""A bounded stretch of disk between who writes packets and the pipe that a dissector reads them from.

Without it the pass over the capture would run at the pace of the slowest dissector: a pipe holds 64 KiB.
"""

import os
import tempfile
import threading
from typing import IO

SPOOL_BYTES = 96 * 1024 * 1024
_MOVE_BYTES = 1024 * 1024


class Spool:
    """A ring in a file without a name. One thread puts, one pumps."""

    def __init__(self, *, size_bytes: int = SPOOL_BYTES) -> None:
        self.is_broken = False
        """The reader has gone; what is put is lost."""
        self._size = size_bytes
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._put = self._taken = 0
        self._is_ended = False
        self._changed = threading.Condition()

    def put(self, data: bytes, *, wait_seconds: float) -> bool:
        """Add the bytes; False where there is no room for them within the time, or no reader any more."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_broken or self._room() >= len(data), timeout=wait_seconds)
            if self.is_broken or self._room() < len(data):
                return False
        view, place = memoryview(data), self._put % self._size
        while view:
            written = os.pwrite(self._file.fileno(), view[: self._size - place], place)
            view, place = view[written:], (place + written) % self._size
        with self._changed:
            self._put += len(data)
            self._changed.notify_all()
        return True

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
            self.is_broken = self._is_ended = True
            self._changed.notify_all()

    def pump(self, pipe: IO[bytes]) -> None:
        """Move what is put into the pipe, until it ends or its reader goes; then close the pipe."""
        try:
            while (ready := self._ready()) > 0:
                place = self._taken % self._size
                count = min(ready, self._size - place, _MOVE_BYTES)
                moved = os.splice(self._file.fileno(), pipe.fileno(), count, offset_src=place)
                with self._changed:
                    self._taken += moved
                    self._changed.notify_all()
        except BrokenPipeError:
            self.break_off()
        finally:
            pipe.close()

    def close(self) -> None:
        """Give the disk back; only when nobody pumps any more."""
        self._file.close()

    def _room(self) -> int:
        return self._size - (self._put - self._taken)

    def _ready(self) -> int:
        """Wait until there is something to move; return how much, 0 at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._put > self._taken or self._is_ended)
            return 0 if self.is_broken else self._put - self._taken
