"""Files of the data folder, stored once by their content."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, Final

from ir_platform.ports import FileTooLargeError, StoredFile

_DIGEST: Final = re.compile("[0-9a-f]{64}")
_UNFINISHED: Final = ".unfinished-"


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

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

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
