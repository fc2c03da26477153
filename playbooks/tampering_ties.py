"""What ties an incident to others, and who else may read it, held against the trail."""

import json
from collections.abc import Iterator
from typing import Any

from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.incident import Incident
from ir_platform.domain.share import Share
from ir_platform.domain.tie import Tie, TieKind
from playbooks.tampered import INCIDENT, Case, Contradiction, Tampered

_Told = tuple[str, str, str]
"""Numbers of source and target, and the kind."""


def tie_contradictions(case: Case) -> Iterator[Contradiction]:
    yield from _ties(case)
    yield from _shares(case)


def _ties(case: Case) -> Iterator[Contradiction]:
    """Compare the ties that begin at the incident: each is told once, by whoever made it."""
    told: dict[_Told, tuple[AuditEntry, dict[str, Any]]] = {}
    for _, entry, said in case.told("incident.merged", "incident.linked"):
        if said.get("ke"):
            kind = TieKind.GABUNGAN if entry.fact.action == "incident.merged" else said["jenis"]
            told[case.incident.nomor, str(said["ke"]), str(kind)] = (entry, said)
    is_untold = False
    for tie in case.uow.ties.of_incident(case.incident.id):
        if tie.source != case.incident.id:
            continue
        target = case.uow.incidents.get(tie.target)
        known = told.pop((case.incident.nomor, target.nomor, tie.kind), None) if target else None
        if known is None and target is not None and _is_told_by_reopening(case, tie, target):
            continue
        if known is None:
            is_untold = True
        elif not _is_told(tie, *known):
            yield case.found(known[0].seq, Tampered.TIE_CHANGED)
    for entry, _ in told.values():
        yield case.found(entry.seq, Tampered.TIE_CHANGED)
    if is_untold:
        yield case.found(case.last_seq, Tampered.TIE_UNTOLD)


def _is_told(tie: Tie, entry: AuditEntry, said: dict[str, Any]) -> bool:
    who_and_when = (tie.by, tie.at) == (entry.fact.actor, entry.fact.at)
    return who_and_when and tie.alasan == said["alasan"] and list(tie.alerts) == said.get("temuan", [])


def _is_told_by_reopening(case: Case, tie: Tie, target: Incident) -> bool:
    """Older entries tell of a link that a re-opening made in the incident that was re-opened only."""
    for entry in case.uow.audit.of_subject(f"{INCIDENT}{target.id}"):
        said = json.loads(entry.fact.details)
        if case.incident.nomor in said.get("ditautkan", ()) and _is_told(tie, entry, {"alasan": said["alasan"]}):
            return True
    return False


def _shares(case: Case) -> Iterator[Contradiction]:
    """Compare who may read it besides its own office with what was shared and not taken back."""
    told: dict[str, tuple[int, Share | None]] = {}
    withdrawn = case.last_seq
    opened_seq, opened, said = next(case.told("incident.opened"))
    first_from = said.get("dibagikan")
    if first_from:
        told[first_from] = (opened_seq, None)
    for seq, entry, said in case.told("incident.shared", "incident.share_withdrawn"):
        if entry.fact.action == "incident.shared":
            told[said["kantor"]] = (seq, _share(case, entry, said))
        else:
            told.pop(said["kantor"], None)
            withdrawn = seq
    for row in case.uow.shares.of_incident(case.incident.id):
        known = told.pop(row.office_id, None)
        is_of_report = row.shared_by == "system" and row.shared_at == opened.fact.at
        if known is None and not (is_of_report and "dibagikan" not in json.loads(opened.fact.details)):
            yield case.found(withdrawn, Tampered.SHARE_UNTOLD)
        elif known is not None and not (row == known[1] or (known[1] is None and is_of_report)):
            yield case.found(known[0], Tampered.SHARE_CHANGED)
    for seq, _ in told.values():
        yield case.found(seq, Tampered.SHARE_CHANGED)


def _share(case: Case, entry: AuditEntry, said: dict[str, Any]) -> Share:
    return Share(
        incident_id=case.incident.id,
        office_id=said["kantor"],
        reason=said["alasan"],
        shared_by=entry.fact.actor,
        shared_at=entry.fact.at,
    )
