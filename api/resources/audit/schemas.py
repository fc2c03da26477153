"""The audit trail as it is shown: entries, checkpoints, and what a verification found."""

from datetime import datetime

from pydantic import BaseModel

from api.resources.audit.subjects import SubjectShown
from ir_platform.audit.chain import Checkpoint
from ir_platform.audit.trail import AuditReport
from ir_platform.domain.audit import AuditEntry


class CheckpointShown(BaseModel):
    seq: int
    hash: str
    at: datetime


class ReportShown(BaseModel):
    ok: bool
    entries: int
    first_broken: int | None
    reason: str | None
    checkpoints: int
    last_checkpoint: CheckpointShown | None
    signed: bool
    stamps: int
    """Time stamps of an authority whose hash is that of their entry."""
    seconds: float


class EntryShown(BaseModel):
    seq: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    tentang: SubjectShown
    details: str
    """JSON; what people wrote is in it."""
    disembunyikan: bool
    """The incident belongs to another office: `details` is left out."""
    prev_hash: str
    hash: str


class StampShown(BaseModel):
    seq: int
    hash: str
    at: datetime


class TrailShown(BaseModel):
    entries: int
    """How long the chain is now."""
    checkpoints: list[CheckpointShown]
    """The last ones, newest first."""
    jumlah_titik_periksa: int
    cap_waktu: list[StampShown]
    """Of an outside authority, the last ones, newest first."""
    jumlah_cap_waktu: int
    kunci_publik: str
    """PEM; empty where nothing was signed yet."""
    masalah: str | None
    """Why checkpoints cannot be read or signed now."""


def show_checkpoint(one: Checkpoint) -> CheckpointShown:
    return CheckpointShown(seq=one.seq, hash=one.hash, at=one.at)


def show_report(report: AuditReport) -> ReportShown:
    return ReportShown(
        ok=report.ok,
        entries=report.entries,
        first_broken=report.first_broken,
        reason=report.reason,
        checkpoints=report.checkpoints,
        last_checkpoint=show_checkpoint(report.last_checkpoint) if report.last_checkpoint else None,
        signed=report.is_signed,
        stamps=report.stamps,
        seconds=round(report.seconds, 3),
    )


def show_entry(entry: AuditEntry, tentang: SubjectShown, *, is_hidden: bool) -> EntryShown:
    fact = entry.fact
    return EntryShown(
        seq=entry.seq,
        at=fact.at,
        actor=fact.actor,
        actor_name=fact.actor_name,
        action=fact.action,
        subject=fact.subject,
        tentang=tentang,
        details="" if is_hidden else fact.details,
        disembunyikan=is_hidden,
        prev_hash=entry.prev_hash,
        hash=entry.hash,
    )
