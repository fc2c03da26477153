"""Which offices may read which incidents of others, in the database."""

from sqlalchemy import Connection, delete, select

from ir_platform.adapters.sql.statements import insert_if_new
from ir_platform.adapters.sql.tables.incidents import incident_shares
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.office import OfficeId
from ir_platform.domain.share import Share


class SqlShares:
    """`ports.Shares`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, share: Share) -> bool:
        values = {
            "incident_id": share.incident_id,
            "office_id": share.office_id,
            "reason": share.reason,
            "shared_by": share.shared_by,
            "shared_at": share.shared_at,
        }
        return insert_if_new(self._connection, incident_shares, values)

    def remove(self, incident_id: IncidentId, office_id: OfficeId) -> bool:
        same = (incident_shares.c.incident_id == incident_id, incident_shares.c.office_id == office_id)
        return self._connection.execute(delete(incident_shares).where(*same)).rowcount == 1

    def of_incident(self, incident_id: IncidentId) -> tuple[Share, ...]:
        rows = self._connection.execute(
            select(incident_shares)
            .where(incident_shares.c.incident_id == incident_id)
            .order_by(incident_shares.c.shared_at, incident_shares.c.office_id)
        )
        return tuple(
            Share(
                incident_id=row.incident_id,
                office_id=row.office_id,
                reason=row.reason,
                shared_by=row.shared_by,
                shared_at=row.shared_at,
            )
            for row in rows
        )
