"""An incident as JSON values, for scripts and for the archive: the shapes of the API, seen by no one in particular."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from api.resources.alerts.schemas import show_alert
from api.resources.documents.schemas import show_document
from api.resources.evidence.routes import EvidenceShown
from api.resources.incidents.schemas import list_incident, show_entry, show_incident
from ir_platform.audit.custody import ANALYSIS
from ir_platform.audit.handling import Handling
from ir_platform.domain.alert import Alert
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.custody import CustodyEntry
from ir_platform.domain.document import Document
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.person import AccountId
from ir_platform.ports import UnitOfWork, WorkingCalendar
from playbooks.errors import UnknownIncidentError
from playbooks.library import Library
from playbooks.run_state import state_from_json
from playbooks.sop import Sop
from playbooks.view import RunView, view_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything the state holds about one incident, as it stood in one transaction."""

    incident: Incident
    sop: Sop
    view: RunView
    timeline: tuple[TimelineEntry, ...]
    alerts: tuple[Alert, ...]
    evidence: tuple[Evidence, ...]
    documents: tuple[Document, ...]
    audit: tuple[AuditEntry, ...]
    """In order of seq; of the incident and of its alerts."""
    names: Mapping[AccountId, str]
    """Who added evidence."""
    custody: tuple[CustodyEntry, ...]
    sop_text: str
    """The SOP in the version the incident began with, as it is written (YAML)."""
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    """Every table's rows about the incident, as JSON values: what each room wrote beyond the record."""
    files: tuple[tuple[str, str], ...]
    """Where else a stored file is named (`table.column`), and its SHA-256."""
    locked: Mapping[EvidenceId, str]
    """Evidence that is given out under a password only, and why."""


def read_run(
    uow: UnitOfWork, incident: Incident, *, library: Library, calendar: WorkingCalendar, now: datetime
) -> tuple[Sop, RunView]:
    """Return the SOP in the version the incident began with, and its run; `now` decides what is late.

    Raises: UnknownIncidentError where the incident has no run.
    """
    run = uow.runs.get(incident.id)
    if run is None:
        raise UnknownIncidentError(incident_id=incident.id)
    sop = library.sop_of(uow, run)
    view = view_run(
        sop,
        state_from_json(run.state),
        active=run.active,
        evidence=uow.evidence.of_incident(incident.id),
        roles=frozenset(),
        now=now,
        calendar=calendar,
    )
    return sop, view


def read_record(
    uow: UnitOfWork, incident: Incident, *, library: Library, calendar: WorkingCalendar, now: datetime
) -> Record:
    """Raises: UnknownIncidentError."""
    run = uow.runs.get(incident.id)
    text = uow.runs.playbook_text(run.playbook_sha256) if run is not None else None
    sop, view = read_run(uow, incident, library=library, calendar=calendar, now=now)
    alerts, evidence = uow.alerts.of_incident(incident.id), uow.evidence.of_incident(incident.id)
    subjects = (f"incident:{incident.id}", *(f"alert:{alert.id}" for alert in alerts))
    entries = (entry for subject in subjects for entry in uow.audit.of_subject(subject))
    accounts = {one.added_by: uow.accounts.by_id(one.added_by) for one in evidence}
    return Record(
        incident=incident,
        sop=sop,
        view=view,
        timeline=uow.incidents.timeline(incident.id),
        alerts=alerts,
        evidence=evidence,
        documents=uow.documents.of_incident(incident.id),
        audit=tuple(sorted(entries, key=lambda entry: entry.seq)),
        names={key: account.named() for key, account in accounts.items() if account},
        custody=uow.custody.of_incident(incident.id),
        sop_text=text or "",
        rows={table: rows for table, rows in uow.holdings.rows_of(incident.id) if rows},
        files=uow.holdings.files_of(incident.id),
        locked={},
    )


def with_locked(record: Record, handling: Handling) -> Record:
    """Return the record with what each piece of evidence is given out as; reads the head of every file."""
    locked = {}
    for one in record.evidence:
        try:
            reason = handling.why_locked(one)
        except FileNotFoundError:
            continue  # the archive names it as missing
        if reason is not None:
            locked[one.id] = reason
    return replace(record, locked=locked)


def listed_json(incident: Incident, sop: Sop, view: RunView) -> dict[str, Any]:
    """Return one line of the list, as `GET /incidents` shows it."""
    return list_incident(incident, sop, view).model_dump(mode="json")


def incident_json(record: Record) -> dict[str, Any]:
    """Return the incident as `GET /incidents/{id}` shows it to someone who may do nothing."""
    findings = [show_alert(alert, record.incident.nomor) for alert in record.alerts]
    return show_incident(record.incident, record.sop, record.view, findings).model_dump(mode="json")


def timeline_json(record: Record) -> list[dict[str, Any]]:
    return [show_entry(entry).model_dump(mode="json") for entry in record.timeline]


def evidence_json(record: Record, evidence: Evidence) -> dict[str, Any]:
    """Return the evidence as the API lists it; `added_by` names who gave it, with jabatan."""
    shown = EvidenceShown(
        id=evidence.id,
        name=evidence.name,
        sha256=evidence.sha256,
        size=evidence.size,
        media_type=evidence.media_type,
        kelengkapan=evidence.kelengkapan,
        step_no=evidence.step_no,
        putaran=evidence.putaran,
        added_by=record.names.get(evidence.added_by, ANALYSIS.display_name),
        added_at=evidence.added_at,
        incident_id=evidence.incident_id,
    )
    return shown.model_dump(mode="json", exclude={"job_id", "hanya_terkunci"})


def alerts_json(record: Record) -> list[dict[str, Any]]:
    return [show_alert(alert, record.incident.nomor).model_dump(mode="json") for alert in record.alerts]


def custody_json(entry: CustodyEntry) -> dict[str, Any]:
    """Return the line with all that its hash covers, in the very spelling that was hashed (`audit.custody`)."""
    return {
        "id": entry.id,
        "evidence_id": entry.evidence_id,
        "incident_id": entry.incident_id,
        "act": entry.act,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "way": entry.way,
        "sha256": entry.sha256,
        "is_verified": entry.is_verified,
        "facts": [list(pair) for pair in entry.facts],
        "audit_seq": entry.audit_seq,
    }


def document_json(document: Document) -> dict[str, Any]:
    return show_document(document).model_dump(mode="json")


def record_json(record: Record) -> dict[str, Any]:
    """Return everything a script asks for at once: the incident with its timeline, evidence and documents."""
    return {
        **incident_json(record),
        "timeline": timeline_json(record),
        "evidence": [evidence_json(record, one) for one in record.evidence],
        "documents": [document_json(one) for one in record.documents],
    }


def audit_json(entry: AuditEntry) -> dict[str, Any]:
    """Return the entry with all that its hash covers, in the very spelling that was hashed (`audit.chain`)."""
    fact = entry.fact
    return {
        "seq": entry.seq,
        "at": fact.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": fact.actor,
        "actor_name": fact.actor_name,
        "action": fact.action,
        "subject": fact.subject,
        "details": fact.details,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }
