"""What is found where records contradict the audit trail, and the ground on which every comparison stands."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from ir_platform.audit.chain import storable
from ir_platform.audit.handling import hash_of
from ir_platform.audit.writings import KRONOLOGI
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.document import Document
from ir_platform.domain.incident import Incident
from ir_platform.domain.run import StoredRun
from ir_platform.ports import Files, UnitOfWork

INCIDENT = "incident:"
"""Begins the subject of every entry about an incident."""


class Tampered(StrEnum):
    """What was found, in the words the operator reads."""

    INCIDENT_GONE = "insiden dihapus dari catatan"
    INCIDENT_CHANGED = "catatan insiden berbeda dari yang dicatat entri ini"
    INCIDENT_UNTOLD = "insiden tanpa entri jejak audit"
    END_CHANGED = "status atau hasil insiden berbeda dari yang dicatat entri ini"
    SOP_CHANGED = "naskah SOP insiden berbeda dari yang dicatat entri ini"
    ACT_CHANGED = "pelaksanaan langkah berbeda dari yang dicatat entri ini"
    ACT_UNTOLD = "pelaksanaan langkah tanpa entri jejak audit"
    NOTE_CHANGED = "catatan langkah berbeda dari yang dicatat entri ini"
    NOTE_UNTOLD = "catatan langkah tanpa entri jejak audit"
    INTAKE_CHANGED = "penerimaan laporan berbeda dari yang dicatat entri ini"
    KRONOLOGI_CHANGED = "baris kronologi yang dicatat entri ini dihapus atau diubah"
    KRONOLOGI_UNTOLD = "baris kronologi tanpa entri jejak audit"
    NOTICE_CHANGED = "pemberitahuan yang dicatat entri ini dihapus atau diubah"
    NOTICE_UNTOLD = "pemberitahuan tanpa entri jejak audit"
    LEMBAR_CHANGED = "lembar disposisi berbeda dari yang dicatat entri ini"
    LEMBAR_UNTOLD = "lembar disposisi tanpa entri jejak audit"
    READING_CHANGED = "waktu baca disposisi berbeda dari yang dicatat entri ini"
    READING_UNTOLD = "waktu baca disposisi tanpa entri jejak audit"
    TIE_CHANGED = "tautan antarinsiden berbeda dari yang dicatat entri ini"
    TIE_UNTOLD = "tautan antarinsiden tanpa entri jejak audit"
    SHARE_CHANGED = "pembagian kepada kantor lain berbeda dari yang dicatat entri ini"
    SHARE_UNTOLD = "pembagian kepada kantor lain tanpa entri jejak audit"
    EVIDENCE_GONE = "bukti dihapus dari catatan"
    EVIDENCE_CHANGED = "catatan bukti berbeda dari yang dicatat entri ini"
    EVIDENCE_UNTOLD = "bukti tanpa entri jejak audit"
    EVIDENCE_FILE = "berkas bukti hilang atau isinya diganti"
    DOCUMENT_GONE = "dokumen dihapus dari catatan"
    DOCUMENT_CHANGED = "dokumen berbeda dari yang dicatat entri ini"
    DOCUMENT_UNTOLD = "dokumen tanpa entri jejak audit"
    DOCUMENT_FILE = "berkas dokumen hilang atau isinya diganti"
    SIGNING_CHANGED = "status tanda tangan dokumen berbeda dari yang dicatat entri ini"
    COPY_CHANGED = "salinan bertanda tangan berbeda dari yang dicatat entri ini"
    COPY_UNTOLD = "salinan bertanda tangan tanpa entri jejak audit"
    COPY_FILE = "berkas salinan bertanda tangan hilang atau isinya diganti"
    ACCOUNT_UNTOLD = "akun tanpa entri jejak audit"
    POSITION_CHANGED = "jabatan seseorang berbeda dari yang dicatat entri ini"
    POSITION_UNTOLD = "jabatan seseorang tanpa entri jejak audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    seq: int
    """The entry that says otherwise; of what no entry tells, the incident's last one."""
    what: Tampered
    name: str
    """Number of the incident or document, name of the file, or of the account."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One incident as it is stored, beside what the trail tells of it."""

    uow: UnitOfWork
    incident: Incident
    run: StoredRun
    trail: tuple[AuditEntry, ...]
    files: Files
    notices_pruned: datetime | None
    """Notices told before then may have been let go of."""

    @property
    def last_seq(self) -> int:
        return self.trail[-1].seq

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        return self.uow.documents.of_incident(self.incident.id)

    @cached_property
    def told_since(self) -> datetime | None:
        """From when on entries stand for Kronologi and notices: an older version of the program told of neither."""
        return next((at for at in (entry.fact.at for _, entry, said in self.told() if KRONOLOGI in said)), None)

    @property
    def is_wholly_told(self) -> bool:
        return self.told_since == self.trail[0].fact.at

    def told(self, *actions: str) -> Iterator[tuple[int, AuditEntry, dict[str, Any]]]:
        """Yield the entries of these actions, oldest first; of none named, all."""
        for entry in self.trail:
            if not actions or entry.fact.action in actions:
                yield entry.seq, entry, json.loads(entry.fact.details)

    def is_stored(self, digest: str) -> bool:
        """Whether the stored file still is what its name says."""
        return hash_of(self.files, digest) == digest

    def found(self, seq: int, what: Tampered, name: str | None = None) -> Contradiction:
        return Contradiction(seq=seq, what=what, name=name or self.incident.nomor)


def differs(said: Mapping[str, object], stored: Mapping[str, object]) -> bool:
    """Whether something is stored otherwise than it was told; what an older entry does not tell of is passed over."""
    plain = json.loads(json.dumps(stored, ensure_ascii=False))
    return any(_storable(said[name]) != plain[name] for name in plain if name in said)


def _storable(value: object) -> object:
    """What the trail keeps as it was said, a database may have had to keep otherwise."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    return value
