"""Files of the data folder, stored once by their content."""

import fcntl
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, Final

from ir_platform.adapters.files.sample import write_locked
from ir_platform.ports import FileTooLargeError, Sink, StoredFile

_DIGEST: Final = re.compile("[0-9a-f]{64}")
_UNFINISHED: Final = ".unfinished-"
_LOCKS: Final = ".locks"


class ContentFiles:
    """`ports.Files`: `ab/cdef…` under `folder`, files 0600 and folders 0700, synced before they are named."""

    def __init__(self, folder: Path) -> None:
        _make_folder(folder)
        self._folder = folder

    def put(self, chunks: Iterable[bytes], *, limit_bytes: int) -> StoredFile:
        """Raises: FileTooLargeError, OSError (disk full); then nothing is kept."""
        with _unfinished(self._folder) as (descriptor, unfinished):
            digest, size = _write(descriptor, chunks, limit_bytes=limit_bytes)
            path = self.path(digest)
            if not path.exists():
                _make_folder(path.parent)
                unfinished.rename(path)
                _sync_folder(path.parent)
        return StoredFile(sha256=digest, size=size, path=path)

    @contextmanager
    def held(
        self, chunks: Iterable[bytes], *, limit_bytes: int, is_in_use: Callable[[str], bool]
    ) -> Iterator[StoredFile]:
        """As `put`; a block that fails takes the content with it, unless somebody names or holds it.

        A shared lock is held from before the file has its name until the block's end; removing needs the same lock
        alone, and asks `is_in_use` under it. Whoever stores the same content meanwhile has either committed by then,
        or finds no file and writes it anew. `is_in_use` must see what was committed before it is called.
        """
        with _unfinished(self._folder) as (descriptor, unfinished):
            digest, size = _write(descriptor, chunks, limit_bytes=limit_bytes)
            with self._kept(unfinished.rename, digest, size, is_in_use) as stored:
                yield stored

    @contextmanager
    def held_link(
        self, source: Path, *, sha256: str, size: int, is_in_use: Callable[[str], bool]
    ) -> Iterator[StoredFile]:
        """As `held`, for a file that is there, synced and hashed: it gets a second name, and nothing is copied."""
        with self._kept(lambda path: os.link(source, path), sha256, size, is_in_use) as stored:
            yield stored

    @contextmanager
    def _kept(
        self, name_it: Callable[[Path], object], digest: str, size: int, is_in_use: Callable[[str], bool]
    ) -> Iterator[StoredFile]:
        path = self.path(digest)
        lock = self._lock_of(digest)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if not path.exists():
                _make_folder(path.parent)
                # Two that hold the lock together may both come here with the same content.
                with suppress(FileExistsError):
                    name_it(path)
                _sync_folder(path.parent)
            try:
                yield StoredFile(sha256=digest, size=size, path=path)
            except BaseException:
                # Given up before it is asked for alone: two that fail at once must not wait for each other.
                fcntl.flock(lock, fcntl.LOCK_UN)
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not is_in_use(digest):
                    path.unlink(missing_ok=True)
                raise
        finally:
            os.close(lock)

    def _lock_of(self, digest: str) -> int:
        """Return a descriptor of the lock that this content shares with a few hundred others."""
        locks = self._folder / _LOCKS
        _make_folder(locks)
        return os.open(locks / digest[:2], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

    def write_locked(self, sha256: str, target: Sink, *, name: str, password: str) -> str:
        """Raises: FileNotFoundError, OSError."""
        with self.open(sha256) as source:
            return write_locked(source, target, name=name, password=password)

    def path(self, sha256: str) -> Path:
        """Raises: FileNotFoundError for what is no digest, so that nothing else ever becomes a path."""
        if not _DIGEST.fullmatch(sha256):
            raise FileNotFoundError(f"not a SHA-256 digest: {sha256!r}")
        return self._folder / sha256[:2] / sha256[2:]

    def remove_unfinished(self, *, before: datetime) -> int:
        """Remove what a killed process began to write before this moment; return how many files that were."""
        abandoned = [path for path in self._folder.glob(f"{_UNFINISHED}*") if path.stat().st_mtime < before.timestamp()]
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)


@contextmanager
def _unfinished(folder: Path) -> Iterator[tuple[int, Path]]:
    # mkstemp makes it 0600. In the same folder, because a rename is atomic only within one file system.
    descriptor, name = mkstemp(prefix=_UNFINISHED, dir=folder)
    try:
        yield descriptor, Path(name)
    finally:
        os.close(descriptor)
        Path(name).unlink(missing_ok=True)


def _write(descriptor: int, chunks: Iterable[bytes], *, limit_bytes: int) -> tuple[str, int]:
    digest, size = sha256(), 0
    with os.fdopen(os.dup(descriptor), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit_bytes:
                raise FileTooLargeError(limit_bytes=limit_bytes)
            digest.update(chunk)
            file.write(chunk)
    os.fsync(descriptor)
    return digest.hexdigest(), size


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
