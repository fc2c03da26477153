"""The hash chain: which bytes an entry stands for, how it is linked, and whether a chain is whole."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from ir_platform.domain.audit import AuditEntry, AuditFact, AuditHead

EMPTY_HEAD = AuditHead(seq=0, hash="0" * 64)
"""What the first entry follows."""

_FORMAT = "tanggap-audit-1"
# No database stores these; a fact that held one would come back changed and look tampered with.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BreakReason(StrEnum):
    """Why a chain is broken, in the words the operator reads."""

    MISSING = "entri hilang"
    OUT_OF_PLACE = "nomor urut tidak pada tempatnya"
    CHANGED = "isi entri diubah"
    UNLINKED = "entri tidak menyambung dengan entri sebelumnya"
    NOT_AS_CHECKPOINTED = "entri berbeda dari titik periksa di luar basis data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where the chain ended at a moment, noted outside the database."""

    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    ok: bool
    entries: int
    """How many were read, up to and with the first broken one."""
    first_broken: int | None = None
    """The seq at which the chain stops being what was recorded."""
    reason: BreakReason | None = None


def canonical_bytes(*, seq: int, prev_hash: str, fact: AuditFact) -> bytes:
    """Return the bytes that are hashed: a JSON array in ASCII, so that no two different entries share them.

    The time counts as an instant (UTC, microseconds), whatever zone it was given in.
    """
    at = fact.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [_FORMAT, seq, prev_hash, at, fact.actor, fact.actor_name, fact.action, fact.subject, fact.details]
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def link(head: AuditHead, fact: AuditFact) -> AuditEntry:
    """Return the fact as the entry after `head`; characters that cannot be stored become U+FFFD first."""
    seq, stored = head.seq + 1, _storable(fact)
    digest = sha256(canonical_bytes(seq=seq, prev_hash=head.hash, fact=stored)).hexdigest()
    return AuditEntry(seq=seq, fact=stored, prev_hash=head.hash, hash=digest)


def head_of(entry: AuditEntry) -> AuditHead:
    """Return the end of a chain whose last entry this is."""
    return AuditHead(seq=entry.seq, hash=entry.hash)


def verify(
    entries: Iterable[AuditEntry], checkpoints: Sequence[Checkpoint], *, head: AuditHead | None = None
) -> AuditVerdict:
    """Recompute the chain from its first entry and compare it with every checkpoint, and with the stored head if given.

    `entries` in the order of the database, read once and in bounded memory; an empty `checkpoints` proves only that
    the rows agree with one another. What nothing can tell: rows removed, or the chain made anew, after the last
    checkpoint by someone who also rewrites the head.
    """
    noted = {checkpoint.seq: checkpoint.hash for checkpoint in checkpoints}
    last, read = EMPTY_HEAD, 0
    for entry in entries:
        read += 1
        reason = _fault(last, entry) or _fault_by_checkpoint(entry, noted)
        if reason is not None:
            return AuditVerdict(ok=False, entries=read, first_broken=last.seq + 1, reason=reason)
        last = head_of(entry)
    if head is not None and head.seq == last.seq and head.hash != last.hash:
        return AuditVerdict(ok=False, entries=read, first_broken=last.seq, reason=BreakReason.CHANGED)
    furthest = max([*noted, head.seq if head is not None else 0])
    if furthest > last.seq:
        return AuditVerdict(ok=False, entries=read, first_broken=last.seq + 1, reason=BreakReason.MISSING)
    return AuditVerdict(ok=True, entries=read)


def _fault(last: AuditHead, entry: AuditEntry) -> BreakReason | None:
    if entry.seq > last.seq + 1:
        return BreakReason.MISSING
    if entry.seq <= last.seq:
        return BreakReason.OUT_OF_PLACE
    if entry.prev_hash != last.hash:
        return BreakReason.UNLINKED
    if _storable(entry.fact) != entry.fact or link(last, entry.fact).hash != entry.hash:
        return BreakReason.CHANGED
    return None


def _fault_by_checkpoint(entry: AuditEntry, noted: dict[int, str]) -> BreakReason | None:
    return BreakReason.NOT_AS_CHECKPOINTED if noted.get(entry.seq, entry.hash) != entry.hash else None


def _storable(fact: AuditFact) -> AuditFact:
    return replace(
        fact,
        at=fact.at.astimezone(UTC),
        actor=_clean(fact.actor),
        actor_name=_clean(fact.actor_name),
        action=_clean(fact.action),
        subject=_clean(fact.subject),
        details=_clean(fact.details),
    )


def _clean(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)
