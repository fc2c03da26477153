"""Clocks that a person's rating began, in the database."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from ir_platform.adapters.sql.statements import insert_if_new
from ir_platform.adapters.sql.tables.clocks import legal_clocks
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.legal_clock import LegalBasis, LegalClock, LegalClockId, Sent


class SqlLegalClocks:
    """`ports.LegalClocks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, clock: LegalClock) -> bool:
        return insert_if_new(
            self._connection,
            legal_clocks,
            {
                "id": clock.id,
                "incident_id": clock.incident_id,
                "basis": clock.basis.value,
                "since": clock.since,
                "reason": clock.reason,
                "rated_by": clock.rated_by,
                "rated_name": clock.rated_name,
                "rated_at": clock.rated_at,
            },
        )

    def get(self, clock_id: LegalClockId) -> LegalClock | None:
        row = self._connection.execute(select(legal_clocks).where(legal_clocks.c.id == clock_id)).first()
        return None if row is None else _legal_clock(row)

    def of_incident(self, incident_id: IncidentId) -> tuple[LegalClock, ...]:
        rows = self._connection.execute(
            select(legal_clocks)
            .where(legal_clocks.c.incident_id == incident_id)
            .order_by(legal_clocks.c.rated_at, legal_clocks.c.id)
        )
        return tuple(map(_legal_clock, rows))

    def record_sent(self, clock_id: LegalClockId, sent: Sent) -> bool:
        statement = (
            update(legal_clocks)
            .where(legal_clocks.c.id == clock_id, legal_clocks.c.sent_at.is_(None))
            .values(
                sent_at=sent.at,
                sent_how=sent.how,
                sent_evidence_id=sent.evidence_id,
                sent_by=sent.by,
                sent_by_name=sent.by_name,
                sent_recorded_at=sent.recorded_at,
            )
        )
        return self._connection.execute(statement).rowcount == 1


def _legal_clock(row: Row[Any]) -> LegalClock:
    return LegalClock(
        id=row.id,
        incident_id=row.incident_id,
        basis=LegalBasis(row.basis),
        since=row.since,
        reason=row.reason,
        rated_by=row.rated_by,
        rated_name=row.rated_name,
        rated_at=row.rated_at,
        sent=_sent(row),
    )


def _sent(row: Row[Any]) -> Sent | None:
    if row.sent_at is None:
        return None
    return Sent(
        at=row.sent_at,
        how=row.sent_how,
        evidence_id=row.sent_evidence_id,
        by=row.sent_by,
        by_name=row.sent_by_name,
        recorded_at=row.sent_recorded_at,
    )
