"""What must hold of an office whatever was asked of it, at once or one after the other: nothing lost, nothing half."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from ir_platform.adapters.files.content import ContentFiles
from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.chain import verify
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.tie import TieKind
from ir_platform.ports import IncidentFilter, UnitOfWork
from playbooks.library import shipped
from playbooks.run_state import RunState, state_from_json
from playbooks.sop import Kelengkapan, Sop
from playbooks.tampering import first_contradiction
from playbooks.words import SYSTEM_ROLE

RAISING = {
    "step.completed",
    "step.noted",
    "evidence.added",
    "disposisi.forwarded",
    "penerimaan.recorded",
    "incident.level_set",
    "incident.reopened",
    "incident.merged",
    "incident.merged_in",
    "alert.joined",
}
"""Acts that raise the incident's version, each by one."""
ASKED_FOR = {"laporan_insiden_ttis"}
"""Kinds of documents that no step makes."""
MOST = 10_000


def assert_untouched(state: SqlState, folder: Path, *contents: bytes) -> None:
    """The records say what the trail says; `contents` are those of the evidence, kept in the folder meanwhile."""
    files = ContentFiles(folder)
    for content in contents:
        files.put([content], limit_bytes=len(content))
    with state.read() as uow:
        assert first_contradiction(uow, files=files) is None


def assert_whole(state: SqlState) -> None:
    with state.read() as uow:
        trail = tuple(uow.audit.entries())
        assert verify(trail, (), head=uow.audit.lock_head()).ok
        changes = uow.changes.after(0, limit=MOST)
        assert [one.id for one in changes] == list(range(1, len(changes) + 1))
        found = tuple(incidents_of(uow))
        assert_gapless([one.nomor for one in found])
        numbers = [paper.register_number for one in found for paper in uow.documents.of_incident(one.id)]
        assert_gapless([one for one in numbers if one])
        for incident in found:
            assert_incident_whole(
                uow, incident, [one for one in trail if one.fact.subject == f"incident:{incident.id}"]
            )


def incidents_of(uow: UnitOfWork) -> Iterator[Incident]:
    cursor: str | None = None
    while True:
        page = uow.incidents.page(IncidentFilter(), cursor=cursor, limit=100)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def assert_gapless(numbers: Iterable[str]) -> None:
    """`LGK/2026/0001`: each register counts from 1, without a gap and without one number twice."""
    drawn: defaultdict[str, list[int]] = defaultdict(list)
    for number in numbers:
        register, _, last = number.rpartition("/")
        drawn[register].append(int(last))
    assert {register: sorted(found) for register, found in drawn.items()} == {
        register: list(range(1, len(found) + 1)) for register, found in drawn.items()
    }


def assert_incident_whole(uow: UnitOfWork, incident: Incident, trail: list[AuditEntry]) -> None:
    stored = uow.runs.get(incident.id)
    assert stored is not None
    sop, state = shipped().sop_of(uow, stored), state_from_json(stored.state)
    counted = Counter(entry.fact.action for entry in trail)
    assert counted["incident.opened"] == 1
    assert incident.version == 1 + sum(counted[action] for action in RAISING)
    assert acts_of(state) == [act_told(entry) for entry in trail if entry.fact.action == "step.completed"]
    assert counted["step.noted"] == sum(len(one.notes) for one in state.passes)
    assert counted["incident.reopened"] == len(state.reopenings)
    assert_kronologi(uow, incident, state, counted)
    assert_papers(uow, incident, sop, state, counted)
    assert_end(uow, incident, state, counted)
    assert [(one.no, one.putaran) for one in stored.active] == [(one.no, one.putaran) for one in state.active]


def acts_of(state: RunState) -> list[tuple[object, ...]]:
    """Every act of a person, oldest first: one step is active at a time."""
    return [
        (one.no, one.putaran, act.role, act.account_id, act.keputusan)
        for one in state.passes
        for act in one.acts
        if act.role != SYSTEM_ROLE
    ]


def act_told(entry: AuditEntry) -> tuple[object, ...]:
    said = json.loads(entry.fact.details)
    return (said["langkah"], said["putaran"], said["peran"], entry.fact.actor, said["keputusan"])


def assert_kronologi(uow: UnitOfWork, incident: Incident, state: RunState, counted: Counter[str]) -> None:
    kinds = Counter(entry.kind for entry in uow.incidents.timeline(incident.id))
    assert kinds["opened"] == 1
    # An end mark that nobody carries out is told too, without an entry of its own in the trail.
    assert kinds["step_completed"] + kinds["step_acted"] == sum(len(one.acts) for one in state.passes)
    assert kinds["step_activated"] == len(state.passes)
    assert kinds["evidence_added"] == counted["evidence.added"] == len(uow.evidence.of_incident(incident.id))
    assert kinds["note_added"] == counted["step.noted"]
    assert (kinds["merged"], kinds["merged_in"]) == (counted["incident.merged"], counted["incident.merged_in"])


def assert_papers(uow: UnitOfWork, incident: Incident, sop: Sop, state: RunState, counted: Counter[str]) -> None:
    """Each finished step has made its documents once, and each has the job that renders it."""
    due = Counter(_papers(sop.langkah[0].kelengkapan, 1, 1, prepared=True))
    for one in state.passes:
        step = sop.step(one.no)
        assert step is not None
        if one.is_done:
            due += Counter(_papers(step.makes(), one.no, one.putaran))
    made = uow.documents.of_incident(incident.id)
    assert all(one.register_number for one in made)
    of_steps = [one for one in made if one.kind not in ASKED_FOR]
    assert Counter((one.kind, one.step_no, one.putaran) for one in of_steps) == due
    assert len(made) - len(of_steps) == counted["document.asked"]


def _papers(
    items: Iterable[Kelengkapan], no: int, putaran: int, *, prepared: bool = False
) -> Iterator[tuple[str, int, int]]:
    for item in items:
        if item.dokumen and (item.disiapkan or not prepared):
            yield item.dokumen, no, putaran


def assert_end(uow: UnitOfWork, incident: Incident, state: RunState, counted: Counter[str]) -> None:
    """Incident, run, clocks, alerts and ties agree on whether it is over, and how."""
    is_open = incident.status is IncidentStatus.OPEN
    assert is_open == (state.ended_at is None)
    assert (incident.closed_at, incident.hasil) == (state.ended_at, state.hasil)
    assert (incident.status is IncidentStatus.MERGED) == (counted["incident.merged"] == 1)
    assert len(state.active) == (1 if is_open else 0)
    running = [one for one in uow.clocks.of_incident(incident.id) if one.kind is not ClockKind.HUKUM]
    assert is_open or running == []
    assert is_open or not any(alert.status.is_open for alert in uow.alerts.of_incident(incident.id))
    merges = [one for one in uow.ties.of_incident(incident.id) if one.kind is TieKind.GABUNGAN]
    assert sum(one.source == incident.id for one in merges) == counted["incident.merged"]
    assert sum(one.target == incident.id for one in merges) == counted["incident.merged_in"]
