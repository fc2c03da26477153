"""The audit trail of an installation: rows in the database, signed checkpoints outside it, and what both prove."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from ir_platform.audit.chain import AuditVerdict, BreakReason, Checkpoint, verify
from ir_platform.audit.checkpoint import (
    AuditCheckpointFile,
    CheckpointConflictError,
    CheckpointFileError,
    CheckpointLine,
)
from ir_platform.audit.custody import KEY, is_kept_by
from ir_platform.audit.signing import AuditKey, AuditKeyError, PublicKeys, open_key, published_keys
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.custody import CustodyEntry
from ir_platform.ports import Clock, State, UnitOfWork

log = structlog.get_logger()

NO_CHECKPOINT = "titik periksa di luar basis data tidak ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    ok: bool
    entries: int
    first_broken: int | None = None
    reason: str | None = None
    """Bahasa Indonesia."""
    checkpoints: int = 0
    last_checkpoint: Checkpoint | None = None
    is_signed: bool = False
    """Whether the last checkpoint bears a signature that was checked."""
    stamps: int = 0
    """Time stamps whose hash is that of their entry."""
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What went by while the chain was read."""

    checkpoints: int = 0
    last: Checkpoint | None = None
    stamps: int = 0
    fault: tuple[int, BreakReason] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    state: State
    folder: Path
    """Of checkpoints and public keys."""
    key_file: Path
    clock: Clock

    @property
    def file(self) -> AuditCheckpointFile:
        return AuditCheckpointFile(self.folder / "checkpoint.jsonl")

    @property
    def published(self) -> Path:
        """Public keys this installation has signed with, PEM."""
        return self.folder / "kunci-publik.pem"

    def key(self) -> AuditKey:
        """Raises: AuditKeyError."""
        return open_key(self.key_file, published=self.published)

    def note(self) -> bool:
        """Write the chain's end to the checkpoint file; what keeps it from that is logged, and nothing waits for it."""
        with self.state.read() as uow:
            head = uow.audit.lock_head()
        try:
            return self.file.append(head, self.clock(), key=self.key())
        except (CheckpointConflictError, CheckpointFileError, AuditKeyError) as error:
            log.error("audit_checkpoint_refused", reason=str(error))
            return False

    def last_line(self) -> CheckpointLine | None:
        """Raises: CheckpointFileError."""
        return self.file.last()

    def verify(self, *, keys: PublicKeys | None = None, witnesses: Iterable[Checkpoint] = ()) -> AuditReport:
        """Recompute everything; `keys`: trust these instead of what lies beside the checkpoints.

        `witnesses` are checkpoints that were kept elsewhere, with rising seq: the chain must still hold them.
        """
        started = time.perf_counter()
        try:
            trusted = published_keys(self.published) if keys is None else keys
            # Read no further than it was before the entries are: the chain only grows, so what was noted by then
            # must be in what is read afterwards.
            end = self.file.size()
            report = self._verify(trusted, end, tuple(witnesses))
        except (CheckpointFileError, AuditKeyError) as error:
            report = AuditReport(ok=False, entries=0, reason=str(error))
        return replace(report, seconds=time.perf_counter() - started)

    def _verify(self, keys: PublicKeys, end: int, witnesses: tuple[Checkpoint, ...]) -> AuditReport:
        seen = _Seen()
        checkpoints = _counted(self.file.verified(keys, until_bytes=end), seen)
        with self.state.read() as uow:
            head = uow.audit.lock_head()
            entries = _with_custody(uow, _with_stamps(uow, uow.audit.entries(), seen), seen)
            found = verify(entries, _merged(checkpoints, witnesses), head=head)
        found = _with_fault(found, seen)
        if found.ok and found.entries and seen.last is None:
            return AuditReport(ok=False, entries=found.entries, reason=NO_CHECKPOINT)
        return AuditReport(
            ok=found.ok,
            entries=found.entries,
            first_broken=found.first_broken,
            reason=found.reason,
            checkpoints=seen.checkpoints,
            last_checkpoint=seen.last,
            is_signed=bool(keys) and seen.last is not None,
            stamps=seen.stamps,
        )


def _counted(checkpoints: Iterator[Checkpoint], seen: _Seen) -> Iterator[Checkpoint]:
    for checkpoint in checkpoints:
        seen.checkpoints, seen.last = seen.checkpoints + 1, checkpoint
        yield checkpoint


def _merged(checkpoints: Iterator[Checkpoint], witnesses: tuple[Checkpoint, ...]) -> Iterator[Checkpoint]:
    """Yield both by rising seq; the file's are read to their end, however few the witnesses are."""
    waiting = sorted(witnesses, key=lambda one: one.seq)
    for checkpoint in checkpoints:
        while waiting and waiting[0].seq <= checkpoint.seq:
            yield waiting.pop(0)
        yield checkpoint
    yield from waiting


def _with_fault(found: AuditVerdict, seen: _Seen) -> AuditVerdict:
    """A custody line or a time stamp that contradicts its entry breaks the trail at that entry."""
    if seen.fault is None or (found.first_broken is not None and found.first_broken <= seen.fault[0]):
        return found
    return AuditVerdict(ok=False, entries=found.entries, first_broken=seen.fault[0], reason=seen.fault[1])


def _with_stamps(uow: UnitOfWork, entries: Iterator[AuditEntry], seen: _Seen) -> Iterator[AuditEntry]:
    stamps = uow.stamps.all()
    stamp = next(stamps, None)
    for entry in entries:
        while stamp is not None and stamp.seq <= entry.seq:
            if stamp.seq == entry.seq and stamp.hash == entry.hash:
                seen.stamps += 1
            elif seen.fault is None:
                seen.fault = (stamp.seq, BreakReason.NOT_AS_STAMPED)
            stamp = next(stamps, None)
        yield entry
    if stamp is not None and seen.fault is None:
        seen.fault = (stamp.seq, BreakReason.NOT_AS_STAMPED)


def _with_custody(uow: UnitOfWork, entries: Iterator[AuditEntry], seen: _Seen) -> Iterator[AuditEntry]:
    lines = uow.custody.all()
    line = next(lines, None)
    for entry in entries:
        held: list[CustodyEntry] = []
        while line is not None and line.audit_seq is not None and line.audit_seq <= entry.seq:
            held.append(line)
            line = next(lines, None)
        if seen.fault is None and (held or KEY in entry.fact.details) and not is_custody_whole(entry, held):
            seen.fault = (entry.seq, BreakReason.CUSTODY_CHANGED)
        yield entry
    if line is not None and seen.fault is None:
        seen.fault = (line.audit_seq or 0, BreakReason.CUSTODY_CHANGED)


def is_custody_whole(entry: AuditEntry, lines: list[CustodyEntry]) -> bool:
    """Whether these are exactly the custody lines whose hashes the entry holds."""
    return set(kept_ids(entry)) == {line.id for line in lines} and all(is_kept_by(line, entry) for line in lines)


def kept_ids(entry: AuditEntry) -> tuple[str, ...]:
    """Return the custody lines that the entry speaks of."""
    if KEY not in entry.fact.details:
        return ()
    try:
        kept = json.loads(entry.fact.details).get(KEY)
    except (ValueError, AttributeError, RecursionError):
        return ()
    return tuple(kept) if isinstance(kept, dict) else ()
