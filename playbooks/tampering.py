"""Where the records of incidents say something else than the audit trail: what was changed behind the program's back.

The chain proves itself. This proves that the tables people read still say what it holds: incident, acts of the run, the
SOP's text, what was written beside them, ties and shares, evidence and documents with their files, who holds which
jabatan. Due rows are worked out anew from the run, and are not compared.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from ir_platform.audit.chain import storable
from ir_platform.documents.fingerprint import content_sha256
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.document import Document
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.ports import Files, IncidentFilter, UnitOfWork
from playbooks.record import act_details
from playbooks.run_state import Act, StepPass, state_from_json
from playbooks.tampered import INCIDENT, Case, Contradiction, Tampered, differs
from playbooks.tampering_copies import copy_contradictions
from playbooks.tampering_people import is_about_people, people_contradictions
from playbooks.tampering_ties import tie_contradictions
from playbooks.tampering_writings import writing_contradictions
from playbooks.words import SYSTEM_ROLE

_PAGE = 200


@dataclass(slots=True)
class _Overview:
    """What one reading of the whole trail tells."""

    opened: dict[str, AuditEntry] = field(default_factory=dict)
    """By incident id."""
    people: list[AuditEntry] = field(default_factory=list)
    notices_pruned: datetime | None = None

    def take(self, entry: AuditEntry) -> None:
        if entry.fact.action == "incident.opened":
            self.opened[entry.fact.subject.removeprefix(INCIDENT)] = entry
        elif entry.fact.action == "notices.pruned":
            self.notices_pruned = datetime.fromisoformat(json.loads(entry.fact.details)["sebelum"])
        elif is_about_people(entry):
            self.people.append(entry)


def first_contradiction(uow: UnitOfWork, *, files: Files) -> Contradiction | None:
    """Return the one whose entry is the oldest; None where the records say what a whole trail holds.

    Reads every account, every incident, one after the other, and every file of evidence and documents.
    """
    return min(_contradictions(uow, files), key=lambda one: one.seq, default=None)


def _contradictions(uow: UnitOfWork, files: Files) -> Iterator[Contradiction]:
    overview = _Overview()
    for entry in uow.audit.entries():
        overview.take(entry)
    yield from people_contradictions(uow, overview.people)
    head = uow.audit.lock_head()
    for incident in _incidents(uow):
        if overview.opened.pop(incident.id, None) is None:
            yield Contradiction(seq=head.seq, what=Tampered.INCIDENT_UNTOLD, name=incident.nomor)
        else:
            yield from contradictions_of(uow, incident, files=files, notices_pruned=overview.notices_pruned)
    for entry in overview.opened.values():
        name = str(json.loads(entry.fact.details).get("nomor", ""))
        yield Contradiction(seq=entry.seq, what=Tampered.INCIDENT_GONE, name=name)


def _incidents(uow: UnitOfWork) -> Iterator[Incident]:
    cursor: str | None = None
    while True:
        page = uow.incidents.page(IncidentFilter(), cursor=cursor, limit=_PAGE)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def contradictions_of(
    uow: UnitOfWork, incident: Incident, *, files: Files, notices_pruned: datetime | None = None
) -> Iterator[Contradiction]:
    """Yield what the records of one incident say against its entries, of which there has to be one."""
    trail, run = uow.audit.of_subject(f"{INCIDENT}{incident.id}"), uow.runs.get(IncidentId(incident.id))
    if run is None:
        yield Contradiction(seq=trail[0].seq, what=Tampered.INCIDENT_CHANGED, name=incident.nomor)
        return
    case = Case(uow=uow, incident=incident, run=run, trail=trail, files=files, notices_pruned=notices_pruned)
    yield from _head(case)
    yield from _end(case)
    yield from _acts(case)
    yield from writing_contradictions(case)
    yield from tie_contradictions(case)
    yield from _evidence(case)
    yield from _documents(case)
    yield from copy_contradictions(case)


def _head(case: Case) -> Iterator[Contradiction]:
    """Compare what the incident was opened with, its tingkat by the latest entry that set it."""
    seq, entry, said = next(case.told("incident.opened"))
    incident, run = case.incident, case.run
    stored = {
        "nomor": incident.nomor,
        "judul": incident.judul,
        "pelapor": incident.pelapor,
        "kantor": incident.office_id,
        "sop": incident.playbook_id,
        "uraian_sha256": sha256(storable(incident.uraian).encode()).hexdigest(),
    }
    is_of_entry = (incident.opened_by or "system", incident.opened_at) == (entry.fact.actor, entry.fact.at)
    if differs(said, stored) or not is_of_entry:
        yield Contradiction(seq=seq, what=Tampered.INCIDENT_CHANGED, name=incident.nomor)
    text = case.uow.runs.playbook_text(run.playbook_sha256) or ""
    if differs(said, {"sop_sha256": sha256(text.encode()).hexdigest(), "sop": run.playbook_id}):
        yield Contradiction(seq=seq, what=Tampered.SOP_CHANGED, name=incident.nomor)
    rated = [(seq, said["tingkat"]), *((at, one["menjadi"]) for at, _, one in case.told("incident.level_set"))]
    if rated[-1][1] != incident.level:
        yield Contradiction(seq=rated[-1][0], what=Tampered.INCIDENT_CHANGED, name=incident.nomor)


def _end(case: Case) -> Iterator[Contradiction]:
    """Compare whether the incident is over, and how, with the latest entry that decided on it."""
    seq, status, hasil = case.trail[0].seq, IncidentStatus.OPEN, None
    closed_at: datetime | None = None
    for at, entry, said in case.told("step.completed", "incident.reopened", "incident.merged"):
        if entry.fact.action == "incident.merged":
            seq, status, hasil, closed_at = at, IncidentStatus.MERGED, None, entry.fact.at
        elif entry.fact.action == "incident.reopened":
            seq, status, hasil, closed_at = at, IncidentStatus.OPEN, None, None
        elif said.get("hasil"):
            seq, status, hasil, closed_at = at, IncidentStatus.CLOSED, said["hasil"], entry.fact.at
    if (case.incident.status, case.incident.hasil, case.incident.closed_at) != (status, hasil, closed_at):
        yield Contradiction(seq=seq, what=Tampered.END_CHANGED, name=case.incident.nomor)


def _acts(case: Case) -> Iterator[Contradiction]:
    """Compare the acts of the run, one by one in their order; the first that differs is named."""
    state = state_from_json(case.run.state)
    acts = [(one, act) for one in state.passes for act in one.acts if act.role != SYSTEM_ROLE]
    told = tuple(case.told("step.completed"))
    for index, (seq, entry, said) in enumerate(told):
        if index >= len(acts) or not _is_told(*acts[index], entry, said):
            yield Contradiction(seq=seq, what=Tampered.ACT_CHANGED, name=case.incident.nomor)
            return
    if len(acts) > len(told):
        yield Contradiction(seq=case.last_seq, what=Tampered.ACT_UNTOLD, name=case.incident.nomor)


def _is_told(one: StepPass, act: Act, entry: AuditEntry, said: Mapping[str, Any]) -> bool:
    who_and_when = (act.account_id, act.at) == (entry.fact.actor, entry.fact.at)
    attached = sorted(act.lampiran) == sorted(said.get("lampiran", act.lampiran))
    return who_and_when and attached and not differs(_in_utc(said), act_details(one.no, one.putaran, act))


def _in_utc(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The run keeps moments in UTC; older entries told in the reporter's zone when somebody outside had acted."""
    behalf = said.get("atas_nama")
    if not behalf:
        return said
    moment = datetime.fromisoformat(behalf["waktu"]).astimezone(UTC)
    return {**said, "atas_nama": {**behalf, "waktu": moment.isoformat()}}


def _evidence(case: Case) -> Iterator[Contradiction]:
    rows = {str(one.id): one for one in case.uow.evidence.of_incident(case.incident.id)}
    for seq, entry, said in case.told("evidence.added"):
        row = rows.pop(str(said["bukti"]), None)
        if row is None:
            yield Contradiction(seq=seq, what=Tampered.EVIDENCE_GONE, name=str(said["nama"]))
        elif differs(said, _evidence_facts(row)) or (row.added_by, row.added_at) != (entry.fact.actor, entry.fact.at):
            yield Contradiction(seq=seq, what=Tampered.EVIDENCE_CHANGED, name=row.name)
        elif not case.is_stored(row.sha256):
            yield Contradiction(seq=seq, what=Tampered.EVIDENCE_FILE, name=row.name)
    for row in rows.values():
        yield Contradiction(seq=case.last_seq, what=Tampered.EVIDENCE_UNTOLD, name=row.name)


def _evidence_facts(row: Evidence) -> dict[str, object]:
    return {
        "nama": row.name,
        "sha256": row.sha256,
        "ukuran": row.size,
        "kelengkapan": row.kelengkapan,
        "langkah": row.step_no,
        "putaran": row.putaran,
    }


def _documents(case: Case) -> Iterator[Contradiction]:
    """Compare each revision that was made with its latest entry: content, number and both files."""
    rows = {str(one.id): one for one in case.documents}
    latest = {
        (str(said["dokumen"]), int(said.get("revisi", 1))): (seq, said) for seq, _, said in case.told("document.made")
    }
    for (document_id, revision), (seq, said) in latest.items():
        row = rows.get(document_id)
        if row is None:
            yield Contradiction(seq=seq, what=Tampered.DOCUMENT_GONE, name=str(said.get("nomor") or ""))
            continue
        stored, text = _revision(case.uow, row, revision)
        content = content_sha256(text) if text is not None else None
        files = [str(said[name]) for name in ("docx_sha256", "pdf_sha256") if said.get(name)]
        if differs(said, {**stored, "isi_sha256": content, "nomor": row.register_number, "jenis": row.kind}):
            yield Contradiction(seq=seq, what=Tampered.DOCUMENT_CHANGED, name=row.register_number or row.title)
        elif not all(map(case.is_stored, files)):
            yield Contradiction(seq=seq, what=Tampered.DOCUMENT_FILE, name=row.register_number or row.title)
    for row in rows.values():
        if row.pdf_sha256 and (row.id, row.revision) not in latest:
            name = row.register_number or row.title
            yield Contradiction(seq=case.last_seq, what=Tampered.DOCUMENT_UNTOLD, name=name)


def _revision(uow: UnitOfWork, row: Document, revision: int) -> tuple[dict[str, object], str | None]:
    """Return the hashes of the files of that revision, and its content."""
    if revision == row.revision:
        return {"docx_sha256": row.docx_sha256, "pdf_sha256": row.pdf_sha256}, row.content
    past = next((one for one in uow.documents.revisions(row.id) if one.revision == revision), None)
    if past is None:
        return {"docx_sha256": None, "pdf_sha256": None}, None
    return {"docx_sha256": past.docx_sha256, "pdf_sha256": past.pdf_sha256}, past.content
