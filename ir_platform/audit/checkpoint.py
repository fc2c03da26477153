"""The checkpoint outside the database: where the chain ended at each moment, signed, in a file that only grows."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ir_platform.audit.chain import Checkpoint
from ir_platform.audit.signing import AuditKey, PublicKeys, is_signed_by
from ir_platform.domain.audit import AuditHead

_TAIL_BYTES = 8_192
"""Read from the end to find the last line; a line is under 400 bytes."""
_FIRST_PREV = "0" * 64
_FORMAT = "tanggap-titik-periksa-1"


class CheckpointFileError(Exception):
    """A line of the checkpoint file is not what was written there; `line` counts from 1, None: the last."""

    def __init__(self, *, path: Path, line: int | None, reason: str = "tidak terbaca") -> None:
        super().__init__(f"titik periksa jejak audit rusak: {path}, baris {line or 'terakhir'}: {reason}")
        self.path, self.line, self.reason = path, line, reason


class CheckpointConflictError(Exception):
    """The database's chain has another entry at a seq that was noted already: one of the two was tampered with."""

    def __init__(self, *, seq: int, noted: str, found: str) -> None:
        super().__init__(f"entri audit {seq} berbeda dari titik periksa: tercatat {noted}, ditemukan {found}")
        self.seq, self.noted, self.found = seq, noted, found


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointLine:
    """A checkpoint with what binds it: the hash of the line before, and a signature over both."""

    checkpoint: Checkpoint
    at: str
    """As written, because the signature is over the text."""
    prev: str | None
    """SHA-256 of the line before (without its line end), zeros for the first; None: written by the first release."""
    kid: str | None
    signature: str | None
    raw: bytes

    @property
    def is_signed(self) -> bool:
        return self.signature is not None

    def message(self) -> bytes:
        return signed_message(self.checkpoint.seq, self.checkpoint.hash, self.at, self.prev or "")


def signed_message(seq: int, digest: str, at: str, prev: str) -> bytes:
    """Return the bytes that are signed."""
    return json.dumps([_FORMAT, seq, digest, at, prev], separators=(",", ":")).encode("ascii")


class AuditCheckpointFile:
    """JSON lines `{"seq", "hash", "at", "prev", "kunci", "tanda"}` with rising seq, one synced line per append.

    Several processes may append. Lines of the first release have neither `prev` nor a signature; the first signed
    line after them binds them, and none may follow it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, head: AuditHead, at: datetime, *, key: AuditKey) -> bool:
        """Note the chain's end; False, writing nothing, where the file is as far already or the chain is empty.

        Raises: CheckpointConflictError, CheckpointFileError.
        """
        if head.seq == 0:
            return False
        with _locked(self._path) as descriptor:
            last, whole_bytes = _read_last(descriptor, self._path)
            noted = last.checkpoint if last is not None else None
            if noted is not None and noted.seq == head.seq and noted.hash != head.hash:
                raise CheckpointConflictError(seq=head.seq, noted=noted.hash, found=head.hash)
            # A line of the first release is noted once more, signed.
            is_far_enough = noted is not None and noted.seq >= head.seq
            if last is not None and noted is not None and is_far_enough and (last.is_signed or noted.seq > head.seq):
                return False
            # A power loss may have left half a line behind the last whole one.
            os.ftruncate(descriptor, whole_bytes)
            _append_line(descriptor, _line_of(head, at, last.raw if last else None, key))
            return True

    def last(self) -> CheckpointLine | None:
        """Raises: CheckpointFileError."""
        if not self._path.exists():
            return None
        with self._path.open("rb") as file:
            return _read_last(file.fileno(), self._path)[0]

    def size(self) -> int:
        """Return how many bytes are there now, to read no further than that."""
        return self._path.stat().st_size if self._path.exists() else 0

    def lines(self, *, until_bytes: int | None = None) -> Iterator[CheckpointLine]:
        """Yield every line, oldest first, each proved to follow the one before; a torn last line does not count.

        Raises: CheckpointFileError, while being read.
        """
        end = self.size() if until_bytes is None else until_bytes
        last: CheckpointLine | None = None
        for number, raw in enumerate(_whole_lines(self._path, end), start=1):
            line = _parse(raw, path=self._path, number=number)
            reason = _fault(last, line)
            if reason is not None:
                raise CheckpointFileError(path=self._path, line=number, reason=reason)
            last = line
            yield line

    def alone(self) -> Iterator[CheckpointLine]:
        """Yield every line by itself: a selection that was kept elsewhere need not follow line by line.

        Raises: CheckpointFileError, while being read.
        """
        for number, raw in enumerate(self._path.read_bytes().splitlines(), start=1):
            if raw.strip():
                yield _parse(raw.strip(), path=self._path, number=number)

    def verified(self, keys: PublicKeys, *, until_bytes: int | None = None) -> Iterator[Checkpoint]:
        """Yield every checkpoint; each signature is checked, and the last line has one where keys are known.

        Raises: CheckpointFileError, while being read.
        """
        last: CheckpointLine | None = None
        number = 0
        for number, line in enumerate(self.lines(until_bytes=until_bytes), start=1):
            _check_signature(line, keys, path=self._path, number=number)
            last = line
            yield line.checkpoint
        if last is not None and keys and not last.is_signed:
            raise CheckpointFileError(path=self._path, line=number, reason="tidak bertanda tangan")


def _check_signature(line: CheckpointLine, keys: PublicKeys, *, path: Path, number: int) -> None:
    if line.signature is None:
        return
    public = keys.get(line.kid or "")
    if public is None:
        raise CheckpointFileError(path=path, line=number, reason=f"kunci publik {line.kid} tidak dikenal")
    if not is_signed_by(public, line.signature, line.message()):
        raise CheckpointFileError(path=path, line=number, reason="tanda tangan tidak cocok")


def _fault(last: CheckpointLine | None, line: CheckpointLine) -> str | None:
    if not line.is_signed:
        if last is not None and last.is_signed:
            return "tidak bertanda tangan sesudah baris yang bertanda tangan"
        is_rising = last is None or line.checkpoint.seq > last.checkpoint.seq
        return None if is_rising else "nomor urut tidak naik"
    expected = _FIRST_PREV if last is None else sha256(last.raw).hexdigest()
    if line.prev != expected:
        return "tidak menyambung dengan baris sebelumnya"
    if last is None:
        return None
    least = last.checkpoint.seq + (1 if last.is_signed else 0)
    return None if line.checkpoint.seq >= least else "nomor urut tidak naik"


def _whole_lines(path: Path, end_bytes: int) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as file:
        while file.tell() < end_bytes and (raw := file.readline(_TAIL_BYTES)):
            if raw.endswith(b"\n"):
                yield raw[:-1]
            elif len(raw) == _TAIL_BYTES:
                yield raw  # too long for one of ours: what reads it says so


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


def _read_last(descriptor: int, path: Path) -> tuple[CheckpointLine | None, int]:
    """Return the last whole line and how many bytes the whole lines take."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL_BYTES)
    tail = os.pread(descriptor, size - start, start)
    end = tail.rfind(b"\n")
    if end < 0 and start == 0:
        return None, 0
    line = tail[: max(end, 0)].rpartition(b"\n")[2]
    return _parse(line, path=path, number=None), start + end + 1


def _line_of(head: AuditHead, at: datetime, before: bytes | None, key: AuditKey) -> bytes:
    written = at.astimezone(UTC).isoformat()
    prev = _FIRST_PREV if before is None else sha256(before).hexdigest()
    values = {
        "seq": head.seq,
        "hash": head.hash,
        "at": written,
        "prev": prev,
        "kunci": key.kid,
        "tanda": key.sign(signed_message(head.seq, head.hash, written, prev)),
    }
    return json.dumps(values, separators=(",", ":")).encode()


def _append_line(descriptor: int, line: bytes) -> None:
    with os.fdopen(os.dup(descriptor), "ab") as file:
        file.write(line + b"\n")
    os.fsync(descriptor)


def _parse(line: bytes, *, path: Path, number: int | None) -> CheckpointLine:
    try:
        values: dict[str, Any] = json.loads(line)
        checkpoint = Checkpoint(seq=values["seq"], hash=values["hash"], at=datetime.fromisoformat(values["at"]))
        bound = [values.get(name) for name in ("prev", "kunci", "tanda")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointFileError(path=path, line=number) from error
    is_bound = all(isinstance(value, str) for value in bound)
    if type(checkpoint.seq) is not int or checkpoint.seq < 1 or not isinstance(checkpoint.hash, str):
        raise CheckpointFileError(path=path, line=number)
    if not is_bound and any(value is not None for value in bound):
        raise CheckpointFileError(path=path, line=number)
    prev, kid, signature = bound
    return CheckpointLine(
        checkpoint=checkpoint, at=values["at"], prev=prev, kid=kid, signature=signature, raw=bytes(line)
    )
