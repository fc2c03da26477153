"""The hash chain: which bytes an entry stands for, how it is linked, and whether a chain is whole."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from ir_platform.domain.audit import AuditEntry, AuditFact, AuditHead

EMPTY_HEAD = AuditHead(seq=0, hash="0" * 64)
"""What the first entry follows."""

_FIRST_FORMAT = "tanggap-audit-1"
"""Entries of the first release: one hash over place and content."""
_FORMAT = "tanggap-audit-2"
"""Place and the content's own hash: a part of the chain can be proved to somebody who may not read the rest of it."""
# No database stores these; a fact that held one would come back changed and look tampered with.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BreakReason(StrEnum):
    """Why a chain is broken, in the words the operator reads."""

    MISSING = "entri hilang"
    ADDED = "entri ditambahkan sesudah akhir rantai yang tercatat"
    OUT_OF_PLACE = "nomor urut tidak pada tempatnya"
    CHANGED = "isi entri diubah"
    UNLINKED = "entri tidak menyambung dengan entri sebelumnya"
    NOT_AS_CHECKPOINTED = "entri berbeda dari titik periksa di luar basis data"
    NOT_AS_STAMPED = "entri berbeda dari yang diberi cap waktu"
    CUSTODY_CHANGED = "riwayat penguasaan bukti tidak sama dengan yang dicatat entri ini"


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


def canonical_bytes(fact: AuditFact) -> bytes:
    """Return the bytes of a fact: a JSON array in ASCII, so that no two different facts share them.

    The time counts as an instant (UTC, microseconds), whatever zone it was given in.
    """
    return _array(_FORMAT, *_values_of(fact))


def content_hash(fact: AuditFact) -> str:
    """Return what stands for the fact where only its place is shown."""
    return sha256(canonical_bytes(fact)).hexdigest()


def link_hash(*, seq: int, prev_hash: str, content: str) -> str:
    """Return the hash of the entry with this place and this `content_hash`."""
    return sha256(f"{_FORMAT} {seq} {prev_hash} {content}".encode()).hexdigest()


def first_release_hash(*, seq: int, prev_hash: str, fact: AuditFact) -> str:
    """Return the entry's hash as the first release made it."""
    return sha256(_array(_FIRST_FORMAT, seq, prev_hash, *_values_of(fact))).hexdigest()


def link(head: AuditHead, fact: AuditFact) -> AuditEntry:
    """Return the fact as the entry after `head`; characters that cannot be stored become U+FFFD first."""
    seq, stored = head.seq + 1, _storable_fact(fact)
    digest = link_hash(seq=seq, prev_hash=head.hash, content=content_hash(stored))
    return AuditEntry(seq=seq, fact=stored, prev_hash=head.hash, hash=digest)


def is_of_first_release(entry: AuditEntry) -> bool:
    """Whether the entry was hashed as the first release did: its link cannot be shown without its content."""
    return link_hash(seq=entry.seq, prev_hash=entry.prev_hash, content=content_hash(entry.fact)) != entry.hash


def head_of(entry: AuditEntry) -> AuditHead:
    """Return the end of a chain whose last entry this is."""
    return AuditHead(seq=entry.seq, hash=entry.hash)


def verify(
    entries: Iterable[AuditEntry],
    checkpoints: Iterable[Checkpoint],
    *,
    head: AuditHead | None = None,
    start: AuditHead = EMPTY_HEAD,
) -> AuditVerdict:
    """Recompute the chain from its first entry and compare it with every checkpoint, and with the stored head if given.

    `entries` in the order of the database and `checkpoints` with rising seq are read once, side by side and in bounded
    memory; without checkpoints it proves only that the rows agree with one another. `start`: the entry before the
    first of `entries`, for a part of a chain. What nothing here can tell: rows removed, or the chain made anew, after
    the last checkpoint by someone who also rewrites the head.
    """
    noted = _Noted(checkpoints, after=start.seq)
    last, read = start, 0
    for entry in entries:
        read += 1
        reason = _fault(last, entry) or noted.fault_of(entry)
        if reason is not None:
            return AuditVerdict(ok=False, entries=read, first_broken=last.seq + 1, reason=reason)
        last = AuditHead(seq=entry.seq, hash=entry.hash)
    if head is not None and head.seq < last.seq:
        return AuditVerdict(ok=False, entries=read, first_broken=head.seq + 1, reason=BreakReason.ADDED)
    if head is not None and head.seq == last.seq and head.hash != last.hash:
        return AuditVerdict(ok=False, entries=read, first_broken=last.seq, reason=BreakReason.CHANGED)
    furthest = max(noted.last_seq(), head.seq if head is not None else 0)
    if furthest > last.seq:
        return AuditVerdict(ok=False, entries=read, first_broken=last.seq + 1, reason=BreakReason.MISSING)
    return AuditVerdict(ok=True, entries=read)


class _Noted:
    """Walks the checkpoints beside the entries."""

    def __init__(self, checkpoints: Iterable[Checkpoint], *, after: int) -> None:
        self._left = iter(checkpoints)
        self._furthest = after
        self._next: Checkpoint | None = None
        self._skip_to(after + 1)

    def fault_of(self, entry: AuditEntry) -> BreakReason | None:
        while self._next is not None and self._next.seq <= entry.seq:
            if self._next.seq == entry.seq and self._next.hash != entry.hash:
                return BreakReason.NOT_AS_CHECKPOINTED
            self._skip_to(self._next.seq)
        return None

    def last_seq(self) -> int:
        """Return the seq of the last checkpoint; none is left afterwards."""
        while self._next is not None:
            self._skip_to(self._next.seq)
        return self._furthest

    def _skip_to(self, seq: int) -> None:
        """Take the next checkpoint that is not before `seq`."""
        self._next = next(self._left, None)
        while self._next is not None and self._next.seq < seq:
            self._next = next(self._left, None)
        if self._next is not None:
            self._furthest = max(self._furthest, self._next.seq)


def _fault(last: AuditHead, entry: AuditEntry) -> BreakReason | None:
    if entry.seq > last.seq + 1:
        return BreakReason.MISSING
    if entry.seq <= last.seq:
        return BreakReason.OUT_OF_PLACE
    if entry.prev_hash != last.hash:
        return BreakReason.UNLINKED
    return None if _is_own_hash(entry) else BreakReason.CHANGED


def _is_own_hash(entry: AuditEntry) -> bool:
    if any(map(_UNSTORABLE.search, _texts_of(entry.fact))):
        return False
    own = link_hash(seq=entry.seq, prev_hash=entry.prev_hash, content=content_hash(entry.fact))
    if own == entry.hash:
        return True
    return first_release_hash(seq=entry.seq, prev_hash=entry.prev_hash, fact=entry.fact) == entry.hash


def _array(*parts: object) -> bytes:
    return _encode(parts).encode("ascii")


_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _values_of(fact: AuditFact) -> tuple[str, ...]:
    return (fact.at.astimezone(UTC).isoformat(timespec="microseconds"), *_texts_of(fact))


def _texts_of(fact: AuditFact) -> tuple[str, ...]:
    return fact.actor, fact.actor_name, fact.action, fact.subject, fact.details


def _storable_fact(fact: AuditFact) -> AuditFact:
    return replace(
        fact,
        at=fact.at.astimezone(UTC),
        actor=storable(fact.actor),
        actor_name=storable(fact.actor_name),
        action=storable(fact.action),
        subject=storable(fact.subject),
        details=storable(fact.details),
    )


def storable(text: str) -> str:
    """Return the text with every character that no database stores replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)
