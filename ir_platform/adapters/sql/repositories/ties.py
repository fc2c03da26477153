"""Ties between incidents, and proposals to re-open, in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from ir_platform.adapters.sql.columns import dump_list, load_pairs, load_strings
from ir_platform.adapters.sql.statements import insert_if_new, rows_of, rows_with
from ir_platform.adapters.sql.tables.verification import proposals, ties
from ir_platform.domain.alert import AlertId, IncidentId
from ir_platform.domain.tie import Proposal, ProposalId, ProposalStatus, Tie, TieKind
from ir_platform.ports import ConflictError

_OF_INCIDENT = (
    select(ties)
    .where(or_(ties.c.source == bindparam("incident_id"), ties.c.target == bindparam("incident_id")))
    .order_by(ties.c.at, ties.c.id)
)


class SqlTies:
    """`ports.Ties`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tie: Tie) -> bool:
        return insert_if_new(
            self._connection,
            ties,
            {
                "id": tie.id,
                "source": tie.source,
                "target": tie.target,
                "kind": tie.kind.value,
                "by": tie.by,
                "by_name": tie.by_name,
                "at": tie.at,
                "alasan": tie.alasan,
                "alerts": dump_list(tie.alerts),
            },
        )

    def of_incident(self, incident_id: IncidentId) -> tuple[Tie, ...]:
        rows = rows_of(self._connection, _OF_INCIDENT, {"incident_id": incident_id})
        return tuple(map(_tie, rows))

    def merged_into(self, incident_id: IncidentId) -> tuple[Tie, ...]:
        found: list[Tie] = []
        targets: Sequence[str] = [incident_id]
        while targets:
            rows = self._connection.execute(
                select(ties)
                .where(ties.c.kind == TieKind.GABUNGAN.value, ties.c.target.in_(targets))
                .order_by(ties.c.at, ties.c.id)
            )
            level = [_tie(row) for row in rows]
            found += level
            targets = [one.source for one in level]
        return tuple(found)


class SqlProposals:
    """`ports.Proposals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> bool:
        return insert_if_new(self._connection, proposals, _values(proposal))

    def get(self, proposal_id: ProposalId) -> Proposal | None:
        row = self._connection.execute(select(proposals).where(proposals.c.id == proposal_id)).first()
        return None if row is None else _proposal(row)

    def decide(self, proposal: Proposal) -> None:
        is_waiting = proposals.c.status == ProposalStatus.MENUNGGU.value
        statement = update(proposals).where(proposals.c.id == proposal.id, is_waiting).values(_values(proposal))
        if self._connection.execute(statement).rowcount != 1:
            raise ConflictError(subject=f"proposal:{proposal.id}", expected=1, found=2)

    def of_incident(self, incident_id: IncidentId) -> tuple[Proposal, ...]:
        rows = rows_with(self._connection, proposals, order=("made_at", "id"), incident_id=incident_id)
        return tuple(map(_proposal, rows))

    def of_alerts(self, alert_ids: Sequence[AlertId]) -> tuple[Proposal, ...]:
        if not alert_ids:
            return ()
        rows = self._connection.execute(select(proposals).where(proposals.c.alert_id.in_(alert_ids)))
        return tuple(map(_proposal, rows))


def _tie(row: Row[Any]) -> Tie:
    return Tie(
        id=row.id,
        source=row.source,
        target=row.target,
        kind=TieKind(row.kind),
        by=row.by,
        by_name=row.by_name,
        at=row.at,
        alasan=row.alasan,
        alerts=tuple(map(AlertId, load_strings(row.alerts))),
    )


def _values(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "incident_id": proposal.incident_id,
        "alert_id": proposal.alert_id,
        "shared": dump_list(proposal.shared),
        "is_same_cause": proposal.is_same_cause,
        "made_at": proposal.made_at,
        "status": proposal.status.value,
        "decided_by": proposal.decided_by,
        "decided_by_name": proposal.decided_by_name,
        "decided_at": proposal.decided_at,
        "alasan": proposal.alasan,
    }


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        incident_id=row.incident_id,
        alert_id=row.alert_id,
        shared=load_pairs(row.shared),
        is_same_cause=row.is_same_cause,
        made_at=row.made_at,
        status=ProposalStatus(row.status),
        decided_by=row.decided_by,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
        alasan=row.alasan,
    )
