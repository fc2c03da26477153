"""Handing out an incident as one package: written from one snapshot, noted in the history of every evidence in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import IO, BinaryIO

import structlog

from ir_platform.app.incident_archive import Proof, Written, write_archive
from ir_platform.app.incident_export import Record, read_record, with_locked
from ir_platform.audit.custody import KEY, Handler, custody_line, hashes_of, keep
from ir_platform.audit.handling import Handling
from ir_platform.audit.record import record as record_audit
from ir_platform.audit.signing import AuditKey, AuditKeyError, published_keys
from ir_platform.audit.trail import AuditTrail
from ir_platform.domain.audit import AuditEntry, AuditFact
from ir_platform.domain.custody import CustodyAct
from ir_platform.domain.incident import Incident
from ir_platform.ports import Calendars, Clock, Files, NewId, State, UnitOfWork
from playbooks.library import Library

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    record: Record
    written: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    state: State
    files: Files
    library: Library
    calendars: Calendars
    trail: AuditTrail
    clock: Clock
    new_id: NewId
    password: str

    def deliver(self, incident: Incident, target: BinaryIO | IO[bytes], by: Handler) -> Delivered:
        """Write the package, then note who took it; nothing is held in memory but the record.

        Raises: UnknownIncidentError, OSError; then nothing is noted.
        """
        with self.state.read() as uow:
            calendar = self.calendars.of(uow, incident.office_id)
            record = read_record(uow, incident, library=self.library, calendar=calendar, now=self.clock())
            record = with_locked(record, self._handling())
            written = write_archive(record, target, self.files, proof=self._proof(uow, record), password=self.password)
        self._note(record, written, by)
        log.info("incident_exported", incident_id=incident.id, evidence=len(record.evidence), way=by.way)
        return Delivered(record=record, written=written)

    def write(self, incident: Incident, target: IO[bytes], by: Handler) -> None:
        """`deliver`, for whoever needs the package alone."""
        self.deliver(incident, target, by)

    def _handling(self) -> Handling:
        return Handling(state=self.state, files=self.files, clock=self.clock, new_id=self.new_id)

    def _proof(self, uow: UnitOfWork, record: Record) -> Proof:
        first = record.audit[0].seq if record.audit else 1
        return Proof(
            places=_entries_from(uow, first),
            head=uow.audit.lock_head(),
            at=self.clock().astimezone(UTC).isoformat(),
            key=self._key(),
            published=tuple(published_keys(self.trail.published).values()),
        )

    def _key(self) -> AuditKey | None:
        """An archive is handed out also while the medium with the key is away; it says that it is not signed."""
        try:
            return self.trail.key()
        except AuditKeyError as error:
            log.warning("archive_not_signed", reason=error.reason)
            return None

    def _note(self, record: Record, written: Written, by: Handler) -> None:
        handling = self._handling()
        bad = [one for one in record.evidence if one.id in written.bad_evidence]
        if bad:
            handling.note(bad, CustodyAct.TIDAK_COCOK, by, facts={"ditemukan": "saat ekspor"})
        good = [one for one in record.evidence if one.id not in written.bad_evidence]
        now = self.clock()
        lines = [
            custody_line(one, CustodyAct.DIEKSPOR, by, entry_id=self.new_id(), at=now, verified_sha256=one.sha256)
            for one in good
        ]
        details = {
            "nomor": record.incident.nomor,
            "manifest_sha256": written.manifest_sha256,
            "bukti": {one.id: one.sha256 for one in good},
            "cara": by.way,
            KEY: hashes_of(lines),
        }
        fact = AuditFact(
            at=now,
            actor=by.actor,
            actor_name=by.name,
            action="incident.exported",
            subject=f"incident:{record.incident.id}",
            details=json.dumps(details, ensure_ascii=False, sort_keys=True),
        )
        with self.state.write() as uow:
            keep(uow, lines, record_audit(uow, fact))
            uow.changes.add("incident", record.incident.id, now)


def _entries_from(uow: UnitOfWork, first: int) -> Iterator[AuditEntry]:
    yield from uow.audit.entries(after=first - 1)
