"""What was received and acknowledged and waits to be read: append-only files, synced before `append` returns.

    spool/0000000001-3f….kept  records (`spool_records`); `….log`: of an earlier version
    spool/taken                JSON of {file: bytes taken}; after a loss of power it may be older than the truth
    spool/….aside              one record that could not be understood; given again at the next start
    spool/….torn               a file whose end was being written when its writer was killed; upkeep removes it later

Any number of processes append, each to files of its own that it holds locked; one process takes. A file that nobody
holds any more and that was taken to its end is removed. What was taken and not yet noted when the taker was killed is
given once more: contents carry ids, by which their events are known again.
"""

import errno
import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from ir_platform.adapters.events.embedded.layout import FILE_MODE, make_folder, sync_folder
from ir_platform.adapters.events.spool_records import (
    OLD_SUFFIX,
    SUFFIX,
    SUFFIXES,
    Form,
    content_at,
    form_of,
    header_of,
    next_whole,
    trailer_of,
)
from ir_platform.adapters.events.torn import TORN
from ir_platform.ports import SpoolFullError, StoreFullError

log = structlog.get_logger(__name__)

FILE_BYTES: Final = 16 * 1024**2
"""A file that is longer is followed by another, so that what was taken is soon removed."""
NOTE: Final = "taken"
_ASIDE: Final = ".aside"
_OLD_ASIDE: Final = ".later"
_UNBORN: Final = ".new"
"""Until its writer has locked it."""
_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT))


class SpoolBrokenError(Exception):
    """The thread that wrote for several ended before it had written."""


@dataclass(slots=True)
class _Waiting:
    """What one thread wants appended."""

    header: bytes
    content: bytes
    events: int
    is_done: bool = False
    failure: Exception | None = None


class SpoolWriter:
    """Appends; from any thread. Those that wait at the same time share one sync."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        file_bytes: int = FILE_BYTES,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """`max_bytes`: of all files in the folder. Raises: OSError."""
        make_folder(folder)
        self._folder, self._max_bytes, self._file_bytes, self._clock_ns = folder, max_bytes, file_bytes, clock_ns
        self._descriptor: int | None = None
        self._size = self._events = 0
        """Of the file that is being written."""
        self._turn = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._is_writing = False

    def append(self, content: bytes, *, events: int) -> None:
        """Durable when it returns. Raises: StoreFullError, SpoolBrokenError, OSError; then nothing is acknowledged."""
        mine = _Waiting(header_of(content, at_ns=self._clock_ns()), content, events)
        together: list[_Waiting] = []
        with self._turn:
            self._waiting.append(mine)
            self._turn.wait_for(lambda: mine.is_done or not self._is_writing)
            if not mine.is_done:
                together, self._waiting = self._waiting, []
                self._is_writing = True
        if together:
            self._write_for(together)
        if mine.failure is not None:
            raise mine.failure

    def close(self) -> None:
        """Let go of the file: it is taken to its end and removed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write_for(self, together: Sequence[_Waiting]) -> None:
        failure: Exception | None = SpoolBrokenError()
        try:
            self._write(together)
            failure = None
        except (OSError, StoreFullError) as error:
            failure = error
        finally:
            with self._turn:
                for one in together:
                    one.is_done, one.failure = True, failure
                self._is_writing = False
                self._turn.notify_all()

    def _write(self, together: Sequence[_Waiting]) -> None:
        """Raises: StoreFullError, OSError; nothing of it can be read then."""
        adding = sum(len(one.header) + len(one.content) for one in together)
        if held_bytes(self._folder) + adding > self._max_bytes:
            raise SpoolFullError(f"{self._folder} holds as much as it may")
        try:
            descriptor = self._open()
            parts: list[bytes] = []
            events = self._events
            for one in together:
                events += one.events
                parts += one.header, one.content, trailer_of(events)
            raw = b"".join(parts)
            view = memoryview(raw)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        except OSError as error:
            self._give_up()
            if error.errno in _FULL:
                raise StoreFullError(f"no room in {self._folder}") from error
            raise
        self._size += len(raw)
        self._events = events

    def _open(self) -> int:
        """Return the file to append to. Raises: OSError."""
        if self._descriptor is None or self._size >= self._file_bytes:
            self.close()
            self._descriptor, self._size, self._events = _begin(self._folder), 0, 0
        return self._descriptor

    def _give_up(self) -> None:
        """Cut off what was not written whole, and go on in another file: a reader may have read up to there."""
        if self._descriptor is not None:
            try:
                os.ftruncate(self._descriptor, self._size)
            finally:
                self.close()


def held_bytes(folder: Path) -> int:
    """Return how large the files are that were not yet taken whole."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                total += entry.stat().st_size if entry.name.endswith(SUFFIXES) else 0
            except FileNotFoundError:  # taken just now
                continue
    return total


def _new_path(folder: Path) -> Path:
    numbers = [int(name.partition("-")[0]) for name in names_in(folder)]
    return folder / f"{max(numbers, default=0) + 1:010d}-{secrets.token_hex(8)}{SUFFIX}"


def names_in(folder: Path) -> list[str]:
    """Return the files of records, oldest first."""
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(SUFFIXES))
    except FileNotFoundError:
        return []


def _begin(folder: Path) -> int:
    """Return a new file, locked before its name can be seen. Raises: OSError."""
    path = _new_path(folder)
    temporary = path.with_suffix(_UNBORN)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        temporary.replace(path)
        sync_folder(folder)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@dataclass(slots=True)
class _Taking:
    """A file that is being taken."""

    descriptor: int
    form: Form
    given: int
    """Up to where its records were given."""
    settled: int
    """Up to where they are durable elsewhere."""


@dataclass(slots=True)
class SpoolTaker:
    """Gives what was appended, in the order of each writer. One per folder.

    Belongs to one thread; `mark` and `has_settled` may be asked from any other.
    """

    folder: Path
    _files: dict[str, _Taking] = field(default_factory=dict)
    _noted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._noted = read_note(self.folder)
        for aside, suffix in ((_ASIDE, SUFFIX), (_OLD_ASIDE, OLD_SUFFIX)):
            for path in self.folder.glob(f"*{aside}"):
                path.replace(path.with_suffix(suffix))
        for path in self.folder.glob(f"*{_UNBORN}"):
            _remove_abandoned(path)

    def take(self, *, max_bytes: int) -> list[bytes]:
        """Return the records that are whole by now and were not given yet, until they are `max_bytes` or more."""
        taken: list[bytes] = []
        size = 0
        for name in names_in(self.folder):
            opened = self._opened(name)
            while opened is not None and size < max_bytes and (content := _next(opened)) is not None:
                taken.append(content)
                size += len(content)
        return taken

    def set_aside(self, content: bytes) -> None:
        """Keep a record that was given and cannot be understood, for a later start. Raises: OSError."""
        path = _new_path(self.folder)
        temporary = path.with_suffix(_UNBORN)
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, FILE_MODE)) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # How many events it holds is not known: it was not understood.
            file.write(b"".join((header_of(content, at_ns=time.time_ns()), content, trailer_of(1))))
            file.flush()
            os.fsync(file.fileno())
            temporary.replace(path.with_suffix(_ASIDE))
        sync_folder(self.folder)

    def settle(self) -> None:
        """Note that everything given is durable elsewhere; remove the files that have no more to give."""
        for name, opened in list(self._files.items()):
            opened.settled = opened.given
            if self._is_over(name, opened):
                os.close(opened.descriptor)
                del self._files[name]
        note = {name: opened.settled for name, opened in self._files.items()}
        if note != self._noted:
            self._note(note)

    def _note(self, note: dict[str, int]) -> None:
        temporary = self.folder / f"{NOTE}.new"
        try:
            temporary.write_text(json.dumps(note))
        except OSError as error:
            if error.errno not in _FULL:
                raise
            # An older note gives more once more at the next start, and that is known by its ids; the next one is tried.
            log.warning("spool_note_put_off")
            return
        temporary.replace(self.folder / NOTE)
        self._noted = note

    def mark(self) -> dict[str, int]:
        """Return where each file ends now."""
        ends = {}
        for name in names_in(self.folder):
            try:
                ends[name] = (self.folder / name).stat().st_size
            except FileNotFoundError:  # taken to its end just now
                continue
        return ends

    def has_settled(self, mark: dict[str, int]) -> bool:
        """Whether everything before the mark is durable elsewhere."""
        for name, end in mark.items():
            opened = self._files.get(name)
            if (opened is None or opened.settled < end) and (self.folder / name).exists():
                return False
        return True

    def close(self) -> None:
        for opened in self._files.values():
            os.close(opened.descriptor)
        self._files.clear()

    def _opened(self, name: str) -> _Taking | None:
        if name not in self._files:
            try:
                descriptor = os.open(self.folder / name, os.O_RDONLY)
            except FileNotFoundError:
                return None
            start = min(self._noted.get(name, 0), os.fstat(descriptor).st_size)
            self._files[name] = _Taking(descriptor, form_of(name), start, start)
        return self._files[name]

    def _is_over(self, name: str, opened: _Taking) -> bool:
        """Whether nobody appends to the file any more and nothing is left in it; then its name is gone."""
        try:
            fcntl.flock(opened.descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # Looked at only now: a moment ago somebody may still have appended.
        left = os.fstat(opened.descriptor).st_size - opened.given
        if left <= 0:
            (self.folder / name).unlink()
            return True
        place = next_whole(opened.descriptor, opened.given, opened.form)
        if place is None:
            # A record that was being written when its writer was killed: nobody was told that it is kept.
            log.warning("spool_tail_set_aside", file=name, bytes=left)
            (self.folder / name).replace((self.folder / name).with_suffix(TORN))
            return True
        if place > opened.given:
            log.error("spool_damaged", file=name, offset=opened.given, goes_on_at=place)
            opened.given = place
        return False


def _remove_abandoned(path: Path) -> None:
    """Remove a file whose writer was killed before it had named it."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (BlockingIOError, FileNotFoundError):
        return  # its writer is at work


def read_note(folder: Path) -> dict[str, int]:
    """Return up to where each file was taken, as far as is known."""
    try:
        noted = json.loads((folder / NOTE).read_bytes())
    except (FileNotFoundError, ValueError):  # none yet, or cut short by a loss of power: everything is given once more
        return {}
    if not isinstance(noted, dict):
        return {}
    return {name: place for name, place in noted.items() if isinstance(place, int) and place >= 0}


def _next(opened: _Taking) -> bytes | None:
    """Give the next whole record; None where there is none, or none yet."""
    content = content_at(opened.descriptor, opened.given, opened.form)
    if content is not None:
        opened.given += opened.form.size_of(content)
    return content
