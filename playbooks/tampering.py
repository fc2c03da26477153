"""Where the records of incidents say something else than the audit trail: what was changed behind the program's back.

The chain proves itself. This proves that the tables people read still say what it holds: incident, acts of the run, the
SOP's text, evidence and documents with their files. Kronologi, notices and due rows are views, and are not compared.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from ir_platform.audit.handling import hash_of
from ir_platform.documents.fingerprint import content_sha256
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.document import Document
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.run import StoredRun
from ir_platform.ports import Files, IncidentFilter, UnitOfWork
from playbooks.record import act_details
from playbooks.run_state import Act, StepPass, state_from_json
from playbooks.words import SYSTEM_ROLE

_PAGE = 200
_SUBJECT = "incident:"


class Tampered(StrEnum):
    """What was found, in the words the operator reads."""

    INCIDENT_GONE = "insiden dihapus dari catatan"
    INCIDENT_CHANGED = "catatan insiden berbeda dari yang dicatat entri ini"
    INCIDENT_UNTOLD = "insiden tanpa entri jejak audit"
    END_CHANGED = "status atau hasil insiden berbeda dari yang dicatat entri ini"
    SOP_CHANGED = "naskah SOP insiden berbeda dari yang dicatat entri ini"
    ACT_CHANGED = "pelaksanaan langkah berbeda dari yang dicatat entri ini"
    ACT_UNTOLD = "pelaksanaan langkah tanpa entri jejak audit"
    EVIDENCE_GONE = "bukti dihapus dari catatan"
    EVIDENCE_CHANGED = "catatan bukti berbeda dari yang dicatat entri ini"
    EVIDENCE_UNTOLD = "bukti tanpa entri jejak audit"
    EVIDENCE_FILE = "berkas bukti hilang atau isinya diganti"
    DOCUMENT_GONE = "dokumen dihapus dari catatan"
    DOCUMENT_CHANGED = "dokumen berbeda dari yang dicatat entri ini"
    DOCUMENT_UNTOLD = "dokumen tanpa entri jejak audit"
    DOCUMENT_FILE = "berkas dokumen hilang atau isinya diganti"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    seq: int
    """The entry that says otherwise; of what no entry tells, the incident's last one."""
    what: Tampered
    name: str
    """Number of the incident or document, or name of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One incident as it is stored, beside what the trail tells of it."""

    uow: UnitOfWork
    incident: Incident
    run: StoredRun
    trail: tuple[AuditEntry, ...]
    files: Files

    @property
    def last_seq(self) -> int:
        return self.trail[-1].seq

    def told(self, *actions: str) -> Iterator[tuple[int, AuditEntry, dict[str, Any]]]:
        for entry in self.trail:
            if entry.fact.action in actions:
                yield entry.seq, entry, json.loads(entry.fact.details)

    def is_stored(self, digest: str) -> bool:
        """Whether the stored file still is what its name says."""
        return hash_of(self.files, digest) == digest


def first_contradiction(uow: UnitOfWork, *, files: Files) -> Contradiction | None:
    """Return the one whose entry is the oldest; None where the records say what a whole trail holds.

    Reads every incident, one after the other, and every file of evidence and documents.
    """
    return min(_contradictions(uow, files), key=lambda one: one.seq, default=None)


def _contradictions(uow: UnitOfWork, files: Files) -> Iterator[Contradiction]:
    opened = {
        entry.fact.subject.removeprefix(_SUBJECT): entry
        for entry in uow.audit.entries()
        if entry.fact.action == "incident.opened"
    }
    head = uow.audit.lock_head()
    for incident in _incidents(uow):
        if opened.pop(incident.id, None) is None:
            yield Contradiction(seq=head.seq, what=Tampered.INCIDENT_UNTOLD, name=incident.nomor)
        else:
            yield from contradictions_of(uow, incident, files=files)
    for entry in opened.values():
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


def contradictions_of(uow: UnitOfWork, incident: Incident, *, files: Files) -> Iterator[Contradiction]:
    """Yield what the records of one incident say against its entries, of which there has to be one."""
    trail, run = uow.audit.of_subject(f"{_SUBJECT}{incident.id}"), uow.runs.get(IncidentId(incident.id))
    if run is None:
        yield Contradiction(seq=trail[0].seq, what=Tampered.INCIDENT_CHANGED, name=incident.nomor)
        return
    case = _Case(uow=uow, incident=incident, run=run, trail=trail, files=files)
    yield from _head(case)
    yield from _end(case)
    yield from _acts(case)
    yield from _evidence(case)
    yield from _documents(case)


def _head(case: _Case) -> Iterator[Contradiction]:
    """Compare what the incident was opened with, its tingkat by the latest entry that set it."""
    seq, _, said = next(case.told("incident.opened"))
    incident, run = case.incident, case.run
    stored = {
        "nomor": incident.nomor,
        "judul": incident.judul,
        "pelapor": incident.pelapor,
        "kantor": incident.office_id,
        "sop": incident.playbook_id,
    }
    if _differs(said, stored):
        yield Contradiction(seq=seq, what=Tampered.INCIDENT_CHANGED, name=incident.nomor)
    text = case.uow.runs.playbook_text(run.playbook_sha256) or ""
    if _differs(said, {"sop_sha256": sha256(text.encode()).hexdigest(), "sop": run.playbook_id}):
        yield Contradiction(seq=seq, what=Tampered.SOP_CHANGED, name=incident.nomor)
    rated = [(seq, said["tingkat"]), *((at, one["menjadi"]) for at, _, one in case.told("incident.level_set"))]
    if rated[-1][1] != incident.level:
        yield Contradiction(seq=rated[-1][0], what=Tampered.INCIDENT_CHANGED, name=incident.nomor)


def _end(case: _Case) -> Iterator[Contradiction]:
    """Compare whether the incident is over, and how, with the latest entry that decided on it."""
    seq, status, hasil = case.trail[0].seq, IncidentStatus.OPEN, None
    for at, entry, said in case.told("step.completed", "incident.reopened", "incident.merged"):
        if entry.fact.action == "incident.merged":
            seq, status, hasil = at, IncidentStatus.MERGED, None
        elif entry.fact.action == "incident.reopened":
            seq, status, hasil = at, IncidentStatus.OPEN, None
        elif said.get("hasil"):
            seq, status, hasil = at, IncidentStatus.CLOSED, said["hasil"]
    if (case.incident.status, case.incident.hasil) != (status, hasil):
        yield Contradiction(seq=seq, what=Tampered.END_CHANGED, name=case.incident.nomor)


def _acts(case: _Case) -> Iterator[Contradiction]:
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
    return who_and_when and attached and not _differs(said, act_details(one.no, one.putaran, act))


def _evidence(case: _Case) -> Iterator[Contradiction]:
    rows = {str(one.id): one for one in case.uow.evidence.of_incident(case.incident.id)}
    for seq, entry, said in case.told("evidence.added"):
        row = rows.pop(str(said["bukti"]), None)
        if row is None:
            yield Contradiction(seq=seq, what=Tampered.EVIDENCE_GONE, name=str(said["nama"]))
        elif _differs(said, _evidence_facts(row)) or (row.added_by, row.added_at) != (entry.fact.actor, entry.fact.at):
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


def _documents(case: _Case) -> Iterator[Contradiction]:
    """Compare each revision that was made with its latest entry: content, number and both files."""
    rows = {str(one.id): one for one in case.uow.documents.of_incident(case.incident.id)}
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
        if _differs(said, {**stored, "isi_sha256": content, "nomor": row.register_number, "jenis": row.kind}):
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


def _differs(said: Mapping[str, object], stored: Mapping[str, object]) -> bool:
    """Whether something is stored otherwise than it was told; what an older entry does not tell of is passed over."""
    plain = json.loads(json.dumps(stored, ensure_ascii=False))
    return any(said[name] != plain[name] for name in _shared(said, plain))


def _shared(said: Mapping[str, object], stored: Mapping[str, object]) -> Iterable[str]:
    return (name for name in stored if name in said)
