"""Files in captures that YARA rules match, kept as evidence of the incident they speak of, with custody."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import structlog

from api.text import shown_name
from ingest.pcap.kind import media_type_of
from ingest.pcap.objects import ExtractedFile
from ir_platform.audit.custody import ANALYSIS, custody_line, hashes_of, keep
from ir_platform.audit.custody import KEY as CUSTODY
from ir_platform.domain.alert import AlertId, IncidentId
from ir_platform.domain.custody import CustodyAct
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.person import AccountId
from ir_platform.ports import Clock, ConflictError, Files, FileTooLargeError, NewId, State, StoredFile, UnitOfWork
from playbooks.record import add_audit

log = structlog.get_logger()

MAX_KEPT: Final = 100
"""Of one capture; the rest is named by its matches alone."""
MAX_NAME: Final = 200
_ALERTS_LOOKED_AT: Final = 500
_TRIES: Final = 5
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedFile:
    """A file that was found in a capture, and what matched it."""

    file: ExtractedFile
    rules: tuple[str, ...]
    event_ids: tuple[str, ...]
    """The events of its matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIn:
    """The capture, and the incident that it is evidence of; None: it came by the intake."""

    sha256: str
    name: str
    incident_id: IncidentId | None


class _NotWantedError(Exception):
    """The incident has the file already, or takes nothing any more; what was stored for it goes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibits:
    state: State
    files: Files
    clock: Clock
    new_id: NewId
    limit_bytes: int

    def keep(self, matched: Sequence[MatchedFile], folder: Path, found_in: FoundIn) -> int:
        """Keep each file of `folder` (named by SHA-256) once in each incident that is open; return how many were new.

        The incident is the capture's own; of a capture without one it is the one that the match's alert is in.
        Raises: OSError.
        """
        wanted = islice(self._wanted(matched[:MAX_KEPT], found_in), MAX_KEPT)
        return sum(self._keep(one, folder / one.file.sha256, incident_id, found_in) for one, incident_id in wanted)

    def _wanted(self, matched: Sequence[MatchedFile], found_in: FoundIn) -> Iterator[tuple[MatchedFile, IncidentId]]:
        if found_in.incident_id is not None:
            yield from ((one, found_in.incident_id) for one in matched)
            return
        incidents = self._incidents_of({event_id for one in matched for event_id in one.event_ids})
        for one in matched:
            for incident_id in dict.fromkeys(incidents[each] for each in one.event_ids if each in incidents):
                yield one, incident_id

    def _incidents_of(self, event_ids: set[str]) -> dict[str, IncidentId]:
        """Return the incident of each event that is behind an alert about YARA, among the alerts seen last."""
        found: dict[str, IncidentId] = {}
        cursor, seen = None, set[AlertId]()
        with self.state.read() as uow:
            while len(seen) < _ALERTS_LOOKED_AT and event_ids:
                page = uow.alerts.page(status=None, level=None, text="yara", cursor=cursor, limit=100)
                for alert in page.items:
                    seen.add(alert.id)
                    if alert.incident_id is not None:
                        found |= {one.id: alert.incident_id for one in alert.events if one.id in event_ids}
                cursor = page.cursor
                if cursor is None:
                    break
        return found

    def _keep(self, one: MatchedFile, path: Path, incident_id: IncidentId, found_in: FoundIn) -> bool:
        with path.open("rb") as file:
            media_type = media_type_of(file)
        held = self.files.held(_chunks(path), limit_bytes=self.limit_bytes, is_in_use=self._is_in_use)
        try:
            with held as stored:
                self._add_at_last(one, stored, media_type, incident_id, found_in)
        except _NotWantedError:
            return False
        except (FileTooLargeError, ConflictError):
            log.warning("exhibit_not_kept", incident_id=incident_id, sha256=one.file.sha256)
            return False
        return True

    def _add_at_last(
        self, one: MatchedFile, stored: StoredFile, media_type: str, incident_id: IncidentId, found_in: FoundIn
    ) -> None:
        """Raises: _NotWantedError, ConflictError where somebody changed the incident again and again meanwhile."""
        for _ in range(_TRIES - 1):
            with suppress(ConflictError):
                return self._add(one, stored, media_type, incident_id, found_in)
        return self._add(one, stored, media_type, incident_id, found_in)

    def _add(
        self, one: MatchedFile, stored: StoredFile, media_type: str, incident_id: IncidentId, found_in: FoundIn
    ) -> None:
        """Raises: ConflictError, _NotWantedError."""
        now = self.clock()
        with self.state.write() as uow:
            incident = uow.incidents.get(incident_id)
            if incident is None or incident.status is not IncidentStatus.OPEN:
                raise _NotWantedError
            if any(known.sha256 == stored.sha256 for known in uow.evidence.of_incident(incident_id)):
                raise _NotWantedError
            evidence = Evidence(
                id=EvidenceId(self.new_id()),
                incident_id=incident_id,
                name=shown_name(one.file.name)[:MAX_NAME],
                sha256=stored.sha256,
                size=stored.size,
                media_type=media_type,
                kelengkapan=None,
                step_no=None,
                putaran=None,
                added_by=AccountId(ANALYSIS.actor),
                added_at=now,
            )
            uow.evidence.add(evidence)
            uow.incidents.save(replace(incident, version=incident.version + 1), expected_version=incident.version)
            uow.incidents.add_timeline(incident_id, _timeline(evidence))
            self._record(uow, evidence, incident, _facts(one, found_in))
            uow.changes.add("incident", incident_id, now)
        log.info("exhibit_kept", incident_id=incident_id, evidence_id=evidence.id, size_bytes=evidence.size)

    def _record(self, uow: UnitOfWork, evidence: Evidence, incident: Incident, facts: dict[str, str]) -> None:
        line = custody_line(
            evidence,
            CustodyAct.DITERIMA,
            ANALYSIS,
            entry_id=self.new_id(),
            at=evidence.added_at,
            verified_sha256=evidence.sha256,
            facts=facts,
        )
        details = {
            "nomor": incident.nomor,
            "bukti": evidence.id,
            "nama": evidence.name,
            "sha256": evidence.sha256,
            "ukuran": evidence.size,
            **facts,
            CUSTODY: hashes_of([line]),
        }
        entry = add_audit(
            uow,
            at=evidence.added_at,
            actor=(ANALYSIS.actor, ANALYSIS.name),
            action="evidence.added",
            subject=f"incident:{incident.id}",
            details=details,
        )
        keep(uow, [line], entry)

    def _is_in_use(self, sha256: str) -> bool:
        with self.state.read() as uow:
            return uow.holdings.is_file_in_use(sha256)


def _facts(one: MatchedFile, found_in: FoundIn) -> dict[str, str]:
    return {
        "bagian": f"berkas dalam tangkapan {shown_name(found_in.name)[:MAX_NAME]} (SHA-256 {found_in.sha256})",
        "protokol": one.file.source,
        "yara": ", ".join(one.rules)[:500],
    }


def _timeline(evidence: Evidence) -> TimelineEntry:
    facts = (("nama", evidence.name), ("sha256", evidence.sha256))
    return TimelineEntry(at=evidence.added_at, kind="evidence_added", actor=ANALYSIS.display_name, facts=facts)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
