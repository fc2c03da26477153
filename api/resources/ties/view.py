"""What ties an incident to others, as the caller may see it."""

from collections.abc import Iterable
from typing import TypeVar

from api.resources.incidents.access import reader_of
from api.resources.ties.schemas import GabunganShown, InsidenRingkas, KaitanShown, TautanShown, UsulanShown
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account
from ir_platform.domain.tie import Proposal, Tie, TieKind
from ir_platform.identity.power import acting_roles
from ir_platform.ports import UnitOfWork
from playbooks.reopening import deciding_roles
from playbooks.sop import Sop

Seen = dict[IncidentId, InsidenRingkas]
Shown = TypeVar("Shown")


def kaitan_of(uow: UnitOfWork, incident: Incident, sop: Sop, caller: Account) -> KaitanShown:
    """`sop` is the one the incident follows."""
    ties, proposals = uow.ties.of_incident(incident.id), uow.proposals.of_incident(incident.id)
    others = {one for tie in ties for one in (tie.source, tie.target)} - {incident.id}
    seen = seen_by(uow, caller, others)
    merges = [tie for tie in ties if tie.kind is TieKind.GABUNGAN]
    into = (merge_shown(tie, tie.target, seen) for tie in merges if tie.source == incident.id)
    return KaitanShown(
        gabungan=shown(merge_shown(tie, tie.source, seen) for tie in merges if tie.target == incident.id),
        digabung_ke=next((one for one in into if one is not None), None),
        tautan=shown(link_shown(tie, incident.id, seen) for tie in ties if tie.kind is not TieKind.GABUNGAN),
        usulan=proposals_shown(uow, caller, proposals),
        boleh_memutuskan=may_decide(sop, incident, caller),
    )


def may_decide(sop: Sop, incident: Incident, caller: Account) -> bool:
    roles = acting_roles(caller, office_id=incident.office_id, playbook_id=incident.playbook_id)
    return bool(roles & set(deciding_roles(sop)))


def proposals_shown(uow: UnitOfWork, caller: Account, proposals: Iterable[Proposal]) -> list[UsulanShown]:
    pairs = [(one, alert) for one in proposals if (alert := uow.alerts.get(one.alert_id)) is not None]
    wanted = {one.incident_id for one, _ in pairs} | {alert.incident_id for _, alert in pairs if alert.incident_id}
    seen = seen_by(uow, caller, wanted)
    return [
        UsulanShown(
            id=one.id,
            insiden=seen[one.incident_id],
            temuan=alert.id,
            temuan_judul=alert.rule_title,
            insiden_temuan=seen.get(alert.incident_id) if alert.incident_id else None,
            tentang=dict(one.shared),
            sebab_sama=one.is_same_cause,
            pada=one.made_at,
            status=one.status.value,
            diputuskan_oleh=one.decided_by_name or None,
            diputuskan_pada=one.decided_at,
            alasan=one.alasan,
        )
        for one, alert in pairs
        if one.incident_id in seen
    ]


def seen_by(uow: UnitOfWork, caller: Account, incident_ids: Iterable[IncidentId]) -> Seen:
    """Return those of the incidents that the caller may read."""
    wanted = sorted(set(incident_ids))
    readable = uow.incidents.readable(wanted, reader_of(caller)) if wanted else ()
    found = (uow.incidents.get(one) for one in readable)
    return {
        one.id: InsidenRingkas(id=one.id, nomor=one.nomor, judul=one.judul, status=one.status.value)
        for one in found
        if one is not None
    }


def shown(found: Iterable[Shown | None]) -> list[Shown]:
    return [one for one in found if one is not None]


def merge_shown(tie: Tie, other: IncidentId, seen: Seen) -> GabunganShown | None:
    if other not in seen:
        return None
    return GabunganShown(insiden=seen[other], oleh=tie.by_name, pada=tie.at, alasan=tie.alasan, temuan=len(tie.alerts))


def link_shown(tie: Tie, here: IncidentId, seen: Seen) -> TautanShown | None:
    other = tie.target if tie.source == here else tie.source
    if other not in seen:
        return None
    return TautanShown(insiden=seen[other], jenis=tie.kind.value, oleh=tie.by_name, pada=tie.at, alasan=tie.alasan)
