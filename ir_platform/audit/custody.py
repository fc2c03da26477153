"""Custody lines in the audit trail: a line is written together with the entry that holds its hash."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from ir_platform.audit.record import record
from ir_platform.domain.audit import AuditEntry, AuditFact
from ir_platform.domain.custody import CustodyAct, CustodyEntry, CustodyId, CustodyWay
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.person import Account
from ir_platform.ports import NewId, UnitOfWork

KEY = "penguasaan"
"""In the details of an audit entry: custody id to the hash of its line."""
_FORMAT = "tanggap-penguasaan-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """Who has the evidence in hand, and by what way."""

    actor: str
    display_name: str
    name: str
    """With jabatan."""
    way: CustodyWay


def handler_of(account: Account, way: CustodyWay) -> Handler:
    name = account.named()
    return Handler(actor=account.id, display_name=account.display_name, name=name, way=way)


ANALYSIS = Handler(actor="system", display_name="Sistem", name="Analisis tangkapan", way=CustodyWay.SISTEM)
COMMAND_LINE = Handler(actor="system", display_name="Sistem", name="Perintah irp pada server", way=CustodyWay.CLI)


def custody_line(
    evidence: Evidence,
    act: CustodyAct,
    by: Handler,
    *,
    entry_id: str,
    at: datetime,
    verified_sha256: str | None = None,
    facts: Mapping[str, str] | None = None,
) -> CustodyEntry:
    """Return the line; without `verified_sha256` the content was not read for this act."""
    return CustodyEntry(
        id=CustodyId(entry_id),
        evidence_id=evidence.id,
        incident_id=evidence.incident_id,
        act=act,
        at=at,
        actor=by.actor,
        actor_name=by.name,
        way=by.way,
        sha256=verified_sha256 or evidence.sha256,
        is_verified=verified_sha256 is not None,
        facts=tuple(sorted((facts or {}).items())),
    )


def attached_lines(
    evidence: Iterable[Evidence],
    attached: Sequence[str],
    by: Handler,
    *,
    new_id: NewId,
    at: datetime,
    facts: Mapping[str, str],
) -> tuple[CustodyEntry, ...]:
    """Return a line for each piece of evidence that was given with a step."""
    return tuple(
        custody_line(one, CustodyAct.DILAMPIRKAN, by, entry_id=new_id(), at=at, facts=facts)
        for one in evidence
        if one.id in attached
    )


def line_hash(entry: CustodyEntry) -> str:
    """Return the SHA-256 over every field but the place in the audit trail."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        _FORMAT,
        entry.id,
        entry.evidence_id,
        entry.incident_id,
        entry.act,
        at,
        entry.actor,
        entry.actor_name,
        entry.way,
        entry.sha256,
        entry.is_verified,
        [list(pair) for pair in entry.facts],
    ]
    return sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")).hexdigest()


def hashes_of(lines: Iterable[CustodyEntry]) -> dict[str, str]:
    return {line.id: line_hash(line) for line in lines}


def keep(uow: UnitOfWork, lines: Iterable[CustodyEntry], audit: AuditEntry) -> None:
    """Store the lines whose hashes stand in the details of `audit`."""
    for line in lines:
        uow.custody.add(replace(line, audit_seq=audit.seq))


def record_custody(
    uow: UnitOfWork, lines: Sequence[CustodyEntry], *, action: str, details: Mapping[str, object] | None = None
) -> AuditEntry:
    """Write the lines (of one incident, at one moment, by one person) with an audit entry of their own."""
    first = lines[0]
    said = {
        "bukti": {line.evidence_id: line.sha256 for line in lines},
        "cara": first.way,
        "tindakan": first.act,
        "terverifikasi": all(line.is_verified for line in lines),
        **dict(first.facts),
        **(details or {}),
        KEY: hashes_of(lines),
    }
    fact = AuditFact(
        at=first.at,
        actor=first.actor,
        actor_name=first.actor_name,
        action=action,
        subject=f"incident:{first.incident_id}",
        details=json.dumps(said, ensure_ascii=False, sort_keys=True),
    )
    entry = record(uow, fact)
    keep(uow, lines, entry)
    return entry


def is_kept_by(line: CustodyEntry, audit: AuditEntry | None) -> bool:
    """Whether the audit entry holds this very line."""
    if audit is None or audit.seq != line.audit_seq:
        return False
    try:
        kept = json.loads(audit.fact.details)[KEY][line.id]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return bool(kept == line_hash(line))
