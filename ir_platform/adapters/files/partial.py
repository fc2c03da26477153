"""Files that are still arriving: one file each in the data folder, one writer at a time, hashed on the way."""

import fcntl
import os
import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ir_platform.ports import PartialBusyError, PartialLostError, UploadWriter

if TYPE_CHECKING:
    from hashlib import _Hash

_NAME: Final = re.compile("[0-9a-z]{1,64}")
_CHUNK_BYTES: Final = 1 << 20
_REMEMBERED: Final = 64
"""Hashes kept in this process; of any other the file is read again."""


@dataclass(slots=True)
class _Hashed:
    """The hash of the first `size` bytes of a file."""

    size: int = 0
    digest: "_Hash" = field(default_factory=sha256)


class PartialFiles:
    """`ports.PartialFiles`: files 0600 in a folder 0700 beside the finished ones, so that finishing copies nothing.

    A process remembers the hash of what it has read of a file; what another process (or this one before a restart)
    wrote after that is read from the disk once, when the next piece comes here.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._hashes: OrderedDict[str, _Hashed] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str) -> None:
        """Raises: FileExistsError."""
        os.close(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def path(self, name: str) -> Path:
        """Raises: PartialLostError for what is no name of ours, so that nothing else ever becomes a path."""
        if not _NAME.fullmatch(name):
            raise PartialLostError(name=name)
        return self._folder / name

    @contextmanager
    def writing(self, name: str, *, offset: Callable[[], int]) -> Iterator[UploadWriter]:
        """Raises: PartialBusyError, PartialLostError."""
        path = self.path(name)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise PartialLostError(name=name) from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PartialBusyError(name=name) from error
            if os.fstat(descriptor).st_nlink == 0:
                raise PartialLostError(name=name)  # removed while we waited for it
            writer = _Writer(name, path, descriptor, self._take_hash(name))
            writer.continue_at(offset())
            yield writer
            # Not after an exception: what was written then may not count, and others may write something else there.
            self._remember(name, writer.hashed)
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)
        self._take_hash(name)

    def sweep(self, *, is_wanted: Callable[[str], bool], before: datetime) -> int:
        """Remove files that are not wanted, nor being written, nor younger than that; return how many."""
        removed = 0
        for path in self._folder.iterdir():
            if not is_wanted(path.name) and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free

    def _take_hash(self, name: str) -> _Hashed:
        with self._lock:
            return self._hashes.pop(name) if name in self._hashes else _Hashed()

    def _remember(self, name: str, hashed: _Hashed) -> None:
        with self._lock:
            self._hashes[name] = hashed
            while len(self._hashes) > _REMEMBERED:
                self._hashes.popitem(last=False)


class _Writer:
    """`ports.UploadWriter`, with the lock of the file."""

    def __init__(self, name: str, path: Path, descriptor: int, hashed: _Hashed) -> None:
        self.path = path
        self.hashed = hashed
        self._name, self._descriptor = name, descriptor

    def continue_at(self, offset: int) -> None:
        """Cut off what nobody counted and go on there; the hash follows. Raises: PartialLostError."""
        if os.fstat(self._descriptor).st_size < offset:
            raise PartialLostError(name=self._name)
        os.ftruncate(self._descriptor, offset)
        if self.hashed.size > offset:
            self.hashed = _Hashed()
        while self.hashed.size < offset:
            wanted = min(_CHUNK_BYTES, offset - self.hashed.size)
            self._hash(os.pread(self._descriptor, wanted, self.hashed.size))
        os.lseek(self._descriptor, offset, os.SEEK_SET)

    def write(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        while left:
            left = left[os.write(self._descriptor, left) :]
        self._hash(chunk)

    def sync(self) -> None:
        os.fsync(self._descriptor)

    @property
    def sha256(self) -> str:
        return self.hashed.digest.hexdigest()

    def _hash(self, chunk: bytes) -> None:
        if not chunk:
            raise PartialLostError(name=self._name)
        self.hashed.digest.update(chunk)
        self.hashed.size += len(chunk)
