"""The checkpoint outside the database: where the chain ended at each moment, in a file that only grows."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ir_platform.audit.chain import Checkpoint
from ir_platform.domain.audit import AuditHead

_TAIL_BYTES = 8_192
"""Read from the end to find the last line; a line is under 200 bytes."""


class CheckpointFileError(Exception):
    """A line of the checkpoint file is not what was written there; `line` counts from 1, None: the last."""

    def __init__(self, *, path: Path, line: int | None) -> None:
        super().__init__(f"titik periksa jejak audit rusak: {path}, baris {line or 'terakhir'}")
        self.path, self.line = path, line


class CheckpointConflictError(Exception):
    """The database's chain has another entry at a seq that was noted already: one of the two was tampered with."""

    def __init__(self, *, seq: int, noted: str, found: str) -> None:
        super().__init__(f"entri audit {seq} berbeda dari titik periksa: tercatat {noted}, ditemukan {found}")
        self.seq, self.noted, self.found = seq, noted, found


class AuditCheckpointFile:
    """JSON lines `{"seq", "hash", "at"}` with rising seq, one synced line per append; several processes may append."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, head: AuditHead, at: datetime) -> bool:
        """Note the chain's end; False, writing nothing, where the file is as far already or the chain is empty.

        Raises: CheckpointConflictError, CheckpointFileError.
        """
        if head.seq == 0:
            return False
        with _locked(self._path) as descriptor:
            last, whole_bytes = _read_last(descriptor, self._path)
            if last is not None and last.seq == head.seq and last.hash != head.hash:
                raise CheckpointConflictError(seq=head.seq, noted=last.hash, found=head.hash)
            if last is not None and last.seq >= head.seq:
                return False
            # A power loss may have left half a line behind the last whole one.
            os.ftruncate(descriptor, whole_bytes)
            _append_line(descriptor, head, at)
            return True

    def last(self) -> Checkpoint | None:
        """Raises: CheckpointFileError."""
        if not self._path.exists():
            return None
        with self._path.open("rb") as file:
            return _read_last(file.fileno(), self._path)[0]

    def all(self) -> tuple[Checkpoint, ...]:
        """Every checkpoint, oldest first; a last line cut short by a power loss does not count.

        Raises: CheckpointFileError, also where seq does not rise.
        """
        if not self._path.exists():
            return ()
        found: list[Checkpoint] = []
        for number, line in enumerate(self._path.read_bytes().split(b"\n")[:-1], start=1):
            checkpoint = _parse(line, path=self._path, number=number)
            if found and checkpoint.seq <= found[-1].seq:
                raise CheckpointFileError(path=self._path, line=number)
            found.append(checkpoint)
        return tuple(found)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if is_new:
            _sync_folder(path.parent)
        yield descriptor
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_last(descriptor: int, path: Path) -> tuple[Checkpoint | None, int]:
    """Return the last whole line's checkpoint and how many bytes the whole lines take."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL_BYTES)
    tail = os.pread(descriptor, size - start, start)
    end = tail.rfind(b"\n")
    if end < 0 and start == 0:
        return None, 0
    line = tail[: max(end, 0)].rpartition(b"\n")[2]
    return _parse(line, path=path, number=None), start + end + 1


def _append_line(descriptor: int, head: AuditHead, at: datetime) -> None:
    values = {"seq": head.seq, "hash": head.hash, "at": at.astimezone(UTC).isoformat()}
    line = json.dumps(values, separators=(",", ":")).encode() + b"\n"
    with os.fdopen(os.dup(descriptor), "ab") as file:
        file.write(line)
    os.fsync(descriptor)


def _parse(line: bytes, *, path: Path, number: int | None) -> Checkpoint:
    try:
        values = json.loads(line)
        checkpoint = Checkpoint(seq=values["seq"], hash=values["hash"], at=datetime.fromisoformat(values["at"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CheckpointFileError(path=path, line=number) from error
    if type(checkpoint.seq) is not int or checkpoint.seq < 1 or not isinstance(checkpoint.hash, str):
        raise CheckpointFileError(path=path, line=number)
    return checkpoint
