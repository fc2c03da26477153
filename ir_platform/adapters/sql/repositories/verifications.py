"""Verifications of repairs in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.adapters.sql.tables.verification import verifications
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.verification import Verification, VerificationId


class SqlVerifications:
    """`ports.Verifications`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, verification: Verification) -> None:
        self._connection.execute(
            insert(verifications).values(
                id=verification.id,
                incident_id=verification.incident_id,
                no=verification.no,
                putaran=verification.putaran,
                sejak=verification.sejak,
                requested_by=verification.requested_by,
                requested_at=verification.requested_at,
                job_id=verification.job_id,
                sampai=verification.sampai,
                result=verification.result,
            )
        )

    def finish(self, verification_id: VerificationId, *, sampai: datetime, result: str) -> None:
        """Raises: MissingRowError."""
        statement = update(verifications).where(verifications.c.id == verification_id)
        if self._connection.execute(statement.values(sampai=sampai, result=result)).rowcount != 1:
            raise MissingRowError(table="verifications", key=verification_id)

    def get(self, verification_id: VerificationId) -> Verification | None:
        row = self._connection.execute(select(verifications).where(verifications.c.id == verification_id)).first()
        return None if row is None else _verification(row)

    def of_incident(self, incident_id: IncidentId, *, limit: int) -> tuple[Verification, ...]:
        rows = self._connection.execute(
            select(verifications)
            .where(verifications.c.incident_id == incident_id)
            .order_by(verifications.c.requested_at.desc(), verifications.c.id.desc())
            .limit(limit)
        )
        return tuple(map(_verification, rows))


def _verification(row: Row[Any]) -> Verification:
    return Verification(
        id=row.id,
        incident_id=row.incident_id,
        no=row.no,
        putaran=row.putaran,
        sejak=row.sejak,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        job_id=row.job_id,
        sampai=row.sampai,
        result=row.result,
    )
