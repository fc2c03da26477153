"""Writes what the engine decided into one transaction: documents with their jobs, Kronologi lines, audit, changes.

The order is the lock order: rows of the incident first; the audit head, and the change ids drawn under it, last.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from ir_platform.audit.record import record
from ir_platform.calendar.limits import days_words
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditEntry, AuditFact
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.job import JobId
from ir_platform.domain.position import Mandate
from ir_platform.domain.run import StoredRun
from ir_platform.ports import NewId, UnitOfWork
from playbooks.behalf import CARA_WORDS, AtasNama
from playbooks.clocks import Timing, active_steps, loop_costs, running_clocks
from playbooks.commands import (
    DocumentDue,
    Fact,
    NoteAdded,
    RunEnded,
    RunMerged,
    RunReopened,
    StepActed,
    StepActivated,
    StepCompleted,
)
from playbooks.isian import isian_to_plain
from playbooks.issuing import add_document, draft_document
from playbooks.paper import Dossier
from playbooks.run_state import Act, RunState
from playbooks.sop import Sop
from playbooks.words import OUTCOMES, SYSTEM, signed_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What every transaction of this room needs of its surroundings."""

    timing: Timing
    new_id: NewId
    zone: tzinfo
    name: str


def save_run(
    uow: UnitOfWork, office: Office, run: StoredRun, *, incident: Incident, sop: Sop, state: RunState
) -> StoredRun:
    """Store the run as it stands now, with the rows for `Tugas saya` and the clocks; return it."""
    calendar = office.timing.calendars.of(uow, incident.office_id)
    saved = replace(run, state=state.to_json(), active=active_steps(sop, state, calendar))
    uow.runs.save(saved)
    keep_clocks(uow, office, incident=incident, sop=sop, state=state)
    return saved


def keep_clocks(uow: UnitOfWork, office: Office, *, incident: Incident, sop: Sop, state: RunState) -> None:
    """Let the due rows be those of the run as it stands now; of an incident that is over, none."""
    calendar = office.timing.calendars.of(uow, incident.office_id)
    is_open = incident.status is IncidentStatus.OPEN
    clocks = running_clocks(sop, state, incident, calendar=calendar, rules=office.timing.reminders)
    uow.clocks.replace(incident.id, (ClockKind.LANGKAH, ClockKind.TOTAL), clocks if is_open else ())


def add_documents(
    uow: UnitOfWork, office: Office, dossier: Dossier, facts: Iterable[Fact], *, author: Act | None, at: datetime
) -> tuple[JobId, ...]:
    """Add each document that is due, frozen as it stands now, with the job that renders it.

    Call it late: the first number that is drawn locks the head of the audit trail.
    """
    drafts = tuple(
        draft_document(uow, dossier, due, author=author, at=at, new_id=office.new_id)
        for due in facts
        if isinstance(due, DocumentDue)
    )
    for draft in drafts:
        add_document(uow, dossier, draft, at=at)
    return tuple(draft.job_id for draft in drafts)


def add_timeline(uow: UnitOfWork, sop: Sop, incident_id: IncidentId, facts: Iterable[Fact], *, at: datetime) -> None:
    entries = (_timeline_entry(sop, fact, at) for fact in facts)
    uow.incidents.add_timeline(incident_id, *(one for one in entries if one is not None))


def add_round_lines(
    uow: UnitOfWork,
    office: Office,
    facts: Iterable[Fact],
    *,
    incident: Incident,
    sop: Sop,
    state: RunState,
    at: datetime,
) -> None:
    """Say in the Kronologi what a putaran has cost, when the work is back with who sent it."""
    back = {fact.no for fact in facts if isinstance(fact, StepActivated) and not fact.is_rework}
    if not back:
        return
    calendar = office.timing.calendars.of(uow, incident.office_id)
    for one in loop_costs(sop, state, calendar, now=at):
        if one.dari in back and one.sampai == at:
            said = {
                "langkah": str(one.dari),
                "putaran": str(one.putaran),
                "biaya": days_words(one.hari_kerja),
            }
            entry = TimelineEntry(at=at, kind="round_ended", actor=SYSTEM, facts=_said(said))
            uow.incidents.add_timeline(incident.id, entry)


def add_audit(
    uow: UnitOfWork, *, at: datetime, actor: tuple[str, str], action: str, subject: str, details: object
) -> AuditEntry:
    """Append the audit fact; `actor` is the account id (or `system`) and the name with jabatan."""
    text = json.dumps(details, ensure_ascii=False, sort_keys=True)
    fact = AuditFact(at=at, actor=actor[0], actor_name=actor[1], action=action, subject=subject, details=text)
    return record(uow, fact)


def step_details(facts: Sequence[Fact], *, nomor: str, evidence_hashes: Mapping[str, str]) -> dict[str, object]:
    """Return what the audit trail keeps of an accepted step: all that was said, and the hashes of what was shown."""
    done = next(fact for fact in facts if isinstance(fact, StepCompleted | StepActed))
    ended = next((fact for fact in facts if isinstance(fact, RunEnded)), None)
    act = done.act
    return {
        "nomor": nomor,
        **act_details(done.no, done.putaran, act),
        "lampiran": {one: evidence_hashes[one] for one in act.lampiran},
        "berikut": [fact.no for fact in facts if isinstance(fact, StepActivated)],
        "hasil": ended.hasil if ended else None,
    }


def act_details(no: int, putaran: int, act: Act) -> dict[str, object]:
    """Return what the audit trail keeps of an act beside its actor, its time and what was attached."""
    return {
        "langkah": no,
        "putaran": putaran,
        "peran": act.role,
        "mandat": _mandate_details(act.mandat),
        "keputusan": act.keputusan,
        "alasan": act.alasan,
        "sebab": act.sebab,
        "catatan": act.catatan,
        "nihil": dict(act.nihil),
        "atas_nama": _behalf_details(act.atas_nama),
        "isian": isian_to_plain(act.isian),
    }


def _timeline_entry(sop: Sop, fact: Fact, at: datetime) -> TimelineEntry | None:
    match fact:
        case StepCompleted() | StepActed():
            kind = "step_completed" if isinstance(fact, StepCompleted) else "step_acted"
            return TimelineEntry(at=at, kind=kind, actor=fact.act.name, facts=_act_facts(sop, fact))
        case StepActivated():
            facts = {"langkah": str(fact.no), "putaran": str(fact.putaran), "ulang": "ya" if fact.is_rework else ""}
            step = sop.step(fact.no)
            facts |= {"uraian": step.uraian, "menunggu": step.menunggu.id} if step else {}
            return TimelineEntry(at=at, kind="step_activated", actor=SYSTEM, facts=_said(facts))
        case RunEnded():
            facts = {"hasil": fact.hasil.value, "hasil_kata": OUTCOMES[fact.hasil]}
            return TimelineEntry(at=at, kind="closed", actor=SYSTEM, facts=_said(facts))
        case RunReopened(reopening=past):
            facts = {"alasan": past.alasan, "jabatan": past.jabatan, "langkah": str(past.no)}
            return TimelineEntry(at=at, kind="reopened", actor=past.name, facts=_said(facts))
        case NoteAdded(note=note):
            facts = {"langkah": str(fact.no), "putaran": str(fact.putaran), "jabatan": note.jabatan}
            facts |= {"catatan": note.catatan}
            return TimelineEntry(at=at, kind="note_added", actor=note.name, facts=_said(facts))
        case DocumentDue() | RunMerged():
            # A merge is told in both incidents by whoever carries it out.
            # A document enters the Kronologi (`document_made`) when it has been rendered.
            return None


def _act_facts(sop: Sop, fact: StepCompleted | StepActed) -> tuple[tuple[str, str], ...]:
    act, step = fact.act, sop.step(fact.no)
    attempt = fact.attempt if isinstance(fact, StepActed) else None
    return _said(
        {
            "langkah": str(fact.no),
            "putaran": str(fact.putaran),
            "uraian": step.uraian if step else "",
            "jabatan": signed_as(act.jabatan, act.mandat),
            "menggantikan": (act.mandat.replaces if act.mandat else None) or "",
            "keputusan": act.keputusan or "",
            "keputusan_kata": fact.choice.label.id if fact.choice else "",
            "pengujian": str(attempt or ""),
            "alasan": act.alasan or "",
            "sebab": act.sebab or "",
            "catatan": act.catatan,
            "nihil": "; ".join(f"{item}: {reason}" for item, reason in act.nihil),
            **_behalf_facts(act.atas_nama),
        }
    )


def _behalf_facts(given: AtasNama | None) -> dict[str, str]:
    if given is None:
        return {}
    return {
        "atas_nama": given.nama,
        "atas_nama_jabatan": given.jabatan,
        "atas_nama_cara": CARA_WORDS[given.cara],
        "atas_nama_waktu": given.waktu.isoformat(),
    }


def _behalf_details(given: AtasNama | None) -> dict[str, str] | None:
    if given is None:
        return None
    waktu = given.waktu.astimezone(UTC).isoformat()
    return {"nama": given.nama, "jabatan": given.jabatan, "cara": given.cara, "waktu": waktu}


def _mandate_details(given: Mandate | None) -> dict[str, str | None] | None:
    if given is None:
        return None
    return {
        "kedudukan": given.kedudukan,
        "jabatan": given.jabatan,
        "surat": given.letter_number,
        "tanggal_surat": given.letter_date.isoformat(),
        "menggantikan": given.replaces,
    }


def _said(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts.items() if value)
